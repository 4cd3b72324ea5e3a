"""The form in which replies and notes are written, as it is sent; composer.py shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from wtforms import Form, HiddenField, MultipleFileField, TextAreaField

from ...accounts.models import User
from ...tickets.actions import Changes
from ...tickets.models import Attachment, Status
from ..once import OnceField
from . import choices
from .forms import one_of, seen_of

LEAVE, ME = "leave", "me"


class ComposerForm(Form):
    """A reply or a note. ``kept`` are files that wait since the form came back.

    ``then`` is the value of the button that sent it: a status, or ME. It wins over what the form
    holds; a form without script has no other way to say so.
    """

    kind = HiddenField()
    message = TextAreaField()
    files = MultipleFileField()
    reply_status = HiddenField()
    note_status = HiddenField()
    assign = HiddenField()
    then = HiddenField()
    last_message_id = HiddenField()
    seen_status = HiddenField()
    seen_assignee = HiddenField()
    seen_held = HiddenField()  # names of others' replies that were about to leave
    draft_seen = HiddenField()  # the revision of the draft
    settled = HiddenField()  # another window's words are no longer needed
    once = OnceField()

    ACTION_NAMES: Mapping[str, str] = {"attachments": "files", "assignee_id": "assign"}
    CHOICES = ("reply_status", "note_status", "assign")
    kept: Sequence[Attachment] = ()
    preview: Markup | None = None  # of the message, where it was asked for

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        if self.then.data == ME:
            self.assign.data = ME
        elif self.then.data:
            self.status_field.data = self.then.data

    @property
    def is_reply(self) -> bool:
        """Whether the words are for the customer: only if the form says so, in so many words."""
        return bool(self.kind.data == "reply")

    @property
    def status_field(self) -> HiddenField:
        return self.reply_status if self.is_reply else self.note_status

    def assignee_id(self, me: User) -> int | None:
        """Whom the ticket goes to; None: it stays with whom it is. Raises Invalid."""
        if self.assign.data == LEAVE:
            return None
        if self.assign.data == ME:
            return me.id
        return choices.chosen_id(self.assign.data or "", "assign")

    def status(self) -> Status | None:
        """The status that goes with the words; None: it stays. Raises Invalid."""
        field = self.status_field
        if not field.data or field.data == LEAVE:
            return None
        return one_of(Status, field.data, field.name)

    def changes(self, me: User) -> Changes:
        """What goes with the words. Raises Invalid."""
        wanted: dict[str, Any] = {"status": self.status(), "assignee_id": self.assignee_id(me)}
        return Changes(**{name: value for name, value in wanted.items() if value is not None})

    def seen(self) -> dict[str, Any]:
        """What the person had on the screen. Raises Invalid."""
        return seen_of("status", self.seen_status.data) | seen_of(
            "assignee", self.seen_assignee.data
        )

    def chosen(self) -> dict[str, str]:
        """What a draft keeps beside the words."""
        return {name: self[name].data for name in self.CHOICES if self[name].data}
