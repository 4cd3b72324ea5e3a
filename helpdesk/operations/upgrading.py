"""An upgrade of the database that proves itself before it counts, and its rehearsal on a copy."""

import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import msgspec

from ..errors import HelpdeskError
from ..i18n import size as in_words
from ..settings import Settings
from .archives.aside import aside, require_room
from .archives.copying import Tell, copy_database, count_rows, opened, revision_of, tables_of
from .archives.making import database_of
from .archives.opening import desk_in

# What is kept beside the tickets to be quick, and made anew where that is needed.
DERIVED = ("search_", "tickets_by_", "tickets_tagged", "stamps", "alembic_version")
_KINDS = ("table", "index", "trigger")


class NotProven(HelpdeskError):
    """What came out of a migration is not what it should be."""


def rows_of(connection: Any) -> dict[str, int]:
    """How many rows each table has that people's words and deeds are in."""
    names = [name for name in tables_of(connection, "table") if not name.startswith(DERIVED)]
    return count_rows(connection, names)


def require_proof(connection: Any, before: Mapping[str, int], may_change: frozenset[str]) -> None:
    """Raise NotProven where the database, not committed yet, is damaged or has lost rows.

    *before* are the :func:`rows_of` before; *may_change* are tables that a migration names.
    """
    [first, *_more] = [row[0] for row in connection.execute("PRAGMA quick_check(5)").fetchall()]
    if first != "ok":
        raise NotProven(f"it would be damaged: {first}")
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise NotProven(f"rows of {broken[0][0]} would name others that are not there")
    after = rows_of(connection)
    for name, count in before.items():
        if name not in may_change and after.get(name) != count:
            raise NotProven(f"{name} would have {after.get(name, 'no')} rows instead of {count}")


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """What an upgrade would do. Names as ``table tickets``, ``column tickets.place``."""

    revision: str
    becomes: str
    seconds: float
    size: int  # bytes of the database, and what it would become
    becomes_size: int
    added: list[str]
    removed: list[str]
    changed: list[str]  # indexes and triggers of the same name that say something else
    rows: dict[str, tuple[int, int]]  # of tables that would have more or fewer of them


def rehearse(settings: Settings, tell: Tell) -> Rehearsal:
    """Bring a copy of the database of *settings* up to date, aside, and say what that changed.

    The desk may be served meanwhile. Raises HelpdeskError where the database is newer than this
    program or the upgrade would fail; the desk's own is untouched.
    """
    from .. import create_app
    from ..database import db
    from .migrate import bring_up_to_date

    database = database_of(settings)
    with aside(settings.data, "rehearsal") as work:
        require_room(work, 3 * database.stat().st_size)
        copy = work / "helpdesk.db"
        copy_database(database, copy, tell)
        with closing(opened(copy)) as connection:
            before, rows = _schema(connection), rows_of(connection)
            revision = revision_of(connection)
        size = copy.stat().st_size
        app = create_app(desk_in(work), answers=False)
        begun = time.monotonic()
        try:
            bring_up_to_date(app, holds_lock=True, backs_up=False)
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
        seconds = time.monotonic() - begun
        with closing(opened(copy)) as connection:
            after, now = _schema(connection), rows_of(connection)
            return Rehearsal(
                revision=revision or "none",
                becomes=revision_of(connection) or "none",
                seconds=round(seconds, 2),
                size=size,
                becomes_size=copy.stat().st_size,
                added=_only(after, before),
                removed=_only(before, after),
                changed=sorted(n for n in before.keys() & after.keys() if before[n] != after[n]),
                rows={
                    name: (rows.get(name, 0), now.get(name, 0))
                    for name in sorted(rows.keys() | now.keys())
                    if rows.get(name, 0) != now.get(name, 0)
                },
            )


def in_lines(found: Rehearsal) -> list[str]:
    """*found* for people: a fact a line."""
    if found.revision == found.becomes:
        return [f"The database is up to date (revision {found.becomes})."]
    lines = [
        f"From revision {found.revision} to {found.becomes} in {found.seconds:.1f} seconds;"
        f" {in_words(found.size)} become {in_words(found.becomes_size)}."
    ]
    for word, names in (
        ("added", found.added),
        ("removed", found.removed),
        ("changed", found.changed),
    ):
        lines += [f"{word}\t{name}" for name in names]
    return lines + [f"rows\t{name}\t{was}\t{is_}" for name, (was, is_) in found.rows.items()]


def _only(these: Mapping[str, str], those: Mapping[str, str]) -> list[str]:
    """What is in *these* alone; of a whole table not its columns one by one."""
    alone = these.keys() - those.keys()
    tables = tuple(f"column {name[6:]}." for name in alone if name.startswith("table "))
    return sorted(name for name in alone if not name.startswith(tables))


def _schema(connection: Any) -> dict[str, str]:
    """Every table, column, index and trigger, and how it is defined."""
    found: dict[str, str] = {}
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    for kind, name, sql in connection.execute(query).fetchall():
        if kind not in _KINDS or name.startswith("sqlite_"):
            continue
        found[f"{kind} {name}"] = "" if kind == "table" else " ".join(sql.split())
        if kind == "table":
            columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
            for _cid, column, type_, *rest in columns:
                found[f"column {name}.{column}"] = f"{type_} {rest}"
    return found
