"""Reads of the mails that a shop can word."""

from dataclasses import dataclass
from datetime import datetime

from ...accounts.models import Actor
from ...database import db
from .. import policy
from ..models import MailKind, MailTemplate
from .actions import require_worded
from .words import VARIABLES, Template, in_words


@dataclass(frozen=True)
class Wording:
    """A kind of mail as it is worded now."""

    kind: MailKind
    is_on: bool
    template: Template
    is_own: bool  # the program's, not the shop's
    modified_at: datetime | None


def wordings(actor: Actor) -> list[Wording]:
    """All kinds that a shop can word. Raises NotAllowed."""
    policy.require_admin(actor)
    return [_wording(kind) for kind in VARIABLES]


def wording(actor: Actor, kind: MailKind) -> Wording:
    """One of them. Raises NotAllowed, NotFound."""
    policy.require_admin(actor)
    require_worded(kind)
    return _wording(kind)


def _wording(kind: MailKind) -> Wording:
    row = db.session.get(MailTemplate, kind.value)
    if row is None:
        return Wording(kind, True, in_words(kind, Template("", "")), True, None)
    kept = Template(row.subject, row.body)
    is_own = not (kept.subject or kept.body)
    return Wording(kind, row.is_on, in_words(kind, kept), is_own, row.modified_at)
