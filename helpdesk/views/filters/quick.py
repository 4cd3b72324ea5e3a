"""What lists know of filters besides their conditions, so that they needn't read all tickets.

One value of a field that lists know by name is said by that name: there are indexes and counts for
it. Others may hold for few tickets, and say how these are found (tickets/queries/few.py).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Desk, User
from ...fields.models import About
from ...tickets.models import LAST_WORDS_AT, WAITING_FIRST, AuthorKind, Priority
from ...tickets.queries import Few, Filters, few_unread, rarest_tag, tagged, tags_named
from . import moments
from .asking import Asking
from .conditions import ME, NOBODY, NONE, id_of, is_whole, members_of, yes_or_no
from .field import FilterField, Operator
from .own_fields import few_of, people_with

_AT_LEAST = (Operator.IS, Operator.AT_LEAST, Operator.BETWEEN, Operator.WITHIN)
_COMPARED = (*_AT_LEAST, Operator.AT_MOST, Operator.OLDER)


def said(
    asking: Asking,
    field: FilterField,
    operator: Operator,
    values: Sequence[str],
    condition: sa.ColumnElement[bool],
) -> Filters:
    """A filter as lists know it best; *condition* is all that it says."""
    by_name = _NAMED.get(field.name)
    if by_name is not None and operator is Operator.IS and len(values) == 1:
        named = by_name(asking, values[0])
        if named is not None:
            return Filters(**named)
    if field.name == "tag" and operator is Operator.ALL:
        return _all_tags(values)
    if field.name == "company":
        return Filters(people=members_of(operator, values))
    if field.name == "requester" and operator is Operator.IS:
        return Filters(people=sa.select(User.id).where(User.id.in_(map(id_of, values))))
    if field.custom is not None and field.custom.about is About.CUSTOMER:
        return Filters(people=people_with(field.custom, operator, values))
    if field.custom is not None:
        return Filters(matching=condition, few=few_of(field.custom, operator, values))
    few = _FEW.get(field.name)
    return Filters(
        matching=condition,
        few=[] if few is None else few(asking, operator, values, condition),
    )


def _all_tags(values: Sequence[str]) -> Filters:
    """What has the rarest of the tags is looked through for the others."""
    rarest = rarest_tag(values)
    others = [tagged(tags_named([value])) for value in values if value != rarest]
    return Filters(tag=rarest, matching=sa.and_(*others) if others else None)


def _assignee(asking: Asking, value: str) -> Mapping[str, Any] | None:
    if value == ME:
        return None if asking.actor.id is None else {"assignee_id": asking.actor.id}
    return {"assignee_id": None if value == NOBODY else id_of(value)}


def _category(_asking: Asking, value: str) -> Mapping[str, Any] | None:
    if value == NONE:
        return None
    above, _hyphen, below = value.partition("-")
    return {"category_id": int(above)} | ({"subcategory_id": int(below)} if below else {})


_NAMED: Mapping[str, Callable[[Asking, str], Mapping[str, Any] | None]] = {
    "priority": lambda _asking, value: {"priority": Priority(value)},
    "user": lambda _asking, value: {"requester_kind": AuthorKind(value)},
    "requester": lambda _asking, value: {"requester_id": id_of(value)},
    "tag": lambda _asking, value: {"tag": value},
    "assignee": _assignee,
    "category": _category,
}


def _tagged(
    _asking: Asking, operator: Operator, values: Sequence[str], _condition: Any
) -> list[Few]:
    return [Few.tagged(tags_named(values))] if operator is Operator.IS else []


def _categories(
    _asking: Asking, operator: Operator, values: Sequence[str], condition: Any
) -> list[Few]:
    is_range = list(values) == [NONE] or all(map(is_whole, values))
    can_be_few = operator is Operator.IS and is_range
    return [Few.indexed("ix_tickets_category", condition)] if can_be_few else []


def _unread(
    asking: Asking, _operator: Operator, values: Sequence[str], _condition: Any
) -> list[Few]:
    if isinstance(asking.actor, Desk) or not yes_or_no(values[0]):
        return []
    return [few_unread(asking.actor)]


def _by_index(name: str, known: Sequence[Operator]) -> Callable[..., list[Few]]:
    """The condition itself is a range of an index."""

    def few(_asking: Asking, operator: Operator, _values: Any, condition: Any) -> list[Few]:
        return [Few.indexed(name, condition)] if operator in known else []

    return few


def _implied(name: str, key: str, known: Sequence[Operator]) -> Callable[..., list[Few]]:
    """The same of *key*, which an index has, is true wherever the condition is."""
    column = sa.literal_column(key, sa.BigInteger)

    def few(
        asking: Asking, operator: Operator, values: Sequence[str], _condition: Any
    ) -> list[Few]:
        if operator not in known:
            return []
        if operator is Operator.BETWEEN:
            values, operator = [values[0].partition(moments.JOINT)[0].strip()], Operator.AT_LEAST
        if operator is Operator.IS:
            operator = Operator.AT_LEAST
        return [Few.indexed(name, moments.condition(column, asking, operator, values))]

    return few


_LAST_WORDS = _implied("ix_tickets_last_words", LAST_WORDS_AT, _AT_LEAST)
_FEW: Mapping[str, Callable[..., list[Few]]] = {
    "tag": _tagged,
    "category": _categories,
    "unread": _unread,
    "created": _by_index("ix_tickets_newest", _COMPARED),
    "resolved": _by_index("ix_tickets_solved", _COMPARED),
    "customer_wrote": _LAST_WORDS,
    "staff_wrote": _LAST_WORDS,
    "waiting": _implied("ix_tickets_waiting", WAITING_FIRST, (Operator.AT_MOST, Operator.OLDER)),
}
