"""``helpdesk doctor``: checks of everything that can be wrong. They change nothing.

The first checks need only the data folder; those of the database open it as a second program
would; those of the rows need a schema that is this program's, and are left out until it is.
"""

import platform
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import sqlalchemy as sa
from flask import Flask

from .. import clock, create_app
from ..accounts.queries import has_admin
from ..database import BUSY_TIMEOUT_MS, db, sqlite_driver
from ..files import store
from ..jobs import queries as job_queries
from ..search.schema import OLDEST_SQLITE
from ..settings import Settings, SettingsError, load_settings
from ..tickets.models import Attachment
from . import (
    audit_checks,
    backup_checks,
    count_checks,
    mail_checks,
    name_checks,
    search_checks,
    webhook_checks,
)
from .archives import swapping
from .migrate import revisions

OK, WARNING, ERROR = "ok", "warning", "error"
OLDEST_PYTHON = (3, 11)
WAL_FAULT_FIXED = (3, 51, 3)  # a checkpoint at the wrong moment corrupted the database before
LITTLE_SPACE, TOO_LITTLE_SPACE = 1024**3, 64 * 1024**2  # bytes
BATCH = 1000
LONGEST_LAG = timedelta(minutes=15)  # of a job that is due
_AT_HOME = {"localhost", "127.0.0.1", "::1"}


class Finding(NamedTuple):
    """A line of the report. *level* is ``ok``, ``warning`` or ``error``."""

    level: str
    name: str
    sentence: str


def examine(data: Path | None, environ: Mapping[str, str]) -> list[Finding]:
    """Every check on the desk in the folder *data*, or in the one that *environ* names."""
    return [Finding(level, name, sentence) for name, level, sentence in _all(data, environ)]


def has_errors(report: Iterable[Finding]) -> bool:
    """Whether anything in *report* must be mended."""
    return any(finding.level == ERROR for finding in report)


Result = tuple[str, str]  # level, sentence
Named = tuple[str, str, str]  # name, level, sentence


def _all(data: Path | None, environ: Mapping[str, str]) -> Iterator[Named]:
    yield "python", *python()
    yield "sqlite", *sqlite(sqlite_driver())
    try:
        settings = load_settings(data, environ, make=False)
    except SettingsError as error:
        yield "settings", ERROR, str(error)
        return
    yield "settings", OK, f"All settings can be read; the data folder is {settings.data}."
    if not settings.data.is_dir():
        yield "data folder", ERROR, f"There is no desk in {settings.data} yet; `serve` makes one."
        return
    if swapping.is_under_way(settings.data):
        yield "restore", ERROR, "A restore was interrupted; any other command finishes it."
        return
    yield "data folder", *permissions(settings.data)
    yield "disk space", *disk_space(shutil.disk_usage(settings.data).free)
    yield "secret key", *secret_key(settings)
    yield "base url", *base_url(settings.base_url)
    yield from _database(settings)


def python() -> Result:
    """Whether Python is new enough."""
    version = f"Python {platform.python_version()}"
    if sys.version_info < OLDEST_PYTHON:
        return ERROR, f"{version} is too old: 3.11 is the oldest that works."
    return OK, f"{version}."


def sqlite(driver: ModuleType) -> Result:
    """Whether *driver*'s SQLite is free of the known fault."""
    version, place = driver.sqlite_version, "bundled"
    if driver is sqlite3:
        place = "of the standard library"
    numbers = tuple(int(part) for part in version.split("."))
    if numbers < OLDEST_SQLITE:
        return ERROR, (
            f"SQLite {version} ({place}) is too old for searching: 3.43 is the oldest that works. "
            "Install the package pysqlite3 for a newer one."
        )
    if numbers < WAL_FAULT_FIXED:
        return WARNING, (
            f"SQLite {version} ({place}) has a fault that can corrupt a database in WAL mode; "
            "install the package pysqlite3 for a newer one."
        )
    return OK, f"SQLite {version} ({place})."


def permissions(folder: Path) -> Result:
    """Whether only its owner can read the data *folder*: 0700 and 0600."""
    paths = [folder, *(path for path in folder.iterdir() if path.name != ".gitignore")]
    paths += [
        path
        for name in ("attachments", "mail", "backups", "log")
        for path in _inside(folder / name)
    ]
    open_ones = [path for path in paths if _mode(path) & 0o077]
    if not open_ones:
        return OK, "Only its owner can read the data folder."
    if folder not in open_ones:
        # Nobody gets through a closed folder, so this is only untidy.
        names = ", ".join(sorted(path.name for path in open_ones)[:5])
        return WARNING, f"Others could read these if the folder were opened: {names}."
    return ERROR, f"Others can read the data folder: chmod 700 {folder}"


def disk_space(free: int) -> Result:
    """Whether *free* bytes are enough."""
    sentence = f"{free / 1024**3:.1f} GB are free."
    if free < TOO_LITTLE_SPACE:
        return ERROR, f"{sentence} The desk can hardly write any more."
    return (WARNING if free < LITTLE_SPACE else OK), sentence


def secret_key(settings: Settings) -> Result:
    """Whether cookies and links are signed with something that can't be guessed."""
    if not settings.secret_key:
        return ERROR, "There is no secret key; the next start makes one and ends every session."
    if len(settings.secret_key) < 32 or len(set(settings.secret_key)) < 12:
        return WARNING, "The secret key looks as if it could be guessed; a random one is better."
    return OK, "There is a secret key that can't be guessed."


