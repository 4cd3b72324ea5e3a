"""``helpdesk copy``: a desk from SQLite to PostgreSQL, and back, row by row and proven.

Rows go through memory a few at a time, into tables that have no triggers yet; what is kept beside
them (counts, the indexes of words and of names) is made anew by the program itself. Then all of it
is read again and compared, before it counts. Whatever fails, and a kill at any moment, leave no
copy; the desk that is copied is only read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ... import search
from ...audit.proof import proof as trail
from ...database import db
from ...errors import HelpdeskError
from ...people.finding import INDEXES
from ...search.proof import proof as words
from ...serving import lock_data_folder
from ...settings import Settings
from ...tickets import counts
from ..migrate import reason_of
from . import source
from .rows import Tally, copied, read

Tell = Callable[[int], object]  # so many more rows


@dataclass(frozen=True)
class Copied:
    """Rows of each table, and where a sign of a text became another one."""

    rows: dict[str, int]
    changed: list[str]


def size() -> int:
    """About how many rows there are to be told of, for a bar of progress: each is read twice."""
    numbers = {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in copied()
    }
    db.session.rollback()
    return 2 * sum(numbers.values()) + numbers["tickets"]  # whose words are put into the index


def copy(settings: Settings, url: str, tell: Tell = lambda more: None) -> Copied:
    """Copy the desk at hand, of *settings*, to the database *url*, which has none yet.

    Raises HelpdeskError: something is there, a desk is being served, a proof failed.
    """
    wanted = replace(settings, database_url=url)
    with lock_data_folder(settings.data), source.reading(settings) as driver:
        before = trail()
        db.session.rollback()
        tallies = [Tally(table) for table in copied()]

        def load(put: Any) -> None:
            for tally in tallies:
                try:
                    put(tally.table, tally.of(read(driver, tally.table), tell))
                except driver.Error as error:
                    reason = reason_of(error).partition(" with text ")[0]  # SQLite says all of it
                    raise HelpdeskError(
                        f"The rows of {tally.table.name} can't be read: {reason}"
                    ) from None

        def prove(made: Any) -> None:
            _prove(made, tallies, tell)
            if trail() != before:
                raise HelpdeskError("The audit trail of the copy would not be as it was.")

        if wanted.is_alone:
            from . import sqlite as engine
        else:
            from . import postgresql as engine  # type: ignore[no-redef]
        engine.make(wanted, load, source.last_ids(driver), lambda: _derive(tell), prove)
    return Copied(
        {tally.table.name: tally.rows for tally in tallies},
        [where for tally in tallies for where in tally.changed],
    )


def _derive(tell: Tell) -> None:
    """Make anew what is kept beside the tickets and people."""
    counts.count_anew()
    for index in INDEXES:
        index.make_anew()
    search.fill(tell)


def _prove(driver: Any, tallies: list[Tally], tell: Tell) -> None:
    """Raise HelpdeskError where the copy, not committed yet, has other rows than were read."""
    for tally in tallies:
        again = Tally(tally.table)
        for _batch in again.of(read(driver, tally.table), tell):
            pass
        if not again.is_like(tally):
            raise HelpdeskError(
                f"The rows of {tally.table.name} would not be the same: "
                f"{again.rows} for {tally.rows}."
            )
    if wrong := counts.wrong_tables():
        raise HelpdeskError(f"The counts in {wrong[0]} would be wrong.")
    if not words().is_good or any(index.faults() for index in INDEXES):
        raise HelpdeskError("The index of words would not agree with the tickets.")
