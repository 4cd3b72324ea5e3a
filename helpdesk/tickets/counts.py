"""How many tickets there are of each kind: tables that triggers keep, in the writing transaction.

Whatever writes tickets, by a bulk statement or by hand, the numbers are right once it has committed
(the triggers are in migration 0007; ``helpdesk doctor`` compares). Nobody is 0 here, and so is no
category. Rows whose number has become 0 stay.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..database import Base, db, transaction
from . import tagged
from .models import Ticket

_WORDS = ("place", "status", "priority", "requester_kind")
_MAYBE = ("assignee_id", "category_id", "subcategory_id")  # may be null in a ticket


def _by(name: str, *columns: str) -> sa.Table:
    keys: list[Any] = [
        sa.Column(
            column,
            sa.String(16) if column in _WORDS else sa.Integer,
            primary_key=True,
            autoincrement=False,
        )
        for column in columns
    ]
    number = sa.Column("number", sa.Integer, nullable=False)
    return sa.Table(f"tickets_by_{name}", Base.metadata, *keys, number, sqlite_with_rowid=False)


# The first that has the columns that are asked for is the smallest one.
BY_ASSIGNEE = _by("assignee", "place", "status", "assignee_id")
BY_KIND = _by("kind", "place", "status", "priority", "requester_kind")
BY_CATEGORY = _by("category", "place", "status", "category_id", "subcategory_id")
BY_REQUESTER = _by("requester", "requester_id", "place", "status")
BY_ALL = _by(
    "all",
    "place",
    "status",
    "assignee_id",
    "category_id",
    "subcategory_id",
    "priority",
    "requester_kind",
)
TABLES = (BY_ASSIGNEE, BY_KIND, BY_CATEGORY, BY_REQUESTER, BY_ALL)


TRIGGERS = (
    *(f"tickets_counted_{verb}" for verb in ("insert", "update", "delete")),
    *tagged.TRIGGERS,
)


def by_place_and_status() -> Sequence[tuple[str, str, int]]:
    """How many tickets there are by place and status; a pair without any may be left out."""
    place, status = BY_ASSIGNEE.c.place, BY_ASSIGNEE.c.status
    number = sa.func.sum(BY_ASSIGNEE.c.number)
    query = sa.select(place, status, number).group_by(place, status).order_by(place, status)
    return [(place, status, int(number)) for place, status, number in db.session.execute(query)]


def wrong_tables() -> Sequence[str]:
    """The tables that don't say what the tickets say."""
    wrong = [table.name for table in TABLES if _differs(table)]
    return [*wrong, tagged.TAGGED.name] if tagged.is_wrong() else wrong


def count_anew() -> None:
    """Count all tickets and keep that: what was wrong is right then."""
    with transaction():
        for table in TABLES:
            db.session.execute(sa.delete(table))
            db.session.execute(sa.insert(table).from_select(table.c.keys(), _counted(table)))
        tagged.make_anew()


def _differs(table: sa.Table) -> bool:
    kept = sa.select(*table.c).where(table.c.number != 0)
    known = _counted(table)
    return any(
        db.session.execute(sa.except_(one, other).limit(1)).first() is not None
        for one, other in ((kept, known), (known, kept))
    )


def _counted(table: sa.Table) -> sa.Select[Any]:
    """What *table* should hold, by the tickets themselves."""
    of_ticket: Any = Ticket.__table__.c
    keys = [
        sa.func.coalesce(of_ticket[column.name], 0)
        if column.name in _MAYBE
        else sa.type_coerce(of_ticket[column.name], column.type)
        for column in table.primary_key
    ]
    return sa.select(*keys, sa.func.count()).select_from(Ticket).group_by(*keys)
