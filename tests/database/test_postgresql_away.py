"""A PostgreSQL that is stopped under a desk: nothing is half done, and nobody starts it anew."""

import pytest

from helpdesk import create_app
from helpdesk.accounts import actions as accounts
from helpdesk.accounts import tokens
from helpdesk.accounts.models import DESK, Role
from helpdesk.database import db
from helpdesk.operations.migrate import bring_up_to_date
from helpdesk.settings import load_settings
from tests import postgresql
from tests.desk import ApiClient, DeskClient

pytestmark = pytest.mark.slow
MINE = "/customer-support-ticket"


@pytest.fixture
def server(monkeypatch):
    """One that nobody else needs."""
    own = postgresql.Server()
    try:
        own.start()
        monkeypatch.setenv(postgresql.SERVER, str(own.folder))
        yield own
    finally:
        own.remove()


def test_who_asks_is_told_to_come_back_and_is_served_once_it_is_there(server, tmp_path):
    postgresql.make("away")
    postgresql.let_use(tmp_path, "away")
    app = create_app(load_settings(tmp_path, {}))
    app.test_client_class = DeskClient
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    bring_up_to_date(app)
    with app.app_context():
        user = accounts.add_user(DESK, name="Al", email="al@shop.example", role=Role.CUSTOMER)
        script = ApiClient(app.test_client(), tokens.add_token(DESK, user, "test"))
        db.session.remove()
    words = {"subject": "Lamp", "message": "It is broken."}
    assert script.post(MINE, data=words, content_type="multipart/form-data").status_code == 200

    for _time in range(2):
        server.stop()
        for answer in (
            script.get(MINE),
            script.post(MINE, data=words, content_type="multipart/form-data"),
        ):
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["Retry-After"]) > 0
            assert "can't be reached" in answer.json["message"]
        server.start()
        assert script.get(MINE).status_code == 200
        assert script.post(MINE, data=words, content_type="multipart/form-data").status_code == 200
    assert postgresql.rows("away", "SELECT count(*) FROM tickets") == [(3,)]
    with app.app_context():
        db.engine.dispose()
