"""Small things that rarely change, kept in memory: as long as they stay as they are, to the moment.

A trigger gives a table's stamp a new random value with every change, in the same transaction, no
matter which process writes. What was kept under another value is read again. Random, so that a
change that was rolled back and one that came after it never have the same.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, TypeVar

import msgspec
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from . import sql
from .columns import Base, db
from .memory import until_written
from .reading import Prepared, at_hand, scalar

T = TypeVar("T")
STAMPED: Final = (
    "categories",
    "custom_fields",
    "mailboxes",
    "notice_choices",
    "saved_views",
    "shop",
    "staff",  # who of the users belongs to it, and is active
    "webhooks",  # which are in use, and for what; not how they fare
)


class Stamp(Base):
    """What a table's small things are kept under. Only triggers write it."""

    __tablename__ = "stamps"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)  # the table's
    value: Mapped[int] = mapped_column(sa.BigInteger)


# For who reads something anyway, at the start of a request: see remember().
ALL_STAMPS: Final = sa.type_coerce(
    sa.select(sql.json_group_object(Stamp.name, Stamp.value)).scalar_subquery(), sa.JSON
)
_ALL: Final = Prepared(sa.select(ALL_STAMPS.label("stamps")))


def remember(found: dict[str, int]) -> None:
    """Take ``ALL_STAMPS``, just read, for those of the transaction at hand."""
    reads = at_hand()
    if not reads.is_writing or reads.holds_stamps:
        reads.stamps = found


def stamps() -> dict[str, int]:
    """The stamp of each table in the transaction at hand; read once, where it only reads."""
    found: dict[str, int] | None = at_hand().stamps
    if found is None:
        found = until_written(_ALL, _read_all)
        remember(found)
    return found


def _read_all() -> dict[str, int]:
    found = scalar(_ALL)
    return found if isinstance(found, dict) else msgspec.json.decode(found, type=dict[str, int])


@contextmanager
def holding_stamps() -> Iterator[None]:
    """Read the stamps once in the block, which writes, but nothing that has any."""
    session: Any = db.session()
    if session.holds_stamps:
        yield
        return
    session.holds_stamps = True
    try:
        yield
    finally:
        session.holds_stamps, session.stamps = False, None


def kept(*tables: str) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Let a function without arguments read the database only after one of *tables* has changed.

    What it gives back is for everybody, so it must be nothing that anybody changes, and no entity.
    """
    unknown = set(tables) - set(STAMPED)
    if unknown:
        raise ValueError(f"no stamps: {unknown}")

    def decorate(read: Callable[[], T]) -> Callable[[], T]:
        @wraps(read)
        def from_memory() -> T:
            now = stamps()
            key = tuple(map(now.get, tables))
            if None in key:  # a desk without its stamps works all the same
                return read()
            memory: dict[Any, tuple[Any, T]] = current_app.extensions["helpdesk.kept"]
            held = memory.get(read)
            if held is None or held[0] != key:
                held = memory[read] = key, read()
            return held[1]

        return from_memory

    return decorate
