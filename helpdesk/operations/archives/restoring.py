"""Bringing a desk back from its backup, or putting back what that replaced."""

import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from ...database import sqlite_driver
from ...errors import HelpdeskError
from ...files import bucket_of
from ...serving import lock_data_folder
from ...settings import Settings, load_settings
from . import layout
from .aside import aside
from .calming import Calmed, calm
from .copying import has_table, make_single, opened
from .examining import examine
from .foreseeing import foresee
from .layout import BadBackup
from .proving import Tell, stage
from .reading import Backup, new_file
from .swapping import OLD, go_on, require_movable, swap

_MAGIC = b"SQLite format 3\0"
# What may be there although there is no desk (any more), and what a new disk has.
_BESIDE = {
    *("attachments", "mail", "backups", "log", "personal", layout.SECRET, layout.ENVIRONMENT),
    *("serve.lock", "files.lock", "workers", "lost+found"),
}


@dataclass(frozen=True)
class Restored:
    """What was done. *old* is the folder of the desk that was there before."""

    made_at: str
    old: Path | None
    calmed: Calmed
    keeps_settings: bool  # the folder's own helpdesk.env, and not the backup's
    missing: list[str]  # files that the settings name, which are in no backup and not here
    has_files: bool
    erased: list[int]  # accounts that were erased since the backup, and are there again


def restore(
    file: Path, data: Path, environ: Mapping[str, str], tell: Tell, *, replace: bool = False
) -> Restored:
    """Bring the desk in the backup *file* into the data folder *data*.

    It must be empty, unless *replace*: then what is there is kept in a folder of its own. Raises
    BadBackup, HelpdeskError, ServingError, OSError; then *data* is as it was.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    go_on(data)
    with file.open("rb") as content, lock_data_folder(data):
        _require_place(data, environ)
        if not replace:
            _require_empty(data, file)
        with aside(data, "restore") as work:
            backup, desk = Backup(content), work / "desk"
            stage(backup, desk, tell)
            for check in examine(desk, backup.manifest):
                if check.level == "error":
                    raise BadBackup(check.sentence)
            calmed = calm(desk, backup.manifest, _secret(data, environ))
            names = {member.name for member in backup.manifest.members}
            _leave_only(desk, backup)
            keeps_settings = layout.ENVIRONMENT in names and (data / layout.ENVIRONMENT).exists()
            if layout.ENVIRONMENT in names and not keeps_settings:
                with new_file(desk / layout.ENVIRONMENT) as settings:
                    settings.write(backup.read(layout.ENVIRONMENT))
            settings_to_be, missing = foresee(data, desk, environ)
            _send_files(desk, settings_to_be, tell)
            erased = _erased_since(data / layout.DATABASE, backup.manifest.made_at)
            _close_database(data / layout.DATABASE)
            old = swap(data, desk)
    manifest = backup.manifest
    return Restored(
        made_at=manifest.made_at,
        old=old,
        calmed=calmed,
        keeps_settings=keeps_settings,
        missing=missing,
        has_files=manifest.has_files,
        erased=erased,
    )


def put_back(old: Path, data: Path, environ: Mapping[str, str]) -> Path | None:
    """Undo a restore: put the folder *old*, which it left in *data*, in its place again.

    What is there now is kept in another one, which is returned. Raises HelpdeskError, ServingError,
    OSError; then *data* is as it was.
    """
    go_on(data)
    if old.absolute().parent != data.absolute() or not old.name.startswith(OLD):
        raise HelpdeskError(f"{old} is not what a restore has replaced in {data}.")
    if not (old / layout.DATABASE).is_file():
        raise HelpdeskError(f"There is no database in {old}.")
    with lock_data_folder(data):
        _require_place(data, environ)
        _close_database(data / layout.DATABASE)
        return swap(data, old)


def _require_place(data: Path, environ: Mapping[str, str]) -> None:
    """Raise HelpdeskError unless a desk may be put into *data*."""
    settings = load_settings(data, environ, make=False)
    if Path(sa.make_url(settings.database_url).database or "") != data / layout.DATABASE:
        raise HelpdeskError(
            "DATABASE_URL says that the database is elsewhere. A backup is restored into the data "
            "folder: please take that setting away first."
        )
    require_movable(data)


def _require_empty(data: Path, file: Path) -> None:
    """Raise HelpdeskError where *data* has a desk, or what is none of a desk's but *file*."""
    if _has_desk(data):
        raise HelpdeskError(
            f"There is a desk in {data} already. With --replace the backup takes its place, and "
            "the desk that is there is kept aside."
        )
    for path in sorted(data.iterdir()):
        is_ours = path.name in _BESIDE or path.name.startswith((".", OLD, layout.DATABASE))
        if is_ours or path.absolute() == file.absolute():
            continue
        raise HelpdeskError(
            f"{data} is not empty: it has {path.name}. Please name a new folder; or add "
            "--replace, which leaves that where it is."
        )


