"""Connections to PostgreSQL that have waited: nobody asks whether they live, and none that is dead
is used."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.database import db
from helpdesk.database.postgresql import dialect
from tests import postgresql

pytestmark = pytest.mark.postgresql
_END = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'helpdesk'"
)


def test_one_that_the_server_has_ended_is_replaced(desk):
    desk.user()
    db.session.remove()
    for _time in range(2):
        postgresql.ask(db.engine.url.database, _END)
        desk.user()
        db.session.remove()
        postgresql.ask(db.engine.url.database, _END)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 2 + _time
        db.session.remove()


def test_the_server_is_not_asked_whether_it_is_there(desk, monkeypatch):
    desk.user()
    usual, asked = dialect.Discreet.execute, []

    def execute(cursor, statement, *args, **options):
        asked.append(statement)
        return usual(cursor, statement, *args, **options)

    monkeypatch.setattr(dialect.Discreet, "execute", execute)
    desk.user()
    assert asked
    assert ";" not in asked


def test_one_turn_to_write_is_asked_for_at_once(desk):
    """The lock, and how long to wait for it, cost one way to the server."""
    desk.user()
    with desk.counted() as statements:
        desk.user()
    assert len([one for one in statements if "lock_timeout" in one or "advisory" in one]) == 1
