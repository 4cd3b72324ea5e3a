"""Making a backup, while the desk is served or not: of one moment, whole, or not there at all.

The database is copied first. Its rows name files that are there and that nobody removes as long
as they are held (files/holding.py).
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from ... import clock
from ...durable import settle
from ...errors import HelpdeskError
from ...files import FileStore
from ...release import current_version
from ...settings import Settings
from . import layout
from .aside import aside, require_room, sweep
from .copying import all_rows, copy_database, has_table, opened, revision_of
from .layout import Manifest
from .reading import new_file
from .sources import Sources
from .writing import Writer

NAME = "helpdesk"  # what a backup's name begins with
Tell = Callable[[str, int, int], None]  # what is done, and how many bytes of how many


def _tell_nobody(_what: str, _done: int, _all: int) -> None:
    pass


@dataclass(frozen=True)
class Wish:
    """What is to be made. *on_wait* is called where another backup is being made just now."""

    name: str = NAME
    has_files: bool = True
    is_compressed: bool = True
    tell: Tell = _tell_nobody
    on_wait: Callable[[], None] = lambda: None


def make(settings: Settings, destination: Path | None = None, wish: Wish = Wish()) -> Path:
    """Back up the desk of *settings* and return the file, which is on the disk for good.

    *destination* is a folder or a new file; without one it is the data folder's ``backups/``.
    Raises HelpdeskError and OSError; then there is no file, not even half of one.
    """
    database = database_of(settings)
    folder, name = _place(settings, destination)
    sweep(settings.data)  # what a restore left behind when it was killed
    held = FileStore(settings.attachments).held(wish.on_wait) if wish.has_files else nullcontext()
    with aside(folder, "backup") as work, held:
        require_room(folder, 2 * database.stat().st_size)
        moment, copy = clock.now(), work / layout.DATABASE
        copy_database(database, copy, lambda done, all_: wish.tell("database", done, all_))
        contents = _contents(settings, copy, wish, clock.iso(moment))
        require_room(folder, contents.size)
        archive = work / "backup"
        with new_file(archive) as file:
            _write(file, contents, int(moment.timestamp()), wish)
            file.flush()
            os.fsync(file.fileno())
        stamp = moment.strftime("%Y%m%dT%H%M%SZ")
        made = _publish(archive, folder, name, f"{wish.name}-{stamp}")
    try:
        settle(folder)
    except OSError:
        made.unlink()
        raise
    return made


def database_of(settings: Settings) -> Path:
    """The database's file. Raises HelpdeskError where there is none, or it is PostgreSQL's."""
    if not settings.is_alone:
        raise HelpdeskError(
            "The database is PostgreSQL's. Please back it up with pg_dump --format=custom, and"
            " copy the data folder's attachments, mail and secret_key (docs/SCALING.md)."
        )
    path = Path(sa.make_url(settings.database_url).database or "")
    if not path.is_file() or not path.stat().st_size:
        raise HelpdeskError(f"There is no desk in {settings.data} yet: nothing to back up.")
    return path


def _place(settings: Settings, destination: Path | None) -> tuple[Path, str | None]:
    """The folder, and the name if it was given."""
    if destination is None:
        settings.backups.mkdir(mode=0o700, exist_ok=True)
        return settings.backups, None
    if destination.is_dir():
        return destination, None
    if destination.exists() or destination.is_symlink():
        raise HelpdeskError(f"{destination} is there already; a backup replaces nothing.")
    if not destination.parent.is_dir():
        raise HelpdeskError(f"There is no folder {destination.parent}.")
    return destination.parent, destination.name


@dataclass(frozen=True)
class _Contents:
    """What goes into the archive, the manifest apart. *size* is in bytes, uncompressed."""

    database: Path
    files: Sequence[str]  # their names
    sources: Sources
    revision: str
    made_at: str
    tables: dict[str, int]
    size: int


def _contents(settings: Settings, copy: Path, wish: Wish, made_at: str) -> _Contents:
    with closing(opened(copy)) as connection:
        revision, tables = revision_of(connection), all_rows(connection)
        if revision is None:
            raise HelpdeskError(f"The database of {settings.data} is not one of a help desk.")
        files = _own_files(settings)
        if wish.has_files:
            files += _named_files(connection)
        if wish.has_files and settings.files_place is not None:
            in_bucket = _bytes_of(connection, "attachments") + _bytes_of(
                connection, "received_mails"
            )
        else:
            in_bucket = 0
    size, sources = copy.stat().st_size + in_bucket, Sources(settings)
    for name in files:
        with suppress(FileNotFoundError):
            size += sources.size(name)
    return _Contents(copy, files, sources, revision, made_at, tables, size)


def _own_files(settings: Settings) -> list[str]:
    """The secret key and the settings, where they are files of this folder."""
    names = (layout.SECRET, layout.ENVIRONMENT)
    return [name for name in names if (settings.data / name).is_file()]


def _named_files(connection: Any) -> list[str]:
    """Every file that a row of the copy names, whatever revision it is of."""
    stored = list(_column(connection, "attachments", "stored_name"))
    stored += _column(connection, "shop", "logo_name")
    mails = _column(connection, "received_mails", "sha256", "forgotten_at IS NULL")
    names = [layout.attachment(name) for name in stored] + [layout.mail(name) for name in mails]
    return [name for name in sorted(set(names)) if layout.is_ours(name)]


def _bytes_of(connection: Any, table: str) -> int:
    """What the rows of *table* say that their files come to."""
    if not has_table(connection, table):
        return 0
    query = f"SELECT coalesce(sum(size), 0) FROM {table}"  # noqa: S608 (our own words)
    return int(connection.execute(query).fetchone()[0])


def _column(connection: Any, table: str, column: str, where: str = "1") -> Iterator[str]:
    if has_table(connection, table):
        query = f"SELECT {column} FROM {table} WHERE {where}"  # noqa: S608 (our own words)
        yield from (row[0] for row in connection.execute(query) if row[0])


def _write(file: BinaryIO, contents: _Contents, moment: int, wish: Wish) -> None:
    writer, missing, done = Writer(file, moment), [], 0
    with contents.database.open("rb") as database:
        if wish.is_compressed:
            copied = writer.add_compressed(layout.COMPRESSED, database)
        else:
            member = writer.add(layout.DATABASE, database)
            copied = layout.Copied(member.size, member.sha256)
    done += copied.size
    for name in contents.files:
        wish.tell("files", done, contents.size)
        try:
            with contents.sources.open(name) as content:
                done += writer.add(name, content).size
        except FileNotFoundError:
            missing.append(name)
    wish.tell("files", contents.size, contents.size)
    writer.finish(
        Manifest(
            format=layout.FORMAT,
            program=current_version(),
            revision=contents.revision,
            made_at=contents.made_at,
            has_files=wish.has_files,
            database=copied,
            tables=contents.tables,
            missing=missing,
            members=writer.members,
        )
    )


def _publish(archive: Path, folder: Path, name: str | None, usual: str) -> Path:
    """Give *archive* its name, which nobody else has: that of the caller, or the *usual* one."""
    number = 1
    while True:
        more = "" if number == 1 else f"-{number}"
        target = folder / (name or f"{usual}{more}{layout.SUFFIX}")
        try:
            _link(archive, target)
            return target
        except FileExistsError:
            if name is not None:
                raise HelpdeskError(f"{target} is there already; nothing was replaced.") from None
            number += 1


def _link(archive: Path, target: Path) -> None:
    try:
        os.link(archive, target)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here (FAT, some network shares): good enough for one backup at a time.
        if target.exists():
            raise FileExistsError(target) from None
        archive.rename(target)
