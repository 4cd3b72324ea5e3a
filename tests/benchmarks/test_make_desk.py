"""That a benchmark's desk is always the same one, and one that the desk itself could have made."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpdesk import create_app
from helpdesk.accounts.models import DESK, User
from helpdesk.database import db, sqlite_driver
from helpdesk.operations.doctor import ERROR, examine
from helpdesk.search.schema import INDEX
from helpdesk.settings import load_settings
from helpdesk.tickets import counts, queries
from helpdesk.tickets.actions.recounting import repeated, unanswered_since
from helpdesk.tickets.models import Message, Status, Ticket
from tests.benchmarks.filling import known
from tests.benchmarks.make_desk import make_desk

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("thousand")
    make_desk(made, 1_000, with_files=True)
    return made


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    made = tmp_path_factory.mktemp("small")
    make_desk(made, 200)
    return made


@pytest.fixture
def filled(folder):
    app = create_app(load_settings(folder, {}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def everything_in(folder):
    connection = sqlite_driver().connect(str(folder / "helpdesk.db"))
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
    found = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names}
    connection.close()
    return found


def test_the_same_seed_makes_the_same_desk(small, tmp_path):
    script = Path(__file__).with_name("make_desk.py")
    few = ("--tickets", "200", "--data", tmp_path)
    subprocess.run([sys.executable, script, *few], cwd=tmp_path, check=True, capture_output=True)

    made, again = everything_in(small), everything_in(tmp_path)
    assert list(made) == list(again)
    # In what order the index of words lists the beginnings of a document's words is chance.
    differ = [name for name in made if made[name] != again[name]]
    assert [name for name in differ if not name.startswith(f"{INDEX}_")] == []


def test_another_seed_makes_another_desk(small, tmp_path):
    make_desk(tmp_path, 200, seed=2)

    assert everything_in(small)["messages"] != everything_in(tmp_path)["messages"]


def test_a_ticket_repeats_what_its_messages_say(filled):
    tickets = db.session.scalars(sa.select(Ticket)).all()

    assert len(tickets) == 1_000
    for ticket in tickets[::3]:
        columns = {name: getattr(ticket, name) for name in vars(repeated(ticket))}
        assert columns == vars(repeated(ticket)), ticket.ref
        assert ticket.waiting_since is None or ticket.waiting_since == unanswered_since(ticket)


def test_it_is_a_desk_like_others(filled):
    said = db.session.scalar(sa.select(sa.func.count()).select_from(Message))
    solved = queries.count(DESK, queries.Filters(statuses=[Status.RESOLVED, Status.CLOSED]))
    anas = sa.select(sa.func.count()).join_from(Ticket, User, Ticket.requester_id == User.id)

    assert 2_500 < said < 4_500  # it is four days old: much is still to come
    assert solved > 300
    assert db.session.scalar(anas.where(User.email == known.CUSTOMER.email)) == known.ANAS


def test_its_tickets_are_counted(filled):
    assert not counts.wrong_tables()


def test_the_doctor_finds_nothing_wrong_with_it(folder):
    assert [found for found in examine(folder, {}) if found.level == ERROR] == []
