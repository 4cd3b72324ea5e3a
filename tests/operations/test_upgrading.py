"""Upgrades: from every revision there ever was, with data in it; proven, or taken back."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from helpdesk import create_app
from helpdesk.database import db
from helpdesk.errors import HelpdeskError
from helpdesk.operations import migrate, upgrading
from helpdesk.operations.archives.copying import opened
from helpdesk.operations.archives.making import make
from helpdesk.operations.archives.proving import verify
from helpdesk.operations.archives.reading import Backup
from helpdesk.operations.archives.restoring import restore
from helpdesk.operations.upgrading import in_lines, rehearse
from helpdesk.settings import load_settings
from helpdesk.tickets.counts import wrong_tables
from tests.cli.conftest import data, type_

pytestmark = pytest.mark.sqlite  # desks of released revisions, all of them SQLite's

__all__ = ["data", "type_"]
DATA = Path(__file__).with_name("released")
REVISIONS = migrate.revisions()
FILLED = "0011"  # all tables up to here have rows
WORDS = "SELECT subject, body FROM tickets JOIN messages ON ticket_id = tickets.id ORDER BY 1, 2"


def ask(folder, sql):
    with closing(sqlite3.connect(folder / "helpdesk.db")) as database:
        return database.execute(sql).fetchall()


def nobody(_what, _done, _all):
    """Nobody looks at how far it is."""


def closed(app):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A folder with a desk of each revision, its newest rows made by the program of then."""
    root = tmp_path_factory.mktemp("released")
    folder = root / "now"
    app = create_app(load_settings(folder, {}), answers=False)
    real = command.upgrade
    for revision in REVISIONS:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(command, "upgrade", lambda config, _head, to=revision: real(config, to))
            patched.setattr(upgrading, "require_proof", lambda *_: None)
            with app.app_context():
                migrate.upgrade_by_migrations()
        closed(app)
        data = DATA / f"{revision}.sql"
        if data.exists():
            with closing(opened(folder / "helpdesk.db")) as connection:
                connection.execute("PRAGMA foreign_keys=ON")
                connection.executescript(data.read_text(encoding="utf-8"))
        shutil.copytree(folder, root / revision)
    return root


@pytest.fixture
def older(released, tmp_path):
    """Gives the folder of a desk of that revision."""

    def of(revision):
        return Path(shutil.copytree(released / revision, tmp_path / revision))

    return of


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_desk_of_every_revision_is_brought_up_to_date(revision, older):
    folder = older(revision)
    with closing(opened(folder / "helpdesk.db")) as connection:
        before = upgrading.rows_of(connection)
    words = ask(folder, WORDS)
    app = create_app(load_settings(folder, {}), answers=False)

    backup = migrate.bring_up_to_date(app)

    with app.app_context():
        assert wrong_tables() == []
        found = db.session.execute(sa.text("SELECT name_folded FROM users WHERE id = 3")).scalar()
    closed(app)
    assert found == "zoe sahin"
    assert (backup is None) == (revision == REVISIONS[-1])
    assert ask(folder, WORDS) == words
    with closing(opened(folder / "helpdesk.db")) as connection:
        after = upgrading.rows_of(connection)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert {name: after[name] for name in before if name != "audit"} == {
        name: count for name, count in before.items() if name != "audit"
    }


def test_every_revision_with_tables_has_rows_in_them(released):
    """Or else the test above would show little."""
    with closing(opened(released / FILLED / "helpdesk.db")) as connection:
        rows = upgrading.rows_of(connection)
    assert [name for name, count in rows.items() if not count] == ["audit", "held_replies"]


def test_an_upgrade_that_is_not_proven_is_taken_back(older, monkeypatch):
    folder = older("0007")
    app = create_app(load_settings(folder, {}), answers=False)
    real = command.upgrade

    def loses_a_row(config, head):
        real(config, head)
        config.attributes["connection"].execute(sa.text("DELETE FROM api_tokens"))

    monkeypatch.setattr(command, "upgrade", loses_a_row)

    with pytest.raises(HelpdeskError) as told:
        migrate.bring_up_to_date(app)
    closed(app)

    assert str(told.value).startswith(
        f"The database could not be brought from revision 0007 to {REVISIONS[-1]} "
        "(api_tokens would have 0 rows instead of 1) and is as it was; a copy is kept in "
    )
    assert ask(folder, "SELECT version_num FROM alembic_version") == [("0007",)]
    assert ask(folder, "SELECT count(*) FROM api_tokens") == [(1,)]
    assert ask(folder, "SELECT 1 FROM sqlite_master WHERE name = 'stamps'") == []
    [backup] = (folder / "backups").iterdir()
    with backup.open("rb") as file:
        assert Backup(file).manifest.revision == "0007"


