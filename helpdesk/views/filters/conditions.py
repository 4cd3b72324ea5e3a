"""The conditions on Ticket that fields of the program make. All raise Wrong for a bad value."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Desk, User
from ...i18n import gettext as _
from ...tickets.models import Ticket
from ...tickets.queries import asked_for_by, tagged, tags_named, unread
from . import moments
from .asking import Asking
from .field import Condition, Operator, Wrong

ME, NOBODY, NONE = "me", "none", "none"
YES, NO = "yes", "no"
_ID = re.compile(r"[0-9]{1,15}", re.ASCII)
_PAIR = re.compile(r"([0-9]{1,15})(?:-([0-9]{1,15}))?", re.ASCII)


def one_of(column: Any, choices: Sequence[str], known: Callable[[str], Any]) -> Condition:
    """*column* is one of the words that it may hold."""

    @lru_cache
    def made(operator: Operator, values: tuple[str, ...]) -> Any:
        return _in(column, operator, [known(value) for value in values])

    def condition(_asking: Asking, operator: Operator, values: Sequence[str]) -> Any:
        wrong = [value for value in values if value not in choices]
        if wrong:
            raise Wrong(_("One of %(choices)s.", choices=", ".join(choices)))
        return made(operator, tuple(values))

    return condition


def assignee(asking: Asking, operator: Operator, values: Sequence[str]) -> Any:
    ids = [asking.actor.id if value == ME else id_of(value) for value in values if value != NOBODY]
    known = [id_ for id_ in ids if id_ is not None]  # the desk itself is nobody's assignee
    return _in_or_none(Ticket.assignee_id, operator, known, NOBODY in values)


def requester(_asking: Asking, operator: Operator, values: Sequence[str]) -> Any:
    return _in(Ticket.requester_id, operator, [id_of(value) for value in values])


def company(_asking: Asking, operator: Operator, values: Sequence[str]) -> Any:
    return asked_for_by(members_of(operator, values))


def members_of(operator: Operator, companies: Sequence[str]) -> sa.Select[int]:
    """The ids of the people of these companies, or not of these, of any, or of none."""
    ids = [id_of(one) for one in companies if operator in (Operator.IS, Operator.IS_NOT)]
    of = User.company_id
    belongs: Mapping[Operator, Any] = {
        Operator.IS: of.in_(ids),
        Operator.IS_NOT: sa.func.coalesce(of, 0).not_in(ids),
        Operator.FILLED: of.is_not(None),
        Operator.EMPTY: of.is_(None),
    }
    return sa.select(User.id).where(belongs[operator])


def category(_asking: Asking, operator: Operator, values: Sequence[str]) -> Any:
    """A category with all below it, or (``3-7``) one below it alone; ``none``: without any."""
    found = _of_categories(values)
    # Never null, so that its opposite isn't, either.
    return found if operator is Operator.IS else sa.not_(sa.func.coalesce(found, sa.false()))


def _of_categories(values: Sequence[str]) -> sa.ColumnElement[bool]:
    if len(values) > 1 and all(map(is_whole, values)):  # as an index finds them
        return Ticket.category_id.in_([int(value) for value in values])
    return sa.or_(
        *(Ticket.category_id.is_(None) if value == NONE else _of_pair(value) for value in values)
    )


def is_whole(category: str) -> bool:
    """Whether it is one with all below it."""
    return _ID.fullmatch(category) is not None


def _of_pair(value: str) -> sa.ColumnElement[bool]:
    found = _PAIR.fullmatch(value)
    if found is None:
        raise Wrong(_("A category is asked for by its number: 3, or 3-7 for one below it."))
    if found[2] is None:
        return Ticket.category_id == int(found[1])
    return sa.and_(Ticket.category_id == int(found[1]), Ticket.subcategory_id == int(found[2]))


def tag(_asking: Asking, operator: Operator, values: Sequence[str]) -> Any:
    if operator is Operator.EMPTY:
        return sa.not_(tagged())
    if operator is Operator.FILLED:
        return tagged()
    if operator is Operator.ALL:
        return sa.and_(*(tagged(tags_named([value])) for value in values))
    found = tagged(tags_named(values))
    return found if operator is Operator.IS else sa.not_(found)


def flag(is_so: sa.ColumnElement[bool]) -> Condition:
    """*is_so*, which is never null, or its opposite."""

    def condition(_asking: Asking, _operator: Operator, values: Sequence[str]) -> Any:
        return is_so if yes_or_no(values[0]) else sa.not_(is_so)

    return condition


def unread_by_me(asking: Asking, _operator: Operator, values: Sequence[str]) -> Any:
    if isinstance(asking.actor, Desk):  # which reads nothing
        return sa.false()
    is_so = unread(asking.actor)
    return is_so if yes_or_no(values[0]) else sa.not_(is_so)


def moment(column: Any) -> Condition:
    def condition(asking: Asking, operator: Operator, values: Sequence[str]) -> Any:
        return moments.condition(column, asking, operator, values)

    return condition


def any_words(_asking: Asking, _operator: Operator, _values: Sequence[str]) -> Any:
    """Whoever narrows a list reads the words themselves (narrowing.py): any text is some."""
    return sa.true()


def id_of(value: str) -> int:
    if not _ID.fullmatch(value):
        raise Wrong(_("A whole number is needed here."))
    return int(value)


def yes_or_no(value: str) -> bool:
    if value not in (YES, NO):
        raise Wrong(_("One of %(choices)s.", choices=f"{YES}, {NO}"))
    return value == YES


def _in(column: Any, operator: Operator, values: Sequence[Any]) -> sa.ColumnElement[bool]:
    if operator is Operator.IS:
        # One alone as an equality, so that an index can keep the order of a list.
        return sa.and_(column == values[0]) if len(values) == 1 else column.in_(values)
    return column.not_in(values)  # type: ignore[no-any-return]


def _in_or_none(
    column: Any, operator: Operator, values: Sequence[int], or_none: bool
) -> sa.ColumnElement[bool]:
    if operator is Operator.IS:
        conditions = [_in(column, operator, values)] if values else []
        return sa.or_(sa.false(), *conditions, *([column.is_(None)] if or_none else []))
    if or_none:
        return sa.and_(column.is_not(None), column.not_in(values))
    return sa.or_(column.is_(None), column.not_in(values))
