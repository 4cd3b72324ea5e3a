"""Filters and words become the condition that a list is read with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from msgspec import Struct

from ...accounts.models import Actor
from ...fields.models import About
from ...i18n import gettext as _
from ...search.finding import Found
from ...search.grammar import Words
from ...search.relevance import Ranked
from ...text import storable
from ...tickets.models import Place, Status
from ...tickets.queries import Filters
from .asking import Asking
from .field import Operator, Wrong
from .naming import by_number
from .own_fields import compared, few_people
from .quick import said
from .rules import LONGEST_NAME, MOST_RULES, Rules, clean, split
from .table import PLACE, PLACES, STATUS, WORDS
from .wording import rules_said, worded

One = TypeVar("One")
EVERYTHING = Filters()


class Problem(Struct, frozen=True):
    """A filter that can't be one, and why."""

    name: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What *rules*, those that make sense, narrow a list to; *problems* are the others.

    Statuses and places, empty where nothing says them, stand beside the other conditions: lists
    have indexes for them.
    """

    actor: Actor
    rules: Rules
    problems: Sequence[Problem] = ()
    statuses: Sequence[Status] = ()
    places: Sequence[Place] = ()
    conditions: Sequence[sa.ColumnElement[bool]] = ()
    said: Filters = EVERYTHING  # what lists know by name
    words: tuple[Words, ...] = ()

    @cached_property
    def filters(self) -> Filters:
        conditions = list(self.conditions)
        if self.said.matching is not None:
            conditions.append(self.said.matching)
        return replace(
            self.said,
            places=self.places or (Place.INBOX,),
            statuses=self.statuses,
            matching=sa.and_(*conditions) if conditions else None,
            found=Found(self.actor, self.words) if self.words else None,
        )

    @property
    def ranked(self) -> Ranked:
        """The same in the order of relevance."""
        return Ranked(self.actor, self.filters)

    def within(self, other: "Narrowed | None") -> "Narrowed":
        """The tickets that are in both lists; rules and problems are this one's."""
        if other is None:
            return self
        statuses, no_status = _in_both(self.statuses, other.statuses)
        places, no_place = _in_both(self.places, other.places)
        nowhere = [sa.false()] if no_status or no_place else []
        return Narrowed(
            actor=self.actor,
            rules=self.rules,
            problems=self.problems,
            statuses=statuses,
            places=places,
            conditions=[*other.conditions, *self.conditions, *nowhere],
            said=other.said & self.said,
            words=other.words + self.words,
        )


def narrowed(asking: Asking, given: Rules, text: str = "", *, strictly: bool = False) -> Narrowed:
    """The list that *given*, and *text* as somebody typed it, ask for.

    What makes no sense is left out, or *strictly* lets nothing through: a view whose field is gone
    must not show everything. In *text* it is words to look for.
    """
    kept: dict[str, Sequence[str]] = {}
    problems: list[Problem] = []
    found = Narrowed(actor=asking.actor, rules=kept, problems=problems)
    for name, values in given.items():
        try:
            if len(kept) >= MOST_RULES:
                raise Wrong(_("At most %(most)s filters at once.", most=MOST_RULES))
            part, kept[name] = _rule(asking, name, values)
        except Wrong as wrong:
            problems.append(Problem(_short(name), str(wrong)))
            continue
        found = found.within(part)
    found = found.within(_said(asking, text))
    return found.within(_nothing(asking)) if strictly and problems else found


def _rule(asking: Asking, name: str, values: Sequence[str]) -> tuple[Narrowed, Sequence[str]]:
    """What one rule narrows a list to, and its values as they are kept. Raises Wrong."""
    field, operator = split(asking, name)
    values = by_number(asking, field, operator, clean(field, operator, values))
    condition = field.condition(asking, operator, values)
    if field.name == WORDS:
        return _said(asking, values[0]), values
    part: dict[str, Any] = {}
    if field.name == PLACE:
        part["places"] = [one for one in PLACES if (one in values) is (operator is Operator.IS)]
    elif field.name == STATUS:
        part["statuses"] = [one for one in Status if (one in values) is (operator is Operator.IS)]
    else:
        part["said"] = said(asking, field, operator, values, condition)
    if [] in part.values():
        return _nothing(asking), values
    return Narrowed(actor=asking.actor, rules={}, **part), values


def _said(asking: Asking, text: str) -> Narrowed:
    """What *text* narrows a list to, as somebody typed it."""
    asked = worded(asking, text)
    found = Narrowed(actor=asking.actor, rules={}, words=asked.words)
    for name, values in rules_said(asking, asked):
        found = found.within(_rule(asking, name, values)[0])
    return found.within(_nothing(asking)) if asked.is_void else found


def _nothing(asking: Asking) -> Narrowed:
    return Narrowed(actor=asking.actor, rules={}, conditions=[sa.false()])


def _in_both(some: Sequence[One], others: Sequence[One]) -> tuple[Sequence[One], bool]:
    """What both allow, where an empty one allows all; and whether that is nothing."""
    if not some or not others:
        return some or others, False
    both = [one for one in some if one in others]
    return both, not both


class NarrowedPeople(Struct, frozen=True):
    """The same of customers: *condition* is on User, None where nothing narrows them."""

    rules: Rules
    condition: sa.ColumnElement[bool] | None
    problems: Sequence[Problem]


def narrowed_people(asking: Asking, given: Rules) -> NarrowedPeople:
    """The customers that *given* asks for, by the shop's own fields of theirs."""
    kept: dict[str, Sequence[str]] = {}
    conditions: list[sa.ColumnElement[bool]] = []
    problems: list[Problem] = []
    for name, values in given.items():
        try:
            if len(kept) >= MOST_RULES:
                raise Wrong(_("At most %(most)s filters at once.", most=MOST_RULES))
            field, operator = split(asking, name)
            if field.custom is None or field.custom.about is not About.CUSTOMER:
                raise Wrong(_("There is no such field."))
            values = clean(field, operator, values)
            conditions.append(compared(field.custom, operator, values))
            conditions += few_people(field.custom, operator, values)
            kept[name] = values
        except Wrong as wrong:
            problems.append(Problem(_short(name), str(wrong)))
    return NarrowedPeople(kept, sa.and_(*conditions) if conditions else None, problems)


def _short(name: str) -> str:
    name = "".join(char for char in name if storable(char))
    return name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