def test_an_upgrade_that_names_what_is_not_there_is_taken_back(older, monkeypatch):
    folder = older("0007")
    app = create_app(load_settings(folder, {}), answers=False)
    real = command.upgrade

    def breaks_a_key(config, head):
        real(config, head)
        connection = config.attributes["connection"]
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        connection.execute(sa.text("UPDATE read_marks SET ticket_id = 99"))

    monkeypatch.setattr(command, "upgrade", breaks_a_key)

    with pytest.raises(HelpdeskError, match="rows of read_marks would name others"):
        migrate.bring_up_to_date(app)
    closed(app)

    assert ask(folder, "SELECT ticket_id FROM read_marks") == [(1,)]


def test_an_upgrade_that_fails_says_why_in_a_sentence(older, monkeypatch):
    folder = older("0001")
    app = create_app(load_settings(folder, {}), answers=False)
    real = command.upgrade

    def fails(config, head):
        real(config, head)
        config.attributes["connection"].execute(sa.text("SELECT 1 FROM nowhere"))

    monkeypatch.setattr(command, "upgrade", fails)

    with pytest.raises(HelpdeskError, match=r"\(no such table: nowhere\) and is as it was; a copy"):
        migrate.bring_up_to_date(app)
    closed(app)

    assert ask(folder, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_a_migration_may_say_that_it_changes_rows(older):
    with closing(opened(older("0001") / "helpdesk.db")) as connection:
        before = upgrading.rows_of(connection)
        connection.execute("DELETE FROM one_time_links")
        upgrading.require_proof(connection, before, frozenset({"one_time_links"}))


def test_a_rehearsal_says_what_would_change_and_changes_nothing(older):
    folder = older("0007")
    settings = load_settings(folder, {})
    before = (folder / "helpdesk.db").read_bytes()

    found = rehearse(settings, lambda _done, _all: None)

    assert (found.revision, found.becomes) == ("0007", REVISIONS[-1])
    assert "column sessions.needs_factor" in found.added
    assert "table stamps" in found.added
    assert "trigger shop_stamped_by_update" in found.added
    assert "column stamps.value" not in found.added
    assert found.rows == {"audit": (0, 1)}
    assert in_lines(found)[0].startswith(f"From revision 0007 to {REVISIONS[-1]} in ")
    assert (folder / "helpdesk.db").read_bytes() == before
    assert list(folder.glob(".helpdesk-*")) == []


def test_a_rehearsal_of_nothing_says_so(older):
    found = rehearse(load_settings(older(REVISIONS[-1]), {}), lambda _done, _all: None)

    assert in_lines(found) == [f"The database is up to date (revision {REVISIONS[-1]})."]


def test_a_rehearsal_refuses_a_newer_database(older):
    folder = older(REVISIONS[-1])
    ask(folder, "SELECT 1")
    with closing(opened(folder / "helpdesk.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(HelpdeskError, match="is newer than this program"):
        rehearse(load_settings(folder, {}), lambda _done, _all: None)


def test_a_backup_of_an_old_program_can_be_verified_and_restored(older, tmp_path):
    folder = older("0001")
    made = make(load_settings(folder, {}), tmp_path / "old.tar")  # as it is, not upgraded

    assert "It opens, and shows TKT1, TKT2, TKT3" in verify(made, nobody).checks[-1].sentence
    restore(made, tmp_path / "new", {}, nobody)

    assert ask(tmp_path / "new", "SELECT version_num FROM alembic_version") == [(REVISIONS[-1],)]
    assert ask(tmp_path / "new", WORDS) == ask(folder, WORDS)
    assert ask(folder, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_the_command_upgrades_and_says_where_the_old_one_is(older, type_):
    folder = older("0008")

    rehearsed = type_("upgrade", "--rehearse", folder=folder)
    assert rehearsed.lines[0].startswith("From revision 0008")
    assert json.loads(type_("upgrade", "--rehearse", "--json", folder=folder).out)["seconds"] > 0
    said = type_("upgrade", folder=folder)

    [backup] = (folder / "backups").iterdir()
    assert said.lines == [
        f"The database is up to date (revision {REVISIONS[-1]}).",
        f"As it was before, it is kept in {backup}.",
    ]