def base_url(url: str) -> Result:
    """Whether people reach the desk at *url* without their passwords being overheard."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname in _AT_HOME:
        return OK, f"People open {url}."
    return WARNING, f"People open {url} without https: passwords can be overheard."


def _database(settings: Settings) -> Iterator[Named]:
    path = Path(sa.make_url(settings.database_url).database or "")
    if not path.is_file() or not path.stat().st_size:
        yield "database", ERROR, f"There is no database in {path} yet; `serve` makes one."
        return
    driver = sqlite_driver()
    try:
        connection = driver.connect(
            f"file:{quote(str(path))}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_MS / 1000
        )
        try:
            yield "database", *integrity(connection)
            yield "foreign keys", *foreign_keys(connection)
            schema = schema_revision(connection)
            yield "schema", *schema
        finally:
            connection.close()
    except driver.Error as error:
        yield "database", ERROR, f"{path} can't be read as a database: {error}."
        return
    if schema[0] == OK:
        yield from _rows(create_app(settings, answers=False))


def integrity(connection: Any) -> Result:
    """SQLite's own look at every page."""
    [first, *_] = [row[0] for row in connection.execute("PRAGMA quick_check(5)")]
    if first != "ok":
        return ERROR, f"The database is damaged: {first}. Restore a backup."
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        return WARNING, f"The database is sound, but its journal is {mode!r} and not 'wal'."
    return OK, "The database is sound."


def foreign_keys(connection: Any) -> Result:
    """Whether every row that another one names is there."""
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        return ERROR, f"{len(broken)} rows name others that are not there, in: {tables}."
    return OK, "Every row that another one names is there."


def schema_revision(connection: Any) -> Result:
    """Whether the tables are those of this program."""
    known = revisions()
    table = "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
    found = None
    if connection.execute(table).fetchone():
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if found is None:
        return ERROR, "This database is not one of a help desk."
    if found[0] == known[-1]:
        return OK, f"The tables are those of this program (revision {known[-1]})."
    if found[0] in known:
        return WARNING, (
            f"The tables are of an older program (revision {found[0]}); the next start brings "
            f"them up to date ({known[-1]}). The checks of the rows were left out."
        )
    return ERROR, f"The tables are of a newer program (revision {found[0]}): install that one."


def _rows(app: Flask) -> Iterator[Named]:
    checks: tuple[tuple[str, Callable[[], Result]], ...] = (
        ("connections", pragmas),
        ("admin", admin),
        ("attachments", attachments),
        ("uploads", uploads),
        ("jobs", jobs),
        ("search", search_checks.index),
        ("names", name_checks.names),
        ("counts", count_checks.counts),
        ("audit trail", audit_checks.trail),
        ("backups", backup_checks.backups),
        ("replaced desks", backup_checks.replaced),
        ("outgoing mail", mail_checks.outgoing),
        ("webhooks", webhook_checks.webhooks),
    )
    with app.app_context():
        try:
            for name, check in checks:
                yield name, *check()
            yield from mail_checks.mailboxes()
        finally:
            db.session.remove()
            db.engine.dispose()


def pragmas() -> Result:
    """Whether connections keep what was confirmed, and check foreign keys."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "mmap_size": 0}
    with db.engine.connect() as connection:
        wrong = [
            f"{name} is {value}"
            for name, want in wanted.items()
            if (value := connection.exec_driver_sql(f"PRAGMA {name}").scalar()) not in (want, None)
        ]
    if wrong:
        return ERROR, f"Connections are not as they should be: {', '.join(wrong)}."
    return OK, "Connections are durable (WAL, synchronous=FULL) and check foreign keys."


def admin() -> Result:
    """Whether somebody can look after the desk."""
    if has_admin():
        return OK, "There is an admin."
    return WARNING, "There is no admin yet: open the set-up address that `serve` prints."


def attachments() -> Result:
    """Whether the file of every row is there, with its size."""
    missing, wrong, total = [], [], 0
    query = sa.select(Attachment.id, Attachment.stored_name, Attachment.size)
    for row in db.session.execute(query.execution_options(yield_per=BATCH)):
        total += 1
        size = store().size(row.stored_name)
        if size is None:
            missing.append(row.id)
        elif size != row.size:
            wrong.append(row.id)
    if missing or wrong:
        some = ", ".join(str(number) for number in sorted(missing + wrong)[:5])
        return ERROR, (
            f"Of {total} files {len(missing)} are missing and {len(wrong)} have another size "
            f"(attachments {some})."
        )
    return OK, f"All {total} files are there."


def uploads() -> Result:
    """How many uploads wait for a message."""
    waiting = sa.select(sa.func.count()).where(Attachment.message_id.is_(None))
    return OK, f"{db.session.scalar(waiting) or 0} uploads wait for their message."


def jobs() -> Result:
    """Whether the background work is done."""
    counts, oldest = job_queries.counts(), job_queries.oldest_due()
    sentence = f"{counts.waiting} wait, {counts.failed} failed."
    if oldest is not None and clock.now() - oldest > LONGEST_LAG:
        return WARNING, (
            f"{sentence} One has been due since {clock.iso(oldest)}: is there a worker? "
            "`serve` without --no-worker is one, and so is `worker`."
        )
    if counts.failed:
        return WARNING, f"{sentence} The settings' page Background work says why."
    return OK, sentence


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except FileNotFoundError:  # a journal that SQLite removed since we looked
        return 0
