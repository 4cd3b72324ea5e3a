"""Macros: kept, changed, deleted."""

from dataclasses import dataclass

from ...accounts.models import User
from ...database import transaction
from ...events import Event
from ...text import Fields
from .. import policy, queries
from ..models import Macro
from ..steps import Steps, checked
from .keeping import MACRO, Title, add, change, clean_title, delete


@dataclass(frozen=True, kw_only=True)
class MacroDraft(Title):
    """All that a macro is."""

    steps: Steps


def add_macro(actor: User, draft: MacroDraft) -> Macro:
    """Keep several deeds as one. Raises NotAllowed, WrongState; Invalid with every bad field."""
    policy.require_staff(actor)
    with transaction():
        title, steps = check_macro(actor, draft)
        macro: Macro = add(actor, MACRO, title, steps.as_json())
    return macro


def update_macro(actor: User, macro_id: int, draft: MacroDraft) -> Macro:
    """Make it what *draft* says. Raises NotAllowed, NotFound; Invalid with every bad field."""
    with transaction():
        macro = queries.macro(actor, macro_id)
        title, steps = check_macro(actor, draft, macro)
        change(actor, MACRO, macro, title, steps.as_json())
    return macro


def delete_macro(actor: User, macro_id: int) -> Event:
    """Delete it; the event's deed can be undone. Raises NotAllowed, NotFound."""
    with transaction():
        return delete(actor, MACRO, queries.macro(actor, macro_id))


def check_macro(actor: User, draft: MacroDraft, macro: Macro | None = None) -> tuple[Title, Steps]:
    """The clean title and steps of *draft* (for *macro*). Raises Invalid with every bad field."""
    errors = Fields()
    owner_id = actor.id if macro is None else macro.owner_id
    title = clean_title(MACRO, owner_id, draft, errors, macro)
    steps = checked(draft.steps, errors)
    errors.raise_if_any()
    return title, steps
