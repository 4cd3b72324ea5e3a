"""The engine, and what SQLAlchemy says to PostgreSQL in other words than to SQLite."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import psycopg
import sqlalchemy as sa
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler

from ...errors import HelpdeskError

OLDEST = 14
CONNECT_SECONDS = 10
# A machine that is gone is noticed within a minute, also by who waits for its answer.
KEEPALIVES = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}


def engine_options(threads: int) -> dict[str, Any]:
    """What ``create_engine`` is told for so many *threads* that answer."""
    return {
        "pool_size": threads + 4,
        "max_overflow": -1,  # there are as many as there are threads that want one
        "pool_pre_ping": True,  # the server may have been started anew meanwhile
        "connect_args": {
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "helpdesk",
            "cursor_factory": Discreet,
            **KEEPALIVES,
        },
    }


def let_go(driver: psycopg.Connection[Any]) -> None:
    """Have the server, too, notice soon that our machine is gone, and let go of what it locked.

    Its system's own word on that is two hours.
    """
    names = ", ".join(f"set_config('tcp_{name}', '{n}', false)" for name, n in KEEPALIVES.items())
    driver.execute(f"SELECT {names}")


class AskedFor(StrDumperUnknown):
    """Text as the driver takes it. One with a NUL, which somebody may ask for and no row can have,
    is none that any row has; to be kept it was refused before (text.py)."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", _NO_SIGN) if "\0" in obj else obj)


_NO_SIGN = "\uffff"  # which no alphabet will ever have


class Discreet(psycopg.Cursor[Any]):
    """A cursor whose errors don't say what somebody wrote, as PostgreSQL's details do."""

    def execute(self, *args: Any, **options: Any) -> Self:
        with _in_few_words():
            return super().execute(*args, **options)

    def executemany(self, *args: Any, **options: Any) -> None:
        with _in_few_words():
            super().executemany(*args, **options)


@contextmanager
def _in_few_words() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        if error.diag.message_primary:
            error.args = (error.diag.message_primary,)
        raise


def prepare(engine: sa.Engine) -> None:
    """Look at the server with the first connection. Raises HelpdeskError: it can't have a desk."""
    dialect: Any = engine.dialect
    asks, dialect.do_ping = dialect.do_ping, lambda driver: is_quiet(driver) or asks(driver)

    @sa.event.listens_for(engine, "connect")
    def _teach(driver: Any, _record: object) -> None:
        driver.adapters.register_dumper(str, AskedFor)
        driver.autocommit = True
        let_go(driver)
        driver.autocommit = False

    @sa.event.listens_for(engine, "connect", once=True)
    def _look(driver: Any, _record: object) -> None:
        version = driver.info.server_version // 10_000
        if version < OLDEST:
            raise HelpdeskError(f"PostgreSQL {version} is too old: {OLDEST} is the oldest.")
        encoding = driver.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise HelpdeskError(
                f"The database has the encoding {encoding}: make one with ENCODING 'UTF8'."
            )


def is_quiet(driver: Any) -> bool:
    """Whether the server has said nothing on a connection that waits, as it does when it ends it:
    so nobody has to ask it first."""
    if driver.closed:
        return False
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return not poll.poll(0)


def _whole_number(_compiler: Any, _type: Any, **_options: Any) -> str:
    return "BIGINT"


def _text(_compiler: Any, _type: Any, **_options: Any) -> str:
    return "TEXT"


# Whole numbers and texts as long as SQLite's: see migrations/postgresql.py.
PGTypeCompiler.visit_INTEGER = _whole_number  # type: ignore[method-assign,assignment]
PGTypeCompiler.visit_VARCHAR = _text  # type: ignore[method-assign,assignment]
