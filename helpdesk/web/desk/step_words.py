"""What a macro does, in words: in general, and to one ticket."""

from collections.abc import Iterable, Sequence
from textwrap import shorten
from typing import Any

from msgspec import Struct

from ...accounts import queries as accounts
from ...accounts.models import DESK
from ...fields import queries as fields
from ...fields.models import About, CustomField
from ...i18n import gettext as _
from ...macros.actions import Line, Plan
from ...macros.steps import Steps
from ...tickets import queries
from ...tickets.models import Priority, Status
from .. import custom
from .choices import PRIORITY_WORDS, STATUS_WORDS

_PAIR = ("category_id", "subcategory_id")
_ORDER = ("status", "assignee_id", "priority", "category_id", "tags")  # then custom fields


class ToldLine(Struct, frozen=True):
    """A field of a ticket: what it is now, and what it would be."""

    label: str
    before: str
    after: str
    is_change: bool


class ToldStep(Struct, frozen=True):
    """A field, and what a macro sets it to."""

    label: str
    value: str


class _Names(Struct, frozen=True):
    """What ids and keys are called."""

    people: dict[int, str]
    categories: dict[int, str]
    fields: dict[str, CustomField]

    def words(self, name: str, value: Any) -> str:
        """*value* of the field *name*; tags as a list of names."""
        if name == "status":
            return str(STATUS_WORDS[Status(value)])
        if name == "priority":
            return str(PRIORITY_WORDS[Priority(value)])
        if name == "tags":
            return ", ".join(value) or _("none")
        if name == "assignee_id":
            return _("nobody") if value is None else self.people.get(value, f"#{value}")
        if name in _PAIR:
            return _("none") if value is None else self.categories.get(value, f"#{value}")
        of = self.fields.get(name.removeprefix(custom.PREFIX))
        return (custom.in_words(of, value) if of else str(value or "")) or _("none")

    def label(self, name: str) -> str:
        if name.startswith(custom.PREFIX):
            of = self.fields.get(name.removeprefix(custom.PREFIX))
            return name.removeprefix(custom.PREFIX) if of is None else of.label
        return {
            "status": _("Status"),
            "assignee_id": _("Assignee"),
            "priority": _("Priority"),
            "category_id": _("Category"),
            "tags": _("Tags"),
        }[name]

    def pair(self, category_id: Any, subcategory_id: Any) -> str:
        """A category with the one below it."""
        top = self.words("category_id", category_id)
        if not isinstance(subcategory_id, int):
            return top
        return f"{top} / {self.words('subcategory_id', subcategory_id)}"


def told_plan(plan: Plan) -> list[ToldLine]:
    """The lines of *plan*, what changes first, each half in the order of a ticket's properties."""
    names = _names((line.name, value) for line in plan.lines for value in (line.before, line.after))
    told = [
        ToldLine(
            names.label(line.name),
            names.words(line.name, line.before),
            names.words(line.name, line.after),
            line.is_change,
        )
        for line in plan.lines
        if line.name not in _PAIR
    ]
    pair = [line for line in plan.lines if line.name in _PAIR]
    if pair:
        told.append(_told_pair(names, pair))
    labels = [names.label(name) for name in _ORDER]
    order = {label: place for place, label in enumerate(labels)}
    return sorted(told, key=lambda line: (not line.is_change, order.get(line.label, len(order))))


def _told_pair(names: _Names, lines: Sequence[Line]) -> ToldLine:
    before = {line.name: line.before for line in lines}
    after = {line.name: line.after for line in lines}
    return ToldLine(
        names.label("category_id"),
        names.pair(before.get("category_id"), before.get("subcategory_id")),
        names.pair(after.get("category_id"), after.get("subcategory_id")),
        any(line.is_change for line in lines),
    )


def told_steps(many: Sequence[Steps]) -> list[list[ToldStep]]:
    """What each of *many* does, in a constant number of queries."""
    names = _names(pair for steps in many for pair in _given(steps))
    return [_told_steps(names, steps) for steps in many]


def _told_steps(names: _Names, steps: Steps) -> list[ToldStep]:
    given = dict(_given(steps))
    told = []
    if "category_id" in given:
        words = names.pair(given.pop("category_id"), given.pop("subcategory_id", None))
        told.append(ToldStep(names.label("category_id"), words))
    if steps.to_me:
        told.append(ToldStep(names.label("assignee_id"), _("whoever applies it")))
    told += [ToldStep(names.label(name), names.words(name, given[name])) for name in given]
    tags = [f"+ {tag}" for tag in steps.along.add_tags]
    tags += [f"− {tag}" for tag in steps.along.remove_tags]
    if tags:
        told.append(ToldStep(_("Tags"), "  ".join(tags)))
    if steps.has_words:
        label = _("Reply") if steps.is_reply else _("Note")
        told.append(ToldStep(label, shorten(steps.words, 80, placeholder=" …")))
    return told


def _given(steps: Steps) -> list[tuple[str, Any]]:
    given = steps.along.changes.given()
    own = given.pop("fields", {})
    return [*given.items(), *((custom.PREFIX + key, value) for key, value in own.items())]


def _names(values: Iterable[tuple[str, Any]]) -> _Names:
    """The names of everything in *values*, in three queries at most."""
    known = [pair for pair in values if pair[1] is not None]
    people = {value for name, value in known if name == "assignee_id"}
    categories = {value for name, value in known if name in _PAIR}
    has_custom = any(name.startswith(custom.PREFIX) for name, _value in known)
    shown = fields.fields(DESK, About.TICKET, active=None) if has_custom else ()
    return _Names(
        accounts.names_of(people) if people else {},
        queries.category_names(categories) if categories else {},
        {one.key: one for one in shown},
    )
