"""The database's file: whether it is whole, and has the tables of this program."""

from pathlib import Path
from typing import Any

from ...i18n import lazy
from ..migrate import revisions
from .checks import OK, Check, Patient, Said, bad, compared, good, some, warn
from .shape import mend, shape_of, wanted

LONG_LOG = 256 * 1024**2  # bytes of a WAL that should have been copied into the file by then
RESTORE = "helpdesk restore --replace FILE"


def integrity(patient: Patient) -> Said:
    """SQLite's own look at every page; a deep one compares each index with its table, too."""
    pragma = "integrity_check" if patient.is_deep else "quick_check"
    [first, *_] = [row[0] for row in patient.connection.execute(f"PRAGMA {pragma}(5)")]
    if first != "ok":
        told = first.splitlines()[-1]
        return bad(lazy("The database is damaged: %(how)s. Restore a backup.", how=told), RESTORE)
    mode = patient.connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        return warn(
            lazy("The database is sound, but its journal is %(mode)s and not WAL.", mode=mode),
            "helpdesk doctor --fix",
        )
    return good(lazy("The database is sound."))


def to_wal(patient: Patient) -> str:
    patient.connection.execute("PRAGMA journal_mode=WAL").fetchone()
    return lazy("The journal is WAL again.")


def log(patient: Patient) -> Said:
    """Whether the log of the database is copied into it."""
    [(_, _, path)] = [
        row for row in patient.connection.execute("PRAGMA database_list") if row[1] == "main"
    ]
    wal = Path(f"{path}-wal")
    size = wal.stat().st_size if wal.is_file() else 0
    if size > LONG_LOG:
        return warn(
            lazy(
                "The log of the database has grown to %(size)s MB: a reader that never ends keeps"
                " it from being copied. Start the desk anew.",
                size=size // 1024**2,
            )
        )
    return good(lazy("The log of the database is short."))


def foreign_keys(patient: Patient) -> Said:
    """Whether every row that another one names is there."""
    broken = patient.connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = some(sorted({row[0] for row in broken}))
        return bad(
            lazy(
                "Rows that name others which are not there: %(num)s, in %(tables)s. Restore a"
                " backup.",
                num=len(broken),
                tables=tables,
            ),
            RESTORE,
        )
    return good(lazy("Every row that another one names is there."))


def schema(patient: Patient) -> Said:
    """Whether the database was brought to this program's revision."""
    return revision_is(_stored(patient.connection), revisions())


def revision_is(stored: list[str], known: list[str]) -> Said:
    """What is to be said of the revisions that are *stored*, where those are *known*."""
    if not stored:
        return bad(lazy("This database is not one of a help desk."))
    if len(stored) > 1:
        return bad(
            lazy("The database says to be of several programs: %(which)s.", which=some(stored)),
            RESTORE,
        )
    if stored[0] == known[-1]:
        return good(
            lazy("The tables are those of this program (revision %(which)s).", which=known[-1])
        )
    if stored[0] in known:
        return warn(
            lazy(
                "The tables are of an older program (revision %(old)s); the next start brings them"
                " up to date (%(new)s). The checks of the rows were left out.",
                old=stored[0],
                new=known[-1],
            ),
            "helpdesk upgrade",
        )
    return bad(
        lazy(
            "The tables are of a newer program (revision %(which)s): install that one.",
            which=stored[0],
        ),
        "pip install --upgrade helpdesk",
    )


def tables(patient: Patient) -> Said:
    """Whether every table, column, index and trigger of this program is there, as it makes it."""
    if schema(patient).level != OK:
        return good(lazy("They were not compared: they are of another program."))
    wants, has = wanted(), shape_of(patient.connection)
    return compared(has.lost_columns(wants), has.wrong(wants), RESTORE)


def mend_tables(patient: Patient) -> str:
    made = mend(patient.connection, wanted())
    return lazy("Made anew: %(which)s.", which=some(made) or "–")


def is_fit(connection: Any) -> bool:
    """Whether the rows can be read: the tables are this program's, and have all their columns."""
    if revision_is(_stored(connection), revisions()).level != OK:
        return False
    return not shape_of(connection).lost_columns(wanted())


def _stored(connection: Any) -> list[str]:
    if "alembic_version" not in shape_of(connection).columns:
        return []
    return [str(row[0]) for row in connection.execute("SELECT version_num FROM alembic_version")]


CHECKS = (
    Check("database", lazy("database"), integrity, to_wal),
    Check("database", lazy("log"), log),
    Check("database", lazy("foreign keys"), foreign_keys),
    Check("database", lazy("schema"), schema),
    Check("database", lazy("tables"), tables, mend_tables),
)
