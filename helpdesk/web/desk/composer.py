"""The composer as the page of a ticket shows it."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from ...accounts.models import Person
from ...i18n import gettext as _
from ...tickets import actions
from ...tickets.models import Status
from ..shown_field import Label, ShownField
from . import choices
from .choices import STATUS_WORDS
from .composer_form import LEAVE, ME, ComposerForm
from .opened import Opened


class Composer(Struct, frozen=True):
    """All that is in it; *errors* are those of a form that came back."""

    kind: str
    message: ShownField
    files: ShownField
    assign: ShownField
    hidden: Mapping[str, str]  # fields by name
    kept: Sequence[Any]
    preview: Markup | None
    errors: Mapping[str, Any]

    def __getitem__(self, name: str) -> ShownField:
        found: ShownField = getattr(self, name)
        return found

    def __contains__(self, name: str) -> bool:
        return name in ("message", "files", "assign")

    @property
    def offered(self) -> choices.Choices:
        """The statuses that a button may set."""
        return choices.statuses()

    def words_of(self, value: str) -> str:
        """The status *value* in words; nothing for the one that leaves it as it is."""
        return "" if value == LEAVE else str(STATUS_WORDS[Status(value)])


def composer(
    opened: Opened, me: Person, last_message_id: int, form: ComposerForm | None = None
) -> Composer:
    """The composer of a ticket: *form* that came back, or else the draft, or an empty one.

    What the person chose stays chosen; the rest is offered for the ticket as it is now.
    """
    ticket, draft = opened.ticket, opened.draft
    kept: Sequence[Any] = opened.draft_files
    errors: Mapping[str, Any] = {}
    preview = None
    if form is not None:
        given, errors = {name: form[name].data or "" for name in _FROM_FORM}, dict(form.errors)
        kept, preview = form.kept, form.preview
    else:
        given = {} if draft is None else {**_chosen(draft.choices), "message": draft.body}
        given["kind"] = "" if draft is None else draft.kind.value
    others = [(str(one.id), one.name) for one in opened.staff if one.id != me.id]
    assign = [(LEAVE, _("as it is")), (ME, _("Me")), *others]

    def field(name: str, label: str, data: str = "", offered: Any = None) -> ShownField:
        return ShownField(
            name, f"composer-{name}", Label(label), data, offered, errors.get(name, ())
        )

    return Composer(
        kind=given.get("kind") or "reply",
        message=field("message", _("Message"), given.get("message", "")),
        files=field("files", _("Files")),
        assign=field("assign", _("Assign"), given.get("assign") or LEAVE, assign),
        hidden={
            "once": given.get("once") or secrets.token_hex(16),
            "last_message_id": str(last_message_id),
            "seen_status": ticket.status.value,
            "seen_assignee": "" if ticket.assignee_id is None else str(ticket.assignee_id),
            "seen_held": ",".join(actions.name_of(one) for one in opened.held),
            "reply_status": _offered(given.get("reply_status")) or Status.PENDING.value,
            "note_status": _offered(given.get("note_status")) or LEAVE,
        },
        kept=kept,
        preview=preview,
        errors=errors,
    )


_FROM_FORM = ("kind", "message", *ComposerForm.CHOICES, "once")


def _chosen(kept: Mapping[str, str]) -> dict[str, str]:
    return {name: kept[name] for name in ComposerForm.CHOICES if kept.get(name)}


def _offered(value: str | None) -> str:
    """*value*, if it is one of the choices."""
    return value if value is not None and value in (*Status, LEAVE) else ""
