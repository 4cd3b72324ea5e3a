"""The desk's own words for tests: people, tickets, and the three ways in (pages, API, actions)."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as examples
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from helpdesk import clock, create_app
from helpdesk.accounts import actions as accounts
from helpdesk.accounts import passwords, sessions, tokens
from helpdesk.accounts.models import DESK, Role, User
from helpdesk.database import db, sqlite_driver
from helpdesk.database.glance import Glance
from helpdesk.database.session import Session
from helpdesk.fields.actions import FieldDraft, add_field
from helpdesk.fields.models import About, CustomField, FieldKind, RequiredFor
from helpdesk.files import store
from helpdesk.live.rooms import Rooms
from helpdesk.operations.migrate import bring_up_to_date
from helpdesk.search.vocabulary import Vocabulary
from helpdesk.serving import bind
from helpdesk.settings import load_settings
from helpdesk.shop import queries as shop
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Category, Message, Status, Ticket
from tests import postgresql, rclone, warm
from tests.headers import require_headers
from tests.rclone import S3, never_inside_a_transaction

pytest_plugins = ["tests.ci_plugin"]
examples.register_profile("unhurried", deadline=None)  # other programs have the machine, too
examples.load_profile("unhurried")

# A machine that does other things too is no failure.
hypothesis.settings.register_profile("patient", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("patient")

PREFIX = "/backend/api/api"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEMPLATE = f"template_{WORKER}"
MOST_OPEN = 3  # connections that a desk keeps from one test to the next
PASSWORD = "a lamp in the window"
# The smallest PNG that a browser shows: one transparent pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


class DeskClient(FlaskClient):
    """A client whose requests don't see the test's own application context (its ``g``, session)."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        answer = Context().run(super().open, *args, **kwargs)
        require_headers(answer.headers)  # of every answer that any test gets
        return answer


