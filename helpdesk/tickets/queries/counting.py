"""How many tickets there are, as far as tables know that are kept (counts.py, tagged.py)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import Prepared, db, rows, scalar, sql
from ..counts import BY_ALL, BY_ASSIGNEE, BY_CATEGORY, BY_KIND, BY_REQUESTER
from ..models import Place, Status
from ..tagged import NEWEST, TAGGED
from .few import by_index
from .filters import ANYBODY, Filters, name_of_tag
from .shapes import CONDITIONS
from .visibility import REQUESTERS_PLACES

_COUNTED = (
    "assignee_id",
    "category_id",
    "subcategory_id",
    "priority",
    "requester_id",
    "requester_kind",
)


def by_assignee(actor: Actor, statuses: Collection[Status]) -> Mapping[tuple[Status, int], int]:
    """How many tickets in the inbox staff have, by status and assignee (0: nobody); one query."""
    if not actor.is_staff:
        return {}
    found = rows(_by_assignee(tuple(statuses)))
    return {(Status(one.status), one.assignee_id): one.number for one in found}


@cache
def _by_assignee(statuses: Collection[Status]) -> Prepared:
    of = BY_ASSIGNEE.c
    query = sa.select(
        of.status.label("status"), of.assignee_id.label("assignee_id"), of.number.label("number")
    )
    return Prepared(query.where(of.place == Place.INBOX, of.status.in_(statuses)))


def by_status(actor: Actor, requesters: Collection[int]) -> Mapping[int, Mapping[Status, int]]:
    """How many tickets in the inbox these people have asked for, for staff; one query."""
    found: dict[int, dict[Status, int]] = {id_: dict.fromkeys(Status, 0) for id_ in requesters}
    if not found or not actor.is_staff:
        return found
    of = BY_REQUESTER.c
    query = sa.select(of.requester_id, of.status, of.number)
    query = query.where(of.requester_id.in_(requesters), of.place == Place.INBOX)
    for id_, status, number in db.session.execute(query):
        found[id_][Status(status)] = number
    return found


def known(actor: Actor, filters: Filters) -> int | None:
    """How many tickets of *filters* *actor* may see, from the tables; None where none knows."""
    others = (
        filters.matching,
        filters.created_on,
        filters.people,
        filters.found,
        filters.among,
    )
    if any(one is not None for one in others):
        return None
    given = asked(filters)
    if filters.tag is not None:
        return None
    places: Collection[Place] = filters.places
    if not actor.is_staff:
        if given.setdefault("requester_id", actor.id) != actor.id:
            return None
        places = REQUESTERS_PLACES
    statement = _sum(tuple(given), len(places), len(filters.statuses))
    if statement is None:
        return None
    values: dict[str, Any] = {f"place{at}": place for at, place in enumerate(places)}
    values |= {f"status{at}": status for at, status in enumerate(filters.statuses)}
    return scalar(statement, **values, **given) or 0


def from_table(actor: Actor, filters: Filters) -> sa.ScalarSelect[int] | None:
    """The same as a part of another statement, for staff; None where no table of counts knows."""
    others = (filters.matching, filters.created_on, filters.people, filters.found, filters.tag)
    given = asked(filters)
    table = _table_of(given)
    if not actor.is_staff or table is None or any(one is not None for one in others):
        return None
    of = table.c
    query = sa.select(sa.func.coalesce(sql.sum_of(of.number), 0)).where(
        of.place.in_(filters.places),
        of.status.in_(filters.statuses or list(Status)),
        *(of[name] == value for name, value in given.items()),
    )
    return query.scalar_subquery()


def _table_of(given: Iterable[str]) -> sa.Table | None:
    """The smallest table that has these columns."""
    tables = (BY_ASSIGNEE, BY_KIND, BY_CATEGORY, BY_REQUESTER, BY_ALL)
    return next((one for one in tables if set(given) <= set(one.c.keys())), None)


def of_tag(actor: Actor, filters: Filters, most: int | None) -> int | None:
    """The same of one tag's tickets, of which no more than *most* are counted."""
    if filters.tag is None or not actor.is_staff or asked(filters):
        return None
    if known(actor, replace(filters, tag=None)) is None:
        return None
    statuses = filters.statuses or list(Status)
    values: dict[str, Any] = {f"place{at}": one for at, one in enumerate(filters.places)}
    values |= {f"status{at}": one for at, one in enumerate(statuses)}
    statement = _tagged(len(filters.places), len(statuses))
    values |= {"tag": name_of_tag(filters.tag), "most": sql.ALL if most is None else most}
    return scalar(statement, **values) or 0


@cache
def _tagged(places: int, statuses: int) -> Prepared:
    of = TAGGED.c
    query = sa.select(TAGGED.c.ticket_id).with_hint(TAGGED, by_index(NEWEST), "sqlite")
    query = query.where(
        CONDITIONS["tag"],
        of.place.in_([sa.bindparam(f"place{at}") for at in range(places)]),
        of.status.in_([sa.bindparam(f"status{at}") for at in range(statuses)]),
    )
    some = query.limit(sa.bindparam("most", type_=sa.Integer))
    return Prepared(sa.select(sa.func.count()).select_from(some.subquery()))


def of_people(actor: Actor, filters: Filters) -> int | None:
    """The same of what some people have asked for; it takes the longer the more they are."""
    if filters.people is None or filters.tag is not None or not actor.is_staff:
        return None
    if asked(filters) or known(actor, replace(filters, people=None)) is None:
        return None
    of = BY_REQUESTER.c
    query = sa.select(sql.sum_of(of.number)).where(
        of.requester_id.in_(filters.people),
        of.place.in_(filters.places),
        of.status.in_(filters.statuses or list(Status)),
    )
    return scalar(query) or 0


@lru_cache(500)
def _sum(asked: tuple[str, ...], places: int, statuses: int) -> Prepared | None:
    """The sum of what is *asked*, in that many places and statuses (0: every one)."""
    table = _table_of(asked)
    if table is None:
        return None
    of = table.c
    query = sa.select(sql.sum_of(of.number)).where(
        of.place.in_([sa.bindparam(f"place{at}") for at in range(places)]),
        *(of[name] == sa.bindparam(name) for name in asked),
    )
    if statuses:
        query = query.where(of.status.in_([sa.bindparam(f"status{at}") for at in range(statuses)]))
    return Prepared(query)


def asked(filters: Filters) -> dict[str, Any]:
    """What is asked besides places and statuses, by column; nobody is 0."""
    given = {name: getattr(filters, name) for name in _COUNTED}
    blank = {name: ANYBODY if name == "assignee_id" else None for name in _COUNTED}
    return {
        name: 0 if value is None else value for name, value in given.items() if value != blank[name]
    }
