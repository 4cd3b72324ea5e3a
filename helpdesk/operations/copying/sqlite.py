"""A desk made in a new file of SQLite, aside: it has its name once it is whole."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ... import create_app
from ...database import db, sqlite_driver, transaction
from ...durable import settle
from ...errors import HelpdeskError
from ...settings import Settings
from ..archives.aside import aside
from ..archives.copying import make_single, opened
from ..migrate import SCHEMA, reason_of
from .rows import Batch, Put, names_of

_REST = re.compile(r"^CREATE (?:UNIQUE )?(?:INDEX|TRIGGER|VIEW) ", re.MULTILINE)


def make(
    settings: Settings,
    load: Callable[[Put], None],
    last_ids: Mapping[str, int],
    derive: Callable[[], None],
    prove: Callable[[Any], None],
) -> None:
    """The same as postgresql.make. Raises HelpdeskError, OSError."""
    path = Path(sa.make_url(settings.database_url).database or "").absolute()
    _require_new(path)
    try:
        _make(settings, path, load, last_ids, derive, prove)
    except (sa.exc.SQLAlchemyError, sqlite_driver().Error) as error:
        raise HelpdeskError(
            f"The copy could not be made, and nothing of it is there: {reason_of(error)}"
        ) from None


def _make(
    settings: Settings,
    path: Path,
    load: Callable[[Put], None],
    last_ids: Mapping[str, int],
    derive: Callable[[], None],
    prove: Callable[[Any], None],
) -> None:
    with aside(path.parent, "copy") as work:
        file = work / "helpdesk.db"
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with closing(opened(file)) as driver:
            _fill(driver, load, last_ids)
        _complete(replace(settings, database_url=f"sqlite:///{file}"), derive, prove)
        with closing(opened(file)) as driver:
            make_single(driver)
        settle(file)
        _require_new(path)
        file.rename(path)
        settle(path.parent)


def _require_new(path: Path) -> None:
    if not path.parent.is_dir():
        raise HelpdeskError(f"There is no folder {path.parent}.")
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.lexists(f"{path}{ending}"):
            raise HelpdeskError(f"{path}{ending} is there already; a copy replaces nothing.")


def _fill(driver: Any, load: Callable[[Put], None], last_ids: Mapping[str, int]) -> None:
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF"):
        driver.execute(f"PRAGMA {pragma}").fetchall()
    script = SCHEMA.read_text("utf-8")
    rest = _REST.search(script)
    at = len(script) if rest is None else rest.start()
    driver.executescript(f"BEGIN;{script[:at]}COMMIT;")
    driver.execute("BEGIN")
    load(lambda table, batches: _put(driver, table, batches))
    driver.execute("COMMIT")
    driver.executescript(f"BEGIN;{script[at:]}COMMIT;")
    kept = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    for (name,) in driver.execute(kept).fetchall():  # ids that were given once never come back
        if last := last_ids.get(name):
            driver.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            driver.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, last))
    if broken := driver.execute("PRAGMA foreign_key_check").fetchone():
        raise HelpdeskError(f"A row of {broken[0]} names one of {broken[2]} that is not there.")


def _put(driver: Any, table: sa.Table, batches: Iterable[Batch]) -> None:
    marks = ", ".join("?" * len(table.columns))
    insert = f'INSERT INTO "{table.name}" ({names_of(table)}) VALUES ({marks})'  # noqa: S608
    for batch in batches:
        driver.executemany(insert, batch)


def _complete(settings: Settings, derive: Callable[[], None], prove: Callable[[Any], None]) -> None:
    app = create_app(settings, answers=False)
    with app.app_context():
        try:
            with transaction():
                derive()
                session: Any = db.session()
                prove(session.driver_connection())
        finally:
            db.session.remove()
            db.engine.dispose()
