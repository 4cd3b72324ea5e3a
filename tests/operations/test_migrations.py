"""Bringing a database up to date: what comes out, what is kept, and what is refused."""

import re
import sqlite3
import stat
import subprocess
import sys
import tarfile
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from helpdesk import create_app, models
from helpdesk.accounts.models import User
from helpdesk.database import db, sqlite_driver
from helpdesk.errors import HelpdeskError
from helpdesk.migrations import snapshot
from helpdesk.notices.kinds import Kind
from helpdesk.notices.wishes import wishes_of
from helpdesk.operations import migrate, upgrading
from helpdesk.operations.archives import making
from helpdesk.serving import lock_data_folder
from helpdesk.settings import load_settings
from tests import warm
from tests.started import environment

pytestmark = pytest.mark.sqlite  # its file; what PostgreSQL is given is in test_postgresql.py

LATEST = migrate.revisions()[-1]


@pytest.fixture
def new_desk(tmp_path):
    """A desk whose database has not been made yet."""
    app = create_app(load_settings(tmp_path / "desk", {}))
    yield app
    with app.app_context():
        db.engine.dispose()


def folder_of(app):
    return app.config["HELPDESK"].data


def ask(app, sql, *values):
    with closing(sqlite_driver().connect(folder_of(app) / "helpdesk.db")) as database:
        rows = database.execute(sql, values).fetchall()
        database.commit()
    return rows


def make_older(app):
    """Pretend that the database was made by a program before the first migration's end."""
    ask(app, "UPDATE alembic_version SET version_num = '0000'")


@pytest.fixture
def older(new_desk, monkeypatch):
    """A desk with a user in it, whose newest migration is still to come."""
    migrate.bring_up_to_date(new_desk)
    ask(
        new_desk,
        "INSERT INTO users (email, name, role, language, created_at, modified_at) "
        "VALUES ('ana@shop.example', 'Ana', 'agent', 'en', 1, 1)",
    )
    make_older(new_desk)
    monkeypatch.setattr(migrate, "revisions", lambda: ["0000", LATEST])

    def upgrade():
        ask(new_desk, "CREATE TABLE IF NOT EXISTS by_upgrade (id INTEGER)")
        ask(new_desk, "UPDATE alembic_version SET version_num = ?", LATEST)

    monkeypatch.setattr(migrate, "upgrade_by_migrations", upgrade)
    return new_desk


def is_of_models(name, kind, _parents):
    """The indexes of words and names are made by SQLite, of several tables."""
    return kind != "table" or not name.startswith(("search_index", "user_parts", "company_parts"))


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # the next test has these
def test_the_migrations_make_exactly_the_tables_of_the_models(new_desk):
    migrate.bring_up_to_date(new_desk)

    metadata = migrate.load_models()
    with new_desk.app_context(), db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_of_models}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_exactly_the_indexes_of_the_models(new_desk):
    """Those of expressions too, which the comparison above can't see."""
    migrate.bring_up_to_date(new_desk)
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    made = {name: " ".join(sql.split()) for name, sql in ask(new_desk, query)}

    engine = sa.create_engine("sqlite://")
    migrate.load_models().create_all(engine)
    with engine.connect() as connection:
        rows = connection.execute(sa.text(query)).all()
    assert {name: " ".join(sql.split()) for name, sql in rows} == made


def test_a_new_database_is_what_the_migrations_make_of_an_empty_one(new_desk):
    written = migrate.SCHEMA.read_text(encoding="utf-8")
    for_postgresql = migrate.POSTGRESQL.read_text(encoding="utf-8")
    assert (written, for_postgresql) == snapshot.migrated(), (
        "python -m helpdesk.migrations.snapshot writes them anew"
    )
    migrate.bring_up_to_date(new_desk)
    with new_desk.app_context(), db.engine.connect() as connection:
        assert snapshot.script(connection.connection.driver_connection) == written


def test_a_new_database_is_made_whole_or_not_at_all(new_desk, monkeypatch, tmp_path):
    schema = migrate.SCHEMA.read_text(encoding="utf-8")
    (tmp_path / "schema.sql").write_text(f"{schema}INSERT INTO users (id) VALUES (1);\n")
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "SCHEMA", tmp_path / "schema.sql")
        with pytest.raises(HelpdeskError, match="NOT NULL constraint failed"):
            migrate.bring_up_to_date(new_desk)
    assert ask(new_desk, "SELECT count(*) FROM sqlite_master") == [(0,)]
    migrate.bring_up_to_date(new_desk)
    assert ask(new_desk, "SELECT version_num FROM alembic_version") == [(LATEST,)]


def test_every_model_of_the_package_is_among_the_tables(new_desk):
    found = {
        str(path.relative_to(migrate.PACKAGE).with_suffix("")).replace("/", ".")
        for path in migrate.PACKAGE.rglob("*.py")
        if re.search(r"__tablename__ =|sa\.Table\(", path.read_text(encoding="utf-8"))
    }

    gathered = {getattr(models, name).__name__ for name in models.__all__}
    assert gathered == {f"helpdesk.{name}" for name in found}


