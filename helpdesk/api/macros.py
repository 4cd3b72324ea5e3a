"""``/support-ticket/macros``: several deeds as one, and what they do to a ticket."""

from typing import Annotated

from ..macros import actions, queries
from ..macros.actions import MacroDraft
from ..macros.models import Macro as MacroRow
from ..macros.steps import Steps
from ..shop.queries import shop
from ..tickets import queries as tickets
from ..tickets.actions import UNSET, Unset
from . import kinds, macro_shapes, shaping
from .endpoints import Call, endpoint
from .macro_shapes import Macro, MacroApplied, MacroPlan
from .macro_steps import STEPS
from .names import called
from .reading import Shape
from .saved_replies import CLEARED_FOLDER, FOLDER, NAME, SECTION, SHARED, KeptQuery
from .shapes import ChangedTicket
from .sides import STAFF

_STEPS = STEPS.says(
    "What it does. assigneeId may be me: whoever applies it; internal makes the message a note.",
    macro_shapes.STEPS,
)


class NewMacro(Shape):
    """A macro to be."""

    macro_name: Annotated[str, NAME]
    steps: Annotated[Steps, _STEPS]
    folder: Annotated[str, FOLDER] = ""
    is_shared: Annotated[bool, SHARED] = False

    def draft(self) -> MacroDraft:
        return MacroDraft(
            name=self.macro_name, folder=self.folder, is_shared=self.is_shared, steps=self.steps
        )


class MacroChanges(Shape):
    """What to change of a macro; what is left out stays. Steps are replaced by all of the new."""

    macro_name: Annotated[str | None, NAME] = None
    folder: Annotated[str | Unset | None, CLEARED_FOLDER] = UNSET
    is_shared: Annotated[bool | None, SHARED] = None
    steps: Annotated[Steps | None, _STEPS] = None

    def draft(self, now: MacroRow) -> MacroDraft:
        """What *now* is to become."""
        return MacroDraft(
            name=now.name if self.macro_name is None else self.macro_name,
            folder=now.folder if isinstance(self.folder, Unset) else self.folder or "",
            is_shared=now.is_shared if self.is_shared is None else self.is_shared,
            steps=Steps.from_json(now.steps) if self.steps is None else self.steps,
        )


class Application(Shape):
    """How a macro is applied."""

    message: Annotated[
        str | None, kinds.TEXT.says("Instead of its own words.", "The money is on its way.")
    ] = None


@endpoint(
    "GET",
    "/{tickets}/macros",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Macros",
    description="Your own and those that are shared, by folder and name; with a keyword, the best.",
    message="Macros retrieved successfully.",
    failure="Failed to retrieve macros",
    query=KeptQuery,
    data=list[Macro],
    example=[macro_shapes.MACRO],
)
def list_macros(call: Call[KeptQuery, None]) -> list[Macro]:
    return [macro_shapes.macro(one) for one in queries.macros(call.actor, call.query.keyword)]


@endpoint(
    "GET",
    "/{tickets}/macros/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Get Macro",
    message="Macro retrieved successfully.",
    failure="Failed to retrieve macro",
    data=Macro,
    example=macro_shapes.MACRO,
)
def show_macro(call: Call[None, None], id: str) -> Macro:
    return macro_shapes.macro(queries.macro(call.actor, kinds.ticket_id(id)))


def _check_new(call: Call[None, NewMacro]) -> None:
    with called(name="macroName"):
        actions.check_macro(call.actor, call.body.draft())


@endpoint(
    "POST",
    "/{tickets}/macros",
    sides=[STAFF],
    section=SECTION,
    summary="Create Macro",
    description="Keeps several deeds as one: a message or a note, fields, tags.",
    message="Macro created successfully.",
    failure="Failed to create macro",
    body=NewMacro,
    body_example={"macroName": "Refund is done", "steps": macro_shapes.STEPS},
    check=_check_new,
    creates=True,
    errors=(409,),
    data=Macro,
    example=macro_shapes.MACRO,
)
def add_macro(call: Call[None, NewMacro]) -> Macro:
    with called(name="macroName"):
        return macro_shapes.macro(actions.add_macro(call.actor, call.body.draft()))


@endpoint(
    "PUT",
    "/{tickets}/macros/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Update Macro",
    description=(
        "Changes what is given; steps are replaced as a whole. Whoever made a shared one, or an "
        "admin, makes it private again."
    ),
    message="Macro updated successfully.",
    failure="Failed to update macro",
    body=MacroChanges,
    body_example={"folder": "Returns", "isShared": True},
    data=Macro,
    example=macro_shapes.MACRO,
)
def update_macro(call: Call[None, MacroChanges], id: str) -> Macro:
    now = queries.macro(call.actor, kinds.ticket_id(id))
    with called(name="macroName"):
        return macro_shapes.macro(actions.update_macro(call.actor, now.id, call.body.draft(now)))


@endpoint(
    "DELETE",
    "/{tickets}/macros/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Delete Macro",
    description="Deletes it and answers what it was.",
    message="Macro deleted successfully.",
    failure="Failed to delete macro",
    data=Macro,
    example=macro_shapes.MACRO,
)
def delete_macro(call: Call[None, None], id: str) -> Macro:
    found = macro_shapes.macro(queries.macro(call.actor, kinds.ticket_id(id)))
    actions.delete_macro(call.actor, found.id)
    return found


@endpoint(
    "GET",
    "/{tickets}/<id>/macros/<other>",
    sides=[STAFF],
    section=SECTION,
    summary="Preview Macro",
    description="What the macro would do to the ticket as it is now. Nothing is done.",
    message="Macro previewed successfully.",
    failure="Failed to preview macro",
    data=MacroPlan,
    example=macro_shapes.PLAN,
)
def preview_macro(call: Call[None, None], id: str, other: str) -> MacroPlan:
    ticket = tickets.get(call.actor, kinds.ticket_id(id))
    macro = queries.macro(call.actor, kinds.ticket_id(other))
    return macro_shapes.plan(macro, actions.plan(call.actor, macro, ticket))


@endpoint(
    "POST",
    "/{tickets}/<id>/macros/<other>",
    sides=[STAFF],
    section=SECTION,
    summary="Apply Macro",
    description=(
        "Does all of it or nothing, as one deed whose batch takes it back. A reply is held for as "
        "long as the shop says, with what goes along with it. A variable without a value is 422, "
        "unless the message is given."
    ),
    message="Macro applied successfully.",
    failure="Failed to apply macro",
    body=Application,
    body_example={"message": "The money is on its way."},
    creates=True,
    errors=(409,),
    data=MacroApplied,
    example=macro_shapes.APPLIED,
)
def apply_macro(call: Call[None, Application], id: str, other: str) -> MacroApplied:
    ticket = tickets.get(call.actor, kinds.ticket_id(id))
    done = actions.apply(
        call.actor,
        kinds.ticket_id(other),
        ticket,
        words=call.body.message,
        seconds=shop().hold_seconds,
    )
    changed = shaping.changed(ticket, done.batch or None)
    return MacroApplied(
        **{name: getattr(changed, name) for name in ChangedTicket.__struct_fields__},
        held_until=done.held.leaves_at if done.held else None,
        message_id=done.message.id if done.message else None,
    )
