"""What tests ask for: a desk (``desk.py``), lent to them (``desks.py``), and who is on it."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import settings as examples

from helpdesk import clock, create_app
from helpdesk.accounts import passwords
from helpdesk.accounts.models import DESK, User
from helpdesk.database import db, sqlite_driver
from helpdesk.fields.actions import FieldDraft, add_field
from helpdesk.fields.models import About, CustomField, FieldKind, RequiredFor
from helpdesk.operations.migrate import bring_up_to_date
from helpdesk.serving import bind
from helpdesk.settings import load_settings
from helpdesk.shop import queries as shop
from tests import postgresql, rclone, warm
from tests.desk import Desk
from tests.desks import TEMPLATE, WORKER, Desks
from tests.rclone import S3, never_inside_a_transaction

pytest_plugins = ["tests.ci_plugin"]
examples.register_profile("unhurried", deadline=None)  # other programs have the machine, too
examples.load_profile("unhurried")


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
def desks(request: pytest.FixtureRequest, empty_desk_folder: Path, tmp_path_factory: Any) -> Desks:
    """With HELPDESK_TEST_FILES=s3 in the environment every desk keeps its files in a bucket."""
    server = request.getfixturevalue("s3") if rclone.is_asked_for() else None
    return Desks(empty_desk_folder, tmp_path_factory.mktemp("desks"), server)


@pytest.fixture
def make_desk(desks: Desks) -> Iterator[Any]:
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
