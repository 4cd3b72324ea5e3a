"""The database where it is PostgreSQL's: whether it can be asked, and is as a desk needs it."""

import time

import sqlalchemy as sa

from ...database import db
from ...errors import HelpdeskError
from ...i18n import lazy
from ..migrate import is_current, revisions, stored_revision
from .checks import Check, Patient, Said, bad, compared, good, some, warn
from .server_shape import lost_columns, mend, shapes

FULL = 0.8  # of all connections that the server takes
APART = 5.0  # seconds between two clocks
_INVALID = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1"
_TAKEN = (
    "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
    " current_setting('max_connections')::int"
)
_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def version(_patient: Patient) -> Said:
    """Whether the server answers, which one it is, and whether it keeps what was confirmed."""
    with db.engine.connect() as connection:
        said = connection.exec_driver_sql("SHOW server_version").scalar_one()
        off = [
            name
            for name in _DURABLE
            if connection.exec_driver_sql(f"SHOW {name}").scalar_one() == "off"
        ]
    if off:
        return bad(lazy("PostgreSQL may lose what was confirmed: %(what)s is off.", what=some(off)))
    return good(lazy("PostgreSQL %(version)s answers and is durable.", version=said))


def tables(_patient: Patient) -> Said:
    """Whether the tables are those of this program. Raises HelpdeskError: of a newer one."""
    if is_current():
        has, wants = shapes()
        return compared(has.lost(wants), [name for _table, name in has.wrong(wants)])
    stored = stored_revision(db.engine)
    if stored is None:
        return bad(lazy("There are no tables yet; `serve` makes them."), "helpdesk serve")
    told = lazy(
        "The tables are of revision %(old)s and this program's of %(new)s: a start migrates them.",
        old=stored,
        new=revisions()[-1],
    )
    return bad(told, "helpdesk serve")


def mend_tables(_patient: Patient) -> str:
    """Make indexes and triggers anew. Raises HelpdeskError: in tables of another program."""
    if not is_current():
        raise HelpdeskError("a start of this program does that")
    return lazy("Made anew: %(which)s.", which=some(mend()) or "–")


def indexes(_patient: Patient) -> Said:
    """Whether all indexes can be used: one whose making was cut off can't be."""
    with db.engine.connect() as connection:
        invalid = connection.exec_driver_sql(_INVALID).scalars().all()
    if invalid:
        told = lazy("Indexes can't be used until REINDEX: %(names)s.", names=some(invalid))
        return bad(told, f"REINDEX INDEX {invalid[0]};")
    return good(lazy("All indexes can be used."))


def connections(_patient: Patient) -> Said:
    """Whether the server has connections left."""
    with db.engine.connect() as connection:
        taken, most = connection.exec_driver_sql(_TAKEN).one()
    told = {"taken": taken, "most": most}
    if taken > FULL * most:
        return warn(lazy("%(taken)s of %(most)s connections are taken: few are left.", **told))
    return good(lazy("%(taken)s of %(most)s connections are taken.", **told))


def clock(_patient: Patient) -> Said:
    """Whether the server's clock goes with ours: times of both are compared by people."""
    with db.engine.connect() as connection:
        asked = time.time()
        theirs = connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())::float8")
        apart = abs(theirs.scalar_one() - asked)
    if apart > APART:
        told = lazy("The database's clock is %(apart)s s from this machine's.", apart=round(apart))
        return warn(told)
    return good(lazy("The database's clock goes with this machine's."))


def is_fit() -> bool:
    """Whether rows can be looked at."""
    try:
        return is_current() and not lost_columns()
    except Exception:  # said by the check of the tables
        return False


def can_be_asked() -> Exception | None:
    """Why the server can't be asked; None: it can."""
    try:
        with db.engine.connect():
            return None
    except (sa.exc.SQLAlchemyError, OSError) as error:
        return error


CHECKS = (
    Check("database", lazy("PostgreSQL"), version),
    Check("database", lazy("tables"), tables, mend_tables),
    Check("database", lazy("indexes"), indexes),
    Check("database", lazy("connections"), connections),
    Check("database", lazy("database's clock"), clock),
)
