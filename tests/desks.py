"""Desks that are lent to tests, emptied after each."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from helpdesk import create_app
from helpdesk.database import db
from helpdesk.live.rooms import Rooms
from helpdesk.search.vocabulary import Vocabulary
from helpdesk.settings import load_settings
from tests import postgresql
from tests.desk import Desk, DeskClient
from tests.rclone import S3

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEMPLATE = f"template_{WORKER}"
MOST_OPEN = 3  # connections that a desk keeps from one test to the next


class CompiledOnce(FileSystemBytecodeCache):
    """Templates that a desk before this one has compiled: for readers of the same language."""

    def get_bucket(self, environment: Any, name: str, filename: str | None, source: str) -> Bucket:
        kind = f"{environment.language} {environment.at_the_root}"
        return super().get_bucket(environment, f"{kind} {name}", filename, source)


class Desks:
    """Desks to lend to tests. Making an application and compiling its templates takes longer than
    most tests, so a desk that comes back is emptied and lent again. Few are kept: each has its
    memory, and settings that one test alone asks for are asked for no more."""

    MOST_IDLE = 16

    def __init__(self, empty: Path, root: Path, server: S3 | None = None) -> None:
        self.empty, self.root, self.server = empty, root, server
        if server is not None:
            server.make("desks")
        self.idle: list[tuple[dict[str, str], Flask]] = []  # who came back last is last
        self.made = 0

    @contextmanager
    def lending(self) -> Iterator[Any]:
        lent: list[tuple[Any, ...]] = []

        def lend(**environ: str) -> Desk:
            app = self._idle(environ) or self._make(environ)
            folder = app.config["HELPDESK"].data
            self.renew(folder)
            app.extensions["helpdesk.live"]._rooms = Rooms()  # nobody is anywhere
            app.extensions["helpdesk.vocabulary"] = Vocabulary()  # and no word is known
            context = app.app_context()
            context.push()
            lent.append((environ, app, context, dict(app.config)))
            bucket = self.server.root / "desks" / folder.name if self.server else None
            return Desk(app, folder, bucket)

        yield lend
        for environ, app, context, config in reversed(lent):
            db.session.remove()
            _let_go_of(db.engine, app)
            context.pop()
            app.config.clear()
            app.config.update(config)
            self.idle.append((environ, app))
        for _environ, app in self.idle[: -self.MOST_IDLE]:
            with app.app_context():
                db.engine.dispose()
        del self.idle[: -self.MOST_IDLE]

    def _idle(self, environ: dict[str, str]) -> Flask | None:
        for place, (settings, app) in enumerate(self.idle):
            if settings == environ:
                del self.idle[place]
                return app
        return None

    def _make(self, environ: dict[str, str]) -> Flask:
        self.made += 1
        folder = self.root / f"desk{self.made}"
        shutil.copytree(self.empty, folder)
        if postgresql.is_asked_for():
            postgresql.make(f"{folder.name}_{WORKER}", like=TEMPLATE)
        self._tell_where(folder)
        app = create_app(load_settings(folder, environ))
        app.test_client_class = DeskClient
        app.jinja_env.bytecode_cache = CompiledOnce(str(self.root))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
        with app.app_context():
            if db.engine.dialect.name == "sqlite":
                sa.event.listen(db.engine, "connect", _wait_for_no_disk)
        return app

    def renew(self, folder: Path) -> None:
        """Take away all that the desk in *folder* has."""
        shutil.rmtree(folder)
        shutil.copytree(self.empty, folder)
        if postgresql.is_asked_for():
            postgresql.empty(f"{folder.name}_{WORKER}")
        if self.server is not None:
            self.server.empty("desks", folder.name)
        self._tell_where(folder)

    def _tell_where(self, folder: Path) -> None:
        """Let whoever opens the desk find its rows and files, a command of its own, too."""
        if postgresql.is_asked_for():
            postgresql.let_use(folder, f"{folder.name}_{WORKER}")
        if self.server is not None:
            self.server.let_use(folder, "desks", folder.name)


def _wait_for_no_disk(driver: Any, _record: object) -> None:
    """Bring nothing to the disk for good: no test cuts the power, and a commit that waits for the
    disk takes longer than most tests. What tests start, and desks that they make, wait for it."""
    driver.execute("PRAGMA synchronous=OFF").fetchall()


def _let_go_of(engine: sa.Engine, app: Flask) -> None:
    """Close the connections of a desk. PostgreSQL's are kept where a test has left few, and none in
    use: each is a process there, which reads much of the catalogue with its first statements."""
    pool: Any = engine.pool
    free = len(app.extensions["helpdesk.lender"]._free)  # taken out of the pool, and nobody's now
    is_quiet = pool.checkedout() == free and free + pool.checkedin() <= MOST_OPEN
    if engine.dialect.name != "postgresql" or not is_quiet:
        engine.dispose()
