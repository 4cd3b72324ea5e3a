"""What answers about macros are made of."""

from typing import Any

from ..macros import actions
from ..macros import models as rows
from ..macros.steps import Steps
from . import examples, macro_steps
from .names import api_name
from .shapes import Answered, ChangedTicket, Time

STEPS = {
    "message": "Hello {{requester.first_name}}, the money is on its way.",
    "status": "resolved",
    "assigneeId": "me",
    "addTags": ["refunded"],
}


class Macro(Answered):
    """A macro; *ownerId* is who made it, *steps* has only what it does."""

    id: int
    macro_name: str
    folder: str
    is_shared: bool
    steps: dict[str, Any]
    owner_id: int
    owner_name: str
    created_date: Time
    modified_date: Time


class MacroLine(Answered):
    """A field that a macro sets, named as in a ticket; *after* may be what it is *before*."""

    field: str
    before: Any
    after: Any


class MacroPlan(Answered):
    """What a macro would do to a ticket as it is now; *blanks* still stand in *message*."""

    id: int
    macro_name: str
    message: str | None
    internal: bool
    blanks: list[str]
    changes: list[MacroLine]
    unchanged: list[MacroLine]


class MacroApplied(ChangedTicket):
    """A ticket after a macro; *heldUntil* is when its reply leaves (null: it is no reply)."""

    held_until: Time | None
    message_id: int | None


MACRO = Macro(
    id=4,
    macro_name="Refund is done",
    folder="Returns",
    is_shared=True,
    steps=STEPS,
    owner_id=7,
    owner_name="Mira Okafor",
    created_date=examples.CREATED_AT,
    modified_date=examples.CREATED_AT,
)
PLAN = MacroPlan(
    id=4,
    macro_name="Refund is done",
    message="Hello Ana, the money is on its way.",
    internal=False,
    blanks=[],
    changes=[MacroLine(field="status", before="open", after="resolved")],
    unchanged=[],
)
APPLIED = MacroApplied(
    **{name: getattr(examples.CHANGED_TICKET, name) for name in ChangedTicket.__struct_fields__},
    held_until=examples.CREATED_AT,
    message_id=None,
)


def _line(line: actions.Line) -> MacroLine:
    return MacroLine(field=api_name(line.name), before=line.before, after=line.after)


def macro(one: rows.Macro) -> Macro:
    """A macro with all that it does."""
    return Macro(
        id=one.id,
        macro_name=one.name,
        folder=one.folder,
        is_shared=one.is_shared,
        steps=macro_steps.shaped(Steps.from_json(one.steps)),
        owner_id=one.owner_id,
        owner_name=one.owner.name,
        created_date=one.created_at,
        modified_date=one.modified_at,
    )


def plan(one: rows.Macro, plan: actions.Plan) -> MacroPlan:
    """What a macro would do."""
    return MacroPlan(
        id=one.id,
        macro_name=one.name,
        message=plan.words.text if plan.steps.has_words else None,
        internal=plan.steps.has_words and not plan.steps.is_reply,
        blanks=list(plan.words.blanks),
        changes=[_line(line) for line in plan.changes],
        unchanged=[_line(line) for line in plan.unchanged],
    )
