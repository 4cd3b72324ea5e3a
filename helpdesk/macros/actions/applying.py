"""Applying a macro to a ticket: what it would do, and doing it, as one deed with one undo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...accounts.models import User
from ...database import transaction
from ...errors import Conflict, HelpdeskError, Invalid
from ...events import record, recorded_batch
from ...fields import queries as fields
from ...fields.models import About
from ...i18n import gettext as _
from ...tickets.actions import (
    Along,
    Change,
    Files,
    add_note,
    apply_all,
    require_as_seen,
    require_in_place,
    send_reply,
    value_of,
)
from ...tickets.models import Format, HeldReply, Message, Status, Ticket
from .. import policy, queries
from ..filling import Filled, Values, fill, said_of_blanks
from ..models import Macro
from ..steps import Steps

PREFIX = "fields."  # before the key of a custom field


@dataclass(frozen=True)
class Line:
    """A field that a macro sets on a ticket; *after* may be what it is *before*."""

    name: str  # as events and `actions.value_of` name it
    before: Any
    after: Any

    @property
    def is_change(self) -> bool:
        return bool(self.before != self.after)


@dataclass(frozen=True)
class Plan:
    """What a macro would do to a ticket as it is now."""

    steps: Steps
    words: Filled
    lines: tuple[Line, ...]

    @property
    def changes(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_change)

    @property
    def unchanged(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.is_change)

    @property
    def seen(self) -> dict[str, Any]:
        """What whoever looks at this sees in the fields that would be set."""
        return {line.name: line.before for line in self.lines}


@dataclass(frozen=True)
class Applied:
    """What was done: *batch* takes it back (empty: nothing had to be done)."""

    batch: str
    message: Message | None = None  # the reply or the note, if it is one already
    held: HeldReply | None = None  # the reply, while its author can call it back


def plan(actor: User, macro: Macro, ticket: Ticket) -> Plan:
    """What *macro* would do to *ticket*. Raises NotAllowed.

    The number of queries doesn't depend on how much that is.
    """
    policy.require_staff(actor)
    steps = Steps.from_json(macro.steps)
    words = fill(steps.words, Values(actor, ticket)) if steps.has_words else Filled("")
    return Plan(steps, words, tuple(_lines(steps, steps.for_actor(actor), ticket)))


def trouble_with(actor: User, macro: Macro) -> str:
    """Why *macro* can't be applied to any ticket as it is (a colleague who left); or nothing."""
    try:
        Steps.from_json(macro.steps).for_actor(actor).check()
    except HelpdeskError as error:
        return error.message
    return ""


def apply(
    actor: User,
    macro_id: int,
    ticket: Ticket,
    *,
    words: str | None = None,
    files: Files = (),
    seen: Mapping[str, Any] | None = None,
    mark: str | None = None,
    seconds: int = 0,
) -> Applied:
    """Do all of a macro to *ticket*, in one transaction, or nothing of it.

    *words* stand in for the macro's own, which are sent only where nothing is missing in them. A
    reply is held for *seconds*, and what goes along with it too. *seen* and *mark* (of the steps)
    are what the actor saw before. Raises NotAllowed, NotFound, TooLarge; Invalid; WrongState on a
    ticket that can't be changed so; Conflict where the macro or a field has changed meanwhile.
    """
    with transaction():
        macro = queries.macro(actor, macro_id)
        steps = Steps.from_json(macro.steps)
        if mark is not None and mark != steps.mark:
            raise Conflict(
                _("Somebody has changed this macro meanwhile: look at what it does now, please.")
            )
        along = steps.for_actor(actor)
        along.check()
        require_in_place(actor, ticket)
        require_as_seen(ticket, along, seen or {})
        text = _text(actor, steps, ticket, words)
        message, held = _write(actor, ticket, steps, text, files, along, seconds)
        if recorded_batch() is not None:
            told = {"macro": macro.id, "name": macro.name}
            record(actor.id, "ticket.macro", ticket_id=ticket.id, after=told)
        return Applied(recorded_batch() or "", message, held)


def for_many(actor: User, macro: Macro) -> Change:
    """*macro* as a change of many tickets. Raises NotAllowed; Invalid where it has words."""
    policy.require_staff(actor)
    steps = Steps.from_json(macro.steps)
    if steps.has_words:
        raise Invalid(
            {
                "macro": [
                    _("“%(name)s” writes something: apply it ticket by ticket.", name=macro.name)
                ]
            }
        )
    along = steps.for_actor(actor)
    return Change(fields=along.changes, add_tags=along.add_tags, remove_tags=along.remove_tags)


def _text(actor: User, steps: Steps, ticket: Ticket, words: str | None) -> str:
    if not steps.has_words or words is not None:
        return words or ""
    filled = fill(steps.words, Values(actor, ticket))
    if filled.blanks:
        raise Invalid({"message": [said_of_blanks(filled.blanks)]})
    return filled.text


def _write(
    actor: User,
    ticket: Ticket,
    steps: Steps,
    text: str,
    files: Files,
    along: Along,
    seconds: int,
) -> tuple[Message | None, HeldReply | None]:
    if not steps.has_words:
        apply_all(actor, ticket, along)
        return None, None
    if not steps.is_reply:
        note = add_note(actor, ticket, text, files, format=Format.MARKDOWN)
        apply_all(actor, ticket, along)
        return note, None
    sent = send_reply(actor, ticket, text, files, along, seconds=seconds, format=Format.MARKDOWN)
    return (None, sent) if isinstance(sent, HeldReply) else (sent, None)


def _lines(steps: Steps, along: Along, ticket: Ticket) -> list[Line]:
    given = along.for_ticket(ticket).given()
    custom = given.pop("fields", {})
    if "category_id" in given and given["category_id"] != ticket.category_id:
        given.setdefault("subcategory_id", None)  # as `update` does
    if steps.is_reply and "status" not in given and ticket.status is Status.OPEN:
        given = {"status": Status.PENDING} | given  # as `reply` does
    lines = [Line(name, value_of(ticket, name), value) for name, value in given.items()]
    if not custom:
        return lines
    now = fields.values(About.TICKET, [ticket.id])[ticket.id]
    return lines + [
        # An unticked box has no row.
        Line(PREFIX + key, now.get(key, False if isinstance(value, bool) else None), value)
        for key, value in custom.items()
    ]