class ApiClient:
    """A script with a token: paths are those of API.md, after the prefix."""

    def __init__(self, client: FlaskClient, token: str | None) -> None:
        self.client, self.token = client, token

    def open(self, method: str, path: str, **options: Any) -> Any:
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        path = path if path.startswith("/backend") else PREFIX + path
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.open("GET", path, **options)

    def post(self, path: str, **options: Any) -> Any:
        return self.open("POST", path, **options)

    def put(self, path: str, **options: Any) -> Any:
        return self.open("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> Any:
        return self.open("DELETE", path, **options)


@dataclass
class Desk:
    """A desk in a data folder of its own."""

    app: Flask
    folder: Path
    bucket: Path | None = None  # where its files are on this disk, if they are in a bucket
    _tokens: dict[int, str] = field(default_factory=dict)
    _made: int = 0

    def user(self, role: str = "customer", name: str = "", email: str = "") -> User:
        self._made += 1
        name = name or f"{role.title()} {self._made}"
        email = email or f"{name.lower().replace(' ', '.')}@shop.example"
        return accounts.add_user(DESK, name=name, email=email, role=Role(role), password=PASSWORD)

    def category(
        self, name: str = "", parent: Category | None = None, active: bool = True
    ) -> Category:
        self._made += 1
        draft = actions.CategoryDraft(
            name or f"Category {self._made}", parent.id if parent else None, active
        )
        return actions.add_category(DESK, draft)

    def ticket(
        self,
        from_: User,
        subject: str = "Broken lamp",
        message: str = "It is broken.",
        **draft: Any,
    ) -> Ticket:
        files = draft.pop("files", ())
        return actions.open_ticket(
            from_, actions.Draft(subject=subject, message=message, **draft), files
        )

    def reply(
        self,
        actor: User,
        ticket: Ticket,
        body: str = "Thank you.",
        files: Any = (),
        status: Status | None = None,
    ) -> Message:
        return actions.reply(actor, ticket, body, files, status)

    def note(
        self, actor: User, ticket: Ticket, body: str = "A regular.", files: Any = ()
    ) -> Message:
        return actions.add_note(actor, ticket, body, files)

    def file(self, name: str = "lamp.png", content: bytes = PNG) -> actions.NewFile:
        incoming = store().receive()
        incoming.write(content)
        return actions.NewFile(name, incoming)

    def token(self, user: User) -> str:
        if user.id not in self._tokens:
            self._tokens[user.id] = tokens.add_token(DESK, user, "test")
        return self._tokens[user.id]

    def api(self, user: User | None = None) -> ApiClient:
        """A script of *user*, or one without a token."""
        return ApiClient(self.app.test_client(), None if user is None else self.token(user))

    def browser(self, user: User | None = None) -> FlaskClient:
        """A browser without JavaScript, signed in as *user* if one is given."""
        client = self.app.test_client()
        if user is not None:
            token = sessions.open_session(user, "192.0.2.1", "A test")
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
        return client

    @property
    def files(self) -> Path:
        """The folder that has attachments/ and mail/, to look at and to damage."""
        return self.bucket or self.folder

    def fresh(self, ticket: Ticket) -> Ticket:
        """*ticket* as the database has it now."""
        db.session.rollback()
        db.session.expire_all()
        return queries.get(DESK, ticket.id)

    def rows(self, query: str) -> list[Any]:
        """What *query*, words of SQL, finds in the database as it is now, whoever wrote it."""
        db.session.rollback()
        found = db.session.execute(sa.text(query)).all()
        db.session.rollback()
        return list(found)

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements that the block sends to the database."""
        statements: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SELECT pg_current_snapshot")):
                statements.append(statement)

        def noted(first_row: Any) -> Any:
            def note(reads: Any, text: str, values: Any) -> Any:
                statements.append(text)
                return first_row(reads, text, values)

            return note

        usual = Session.first_row, Glance.first_row
        Session.first_row, Glance.first_row = map(noted, usual)  # type: ignore[method-assign]
        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
            Session.first_row, Glance.first_row = usual  # type: ignore[method-assign]


def upload(content: bytes = PNG, name: str = "lamp.png") -> tuple[BytesIO, str]:
    """A file as the test client's forms take it."""
    return BytesIO(content), name


@pytest.fixture(scope="session")
def empty_desk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose database is migrated and empty; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("template")
    if postgresql.is_asked_for():
        postgresql.make(TEMPLATE)
        postgresql.let_use(folder, TEMPLATE)
    app = create_app(load_settings(folder, {}))
    bring_up_to_date(app)
    with app.app_context():
        db.engine.dispose()
    if postgresql.is_asked_for():
        postgresql.ask(TEMPLATE, postgresql.EMPTY)
        postgresql.let_use(folder, "none")  # who copies only the folder is not to fill the template
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[None]:
    """A PostgreSQL, for tests that want one whatever database the run has."""
    if postgresql.SERVER in os.environ:
        yield
        return
    try:
        server = postgresql.Server()
    except PermissionError:
        pytest.skip("PostgreSQL must run as nobody, who can't read where it is installed.")
    try:
        server.start()
        os.environ[postgresql.SERVER] = str(server.folder)
        yield
    finally:
        os.environ.pop(postgresql.SERVER, None)
        server.remove()


@pytest.fixture(scope="session", autouse=True)
def programs_are_forked() -> Iterator[None]:
    """What tests start has imported the program already; see ``tests/warm``."""
    with warm.starting(warm=True):
        yield


@pytest.fixture
def cold() -> Iterator[None]:
    """What this test starts is started really."""
    with warm.starting(warm=False):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Real argon2 at its cheapest: tests sign up hundreds of people."""
    real, passwords._hasher = passwords._hasher, PasswordHasher(1, 8, 1)
    yield
    passwords._hasher = real


@pytest.fixture(scope="session", autouse=True)
def replies_leave_at_once() -> Iterator[None]:
    """Most tests look at what was sent; others choose with ``shop.actions.set_hold``."""
    real, shop.DEFAULT_HOLD = shop.DEFAULT_HOLD, 0
    yield
    shop.DEFAULT_HOLD = real


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """A server for buckets, which nobody asks for anything while they keep others from writing."""
    server = S3(tmp_path_factory.mktemp("s3"))
    with never_inside_a_transaction():
        yield server
    server.stop()


@pytest.fixture(scope="session")
def desks(
    request: pytest.FixtureRequest, empty_desk_folder: Path, tmp_path_factory: Any
) -> "Desks":
    """With HELPDESK_TEST_FILES=s3 in the environment every desk keeps its files in a bucket."""
    server = request.getfixturevalue("s3") if rclone.is_asked_for() else None
    return Desks(empty_desk_folder, tmp_path_factory.mktemp("desks"), server)


@pytest.fixture
def make_desk(desks: "Desks") -> Iterator[Any]:
    """Makes a desk, with settings as in the environment: ``make_desk(HELPDESK_MAX_FILES="2")``."""
    with desks.lending() as lend:
        yield lend


@pytest.fixture(scope="session")
def copies(
    request: pytest.FixtureRequest, empty_desk_folder: Path
) -> Callable[[], AbstractContextManager[Callable[[Path], Path]]]:
    """``with copies() as copy: copy(folder)`` makes empty desks that are nobody else's."""
    server = request.getfixturevalue("s3") if rclone.is_asked_for() else None
    if server is not None:
        server.make("copies")
    numbers, spare = count(), postgresql.Copies(TEMPLATE)

    @contextmanager
    def copying() -> Iterator[Callable[[Path], Path]]:
        databases = []

        def copy(folder: Path) -> Path:
            shutil.copytree(empty_desk_folder, folder)
            if postgresql.is_asked_for():
                databases.append(spare.take())
                postgresql.let_use(folder, databases[-1])
            if server is not None:
                server.let_use(folder, "copies", f"copy{next(numbers)}_{WORKER}")
            return folder

        try:
            yield copy
        finally:
            for database in databases:
                spare.give_back(database)

    return copying


@pytest.fixture
def empty_desk(copies: Any) -> Iterator[Callable[[Path], Path]]:
    """Makes an empty desk in a folder, for programs that are started: ``empty_desk(folder)``."""
    with copies() as copy:
        yield copy


@pytest.fixture(scope="session")
def port() -> Iterator[socket.socket]:
    """Where each test that serves a desk listens, by a ``dup`` of it: a desk is made for its
    address, and one for each test would neither be quick nor ever be freed."""
    with bind("127.0.0.1", 0) as sock:
        yield sock


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
                sa.event.listen(db.engine, "close", _forget)
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


def _forget(driver: Any, _record: object) -> None:
    """Bring nothing to the disk for good at the end: it is taken away."""
    driver.execute("PRAGMA synchronous=OFF").fetchall()


def _let_go_of(engine: sa.Engine, app: Flask) -> None:
    """Close the connections of a desk. PostgreSQL's are kept where a test has left few, and none in
    use: each is a process there, which reads much of the catalogue with its first statements."""
    pool: Any = engine.pool
    free = len(app.extensions["helpdesk.lender"]._free)  # taken out of the pool, and nobody's now
    is_quiet = pool.checkedout() == free and free + pool.checkedin() <= MOST_OPEN
    if engine.dialect.name != "postgresql" or not is_quiet:
        engine.dispose()


@pytest.fixture
def desk(make_desk: Any) -> Desk:
    return make_desk()


@pytest.fixture
def changed_schema(desk: Desk) -> Iterator[None]:
    """For a test that changes tables or triggers: a database of PostgreSQL is emptied and lent
    again, and would stay as it was left."""
    yield
    if postgresql.is_asked_for():
        db.session.remove()
        db.engine.dispose()
        postgresql.make_anew(str(db.engine.url.database), TEMPLATE)


@pytest.fixture
def alice(desk: Desk) -> User:
    return desk.user("customer", "Alice Moor")


@pytest.fixture
def bob(desk: Desk) -> User:
    return desk.user("customer", "Bob Lind")


@pytest.fixture
def vendor(desk: Desk) -> User:
    return desk.user("vendor", "Vera Vendor")


@pytest.fixture
def agent(desk: Desk) -> User:
    return desk.user("agent", "Ana Gent")


@pytest.fixture
def admin(desk: Desk) -> User:
    return desk.user("admin", "Ada Min")


@pytest.fixture
def elsewhere(desk: Desk) -> Any:
    """Changes something as another process would: ``elsewhere("UPDATE …")``."""

    def run(statement: str) -> None:
        url = db.engine.url
        if url.drivername.startswith("sqlite"):
            with closing(sqlite_driver().connect(url.database)) as other, other:
                other.execute(statement)
        else:
            postgresql.ask(str(url.database), statement)

    return run


@pytest.fixture
def field(desk: Desk) -> Any:
    """Makes a custom field: ``field("Colour", "choice", choices=["red", "blue"], shown=True)``."""

    def make(
        label: str = "Order number", kind: str = "text", about: str = "ticket", **more: Any
    ) -> CustomField:
        more.setdefault("choices", ["red", "blue"] if kind == "choice" else [])
        draft = FieldDraft(
            label=label,
            choices=more["choices"],
            required_for=RequiredFor(more.get("required", "nobody")),
            is_shown_to_customers=more.get("shown", False),
            is_active=more.get("active", True),
        )
        return add_field(DESK, About(about), FieldKind(kind), draft)

    return make


@pytest.fixture
def travel() -> Iterator[Any]:
    """Moves the desk's clock: ``travel(hours=1)``."""
    yield lambda **by: clock.shift(timedelta(**by))
    clock.shift(timedelta(0))
