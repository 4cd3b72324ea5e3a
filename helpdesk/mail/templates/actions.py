"""The shop's own words for a kind of mail: checked, kept, and given up again."""

import re
from typing import Any

from ... import clock, markdown
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import NotFound
from ...events import record
from ...i18n import gettext as _
from ...macros.filling import MOST_VARIABLES
from ...text import Fields
from .. import policy
from ..models import MailKind, MailTemplate
from .filling import variables_in
from .words import MESSAGE, VARIABLES, Template, as_kept

LONGEST_SUBJECT, LONGEST_BODY = 200, 10_000  # characters
_MESSAGE = re.compile(r"(?<!\\)\{\{[ \t]*message[ \t]*\}\}")
_ALONE = re.compile(rf"^{_MESSAGE.pattern}[ \t]*$", re.MULTILINE)


def change_words(
    actor: Actor, kind: MailKind, *, is_on: bool, subject: str, body: str
) -> MailTemplate:
    """Say whether mails of *kind* are sent, and what they say.

    Words that are the program's own are not kept: they go on in the language of each receiver.
    Raises NotAllowed; NotFound for a kind that a shop can't word; Invalid (subject, body).
    """
    policy.require_admin(actor)
    kept = as_kept(kind, checked(kind, subject, body))
    return _keep(actor, kind, {"is_on": is_on, "subject": kept.subject, "body": kept.body})


def forget_words(actor: Actor, kind: MailKind) -> MailTemplate:
    """Back to the program's own words for *kind*; whether it is sent stays.

    Raises NotAllowed, NotFound.
    """
    policy.require_admin(actor)
    require_worded(kind)
    return _keep(actor, kind, {"subject": "", "body": ""})


def checked(kind: MailKind, subject: str, body: str) -> Template:
    """These words made fit to keep. Raises NotFound, Invalid with all that is wrong."""
    require_worded(kind)
    fields = Fields()
    found = Template(
        fields.line("subject", subject, LONGEST_SUBJECT),
        fields.block("body", body, LONGEST_BODY),
    )
    for field, text in (("subject", found.subject), ("body", found.body)):
        if field not in fields.errors:
            _check_variables(kind, field, text, fields)
    if "body" not in fields.errors:
        _check_body(kind, found.body, fields)
    fields.raise_if_any()
    return found


def require_worded(kind: MailKind) -> None:
    """Raise NotFound unless a shop can word *kind*."""
    if kind not in VARIABLES:
        raise NotFound(_("There is no such mail."))


def _check_variables(kind: MailKind, field: str, text: str, fields: Fields) -> None:
    found = variables_in(text)
    if len(found) > MOST_VARIABLES:
        fields.add(field, _("At most %(most)s variables.", most=MOST_VARIABLES))
        return
    unknown = [name for name in dict.fromkeys(found) if name not in VARIABLES[kind]]
    if unknown:
        names = ", ".join(f"{{{{{name}}}}}" for name in unknown[:10])
        fields.add(field, _("There is no variable %(names)s.", names=names))
    elif field == "subject" and MESSAGE in found:
        fields.add(field, _("{{message}} is too long for a subject."))


def _check_body(kind: MailKind, body: str, fields: Fields) -> None:
    if markdown.embedded(body):
        fields.add("body", _("A picture can't be kept here: it belongs to one message."))
    if MESSAGE not in VARIABLES[kind]:
        return
    if len(_MESSAGE.findall(body)) != 1:
        fields.add("body", _("{{message}} belongs in it, once: it is what was written."))
    elif not _ALONE.search(body):
        fields.add("body", _("{{message}} stands on a line of its own."))


def _keep(actor: Actor, kind: MailKind, values: dict[str, Any]) -> MailTemplate:
    with transaction():
        row = db.session.get(MailTemplate, kind.value)
        if row is None:
            row = MailTemplate(kind=kind.value, is_on=True, subject="", body="")
        before = _facts(row)
        for name, value in values.items():
            setattr(row, name, value)
        if _facts(row) != before:
            row.modified_at = clock.now()
            db.session.add(row)
            record(actor.id, "mail.words", before=before, after=_facts(row))
    return row


def _facts(row: MailTemplate) -> dict[str, Any]:
    return {"kind": row.kind, "is_on": row.is_on, "subject": row.subject, "body": row.body}