def test_a_new_database_is_private_and_needs_no_backup(new_desk):
    assert migrate.bring_up_to_date(new_desk) is None

    for path in folder_of(new_desk).glob("helpdesk.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list((folder_of(new_desk) / "backups").iterdir())


def test_a_second_time_there_is_nothing_to_do(new_desk, monkeypatch):
    migrate.bring_up_to_date(new_desk)
    monkeypatch.setattr(migrate, "upgrade_by_migrations", lambda: pytest.fail("it was up to date"))

    assert migrate.bring_up_to_date(new_desk) is None


@pytest.mark.parametrize("is_new", [True, False])
def test_alembic_is_not_imported_where_nothing_is_to_be_migrated(new_desk, is_new):
    if not is_new:
        migrate.bring_up_to_date(new_desk)
    code = (
        "import sys\nfrom pathlib import Path\nfrom helpdesk import create_app\n"
        "from helpdesk.operations.migrate import bring_up_to_date\n"
        "from helpdesk.settings import load_settings\n"
        f"bring_up_to_date(create_app(load_settings(Path({str(folder_of(new_desk))!r}))))\n"
        "print('alembic' in sys.modules)"
    )

    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )

    assert run.stdout == "False\n"


def test_a_newer_database_is_refused_and_left_as_it_was(new_desk):
    migrate.bring_up_to_date(new_desk)
    ask(new_desk, "UPDATE alembic_version SET version_num = '9999'")
    with new_desk.app_context():
        db.engine.dispose()
    before = (folder_of(new_desk) / "helpdesk.db").read_bytes()

    with pytest.raises(HelpdeskError, match=r"revision 9999\) is newer than this program"):
        migrate.bring_up_to_date(new_desk)

    with new_desk.app_context():
        db.engine.dispose()
    assert (folder_of(new_desk) / "helpdesk.db").read_bytes() == before
    assert not list((folder_of(new_desk) / "backups").iterdir())


def test_a_backup_of_all_there_is_comes_before_a_migration(older, tmp_path):
    backup = migrate.bring_up_to_date(older)

    [kept] = (folder_of(older) / "backups").iterdir()
    assert str(kept) == backup
    assert kept.name.startswith("before-upgrade-0000-")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with tarfile.open(kept) as tar:
        tar.extract("helpdesk.db", tmp_path, filter="data")
    with closing(sqlite3.connect(tmp_path / "helpdesk.db")) as database:
        assert database.execute("SELECT email FROM users").fetchall() == [("ana@shop.example",)]
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
        tables = database.execute("SELECT name FROM sqlite_master").fetchall()
        assert ("by_upgrade",) not in tables
    assert ask(older, "SELECT version_num FROM alembic_version") == [(LATEST,)]


def test_nothing_is_migrated_when_the_backup_fails(older, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "settle", full)

    with pytest.raises(OSError, match="No space left"):
        migrate.bring_up_to_date(older)

    assert ask(older, "SELECT version_num FROM alembic_version") == [("0000",)]
    assert not list((folder_of(older) / "backups").iterdir())


def test_a_database_is_not_changed_under_an_older_server(older, monkeypatch):
    monkeypatch.setattr(migrate, "LONGEST_WAIT", 0.2)

    with (
        lock_data_folder(folder_of(older)),
        pytest.raises(HelpdeskError, match="another help desk is using it"),
    ):
        migrate.bring_up_to_date(older)

    assert ask(older, "SELECT version_num FROM alembic_version") == [("0000",)]


def test_two_starts_at_once_both_find_a_whole_database(tmp_path):
    command = [sys.executable, "-m", "app", "--data", str(tmp_path / "desk"), "category", "list"]
    starts = [
        warm.Popen(
            command,
            cwd=migrate.PACKAGE.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        for _ in range(3)
    ]

    ends = [(*start.communicate(timeout=60), start.returncode) for start in starts]

    assert ends == [("", "", 0)] * 3
    with closing(sqlite3.connect(tmp_path / "desk" / "helpdesk.db")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(LATEST,)]


@pytest.fixture
def older_desk(new_desk, monkeypatch):
    """Makes it a desk of an older program, up to that revision."""

    def at(last):
        real = command.upgrade
        monkeypatch.setattr(command, "upgrade", lambda config, _head: real(config, last))
        monkeypatch.setattr(upgrading, "require_proof", lambda *_: None)  # it is of the newest
        with new_desk.app_context():
            migrate.upgrade_by_migrations()
            monkeypatch.undo()
            db.engine.dispose()  # ask() reads with another SQLite, which must be alone then
        return new_desk

    return at


def test_names_on_an_older_desk_are_found_in_any_case(older_desk):
    new_desk = older_desk("0002")
    ask(
        new_desk,
        "INSERT INTO users (email, name, role, language, created_at, modified_at) "
        "VALUES ('ana@shop.example', 'Özge Şahin', 'agent', 'en', 1, 1)",
    )
    migrate.bring_up_to_date(new_desk)
    with new_desk.app_context():
        assert db.session.scalar(sa.text("SELECT name_folded FROM users")) == "ozge sahin"


def test_who_chose_notices_on_an_older_desk_hears_of_them_by_mail_as_others_do(older_desk):
    desk = older_desk("0003")
    ask(
        desk,
        "INSERT INTO users (id, email, name, role, language, created_at, modified_at) "
        "VALUES (1, 'ana@shop.example', 'Ana', 'agent', 'en', 1, 1)",
    )
    ask(
        desk,
        "INSERT INTO notice_choices (user_id, kind, in_page, in_browser) VALUES "
        "(1, 'mentioned', 0, 0), (1, 'assigned', 1, 0), (1, 'opened', 1, 1)",
    )
    migrate.bring_up_to_date(desk)
    with desk.app_context():
        wishes = wishes_of(db.session.get_one(User, 1))
    by_mail = {kind.value: wishes[kind].by_mail for kind in Kind}
    assert {kind for kind, wanted in by_mail.items() if wanted} == {"assigned"}