def _has_desk(data: Path) -> bool:
    """Whether *data* has anything of a desk's: rows or files."""
    database = data / layout.DATABASE
    if database.exists() and database.stat().st_size:
        return True
    folders = (data / "attachments", data / "mail")
    return any(path.is_file() for one in folders for path in one.rglob("*"))


def _secret(data: Path, environ: Mapping[str, str]) -> str:
    """The key of the place that the backup is brought to, for one that has none with it."""
    return load_settings(data, environ, make=False).secret_key


def _leave_only(desk: Path, backup: Backup) -> None:
    """Remove from *desk* what the application made there, and make what has to be there."""
    names = {member.name for member in backup.manifest.members}
    keep = {layout.DATABASE} | ({layout.SECRET} & names)
    if backup.manifest.has_files:
        keep |= {"attachments", "mail"}
        for name in ("attachments", "mail"):
            (desk / name).mkdir(mode=0o700, exist_ok=True)
    for path in desk.iterdir():
        if path.name in keep:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _send_files(desk: Path, settings: Settings, tell: Tell) -> None:
    """Send what was unpacked to the bucket, where there is one: before anything is replaced.

    What is there already is the same, for no name is ever given twice. Raises StorageFailed; what
    was sent by then is swept some time.
    """
    bucket = bucket_of(settings)
    if bucket is None:
        return
    folders = [desk / "attachments", desk / "mail"]
    files = sorted(path for one in folders for path in one.rglob("*") if path.is_file())
    for number, path in enumerate(files):
        tell("bucket", number, len(files))
        key = path.relative_to(desk).as_posix()
        if bucket.size(key) != path.stat().st_size:
            bucket.put(key, path)
        path.unlink()


def _erased_since(database: Path, made_at: str) -> list[int]:
    """The accounts that the desk in *database* has erased after the moment *made_at*."""
    if not database.exists() or _begins_of(database) != _MAGIC:
        return []
    query = "SELECT user_id FROM erasures WHERE asked_at >= unixepoch(?) ORDER BY user_id"
    try:
        with closing(opened(database)) as connection:
            if not has_table(connection, "erasures"):
                return []
            return [row[0] for row in connection.execute(query, (made_at,))]
    except sqlite_driver().DatabaseError:  # it is damaged: nobody can know
        return []


def _begins_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_MAGIC))


def _close_database(database: Path) -> None:
    """See that nobody else has *database* open, and that it is a single file.

    A damaged one is left as it is: that is what backups are for.
    """
    if not database.exists() or _begins_of(database) != _MAGIC:
        return
    driver = sqlite_driver()
    try:
        with closing(opened(database)) as connection:
            connection.execute("PRAGMA busy_timeout=2000").fetchall()
            make_single(connection)
    except driver.OperationalError as error:
        if "locked" in str(error):
            raise HelpdeskError(
                "Another program is using the database of this desk. Please stop it first."
            ) from None
    except driver.DatabaseError:
        pass
