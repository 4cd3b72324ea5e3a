"""Another thread, with an application context of its own."""

import threading
from contextlib import closing

import pytest

from helpdesk.database import db, sqlite_driver
from tests import postgresql


@pytest.fixture
def in_another_thread(desk):
    """Calls something in a thread of its own and waits for it."""

    def run(call):
        failures = []

        def work():
            with desk.app.app_context():
                try:
                    call()
                except Exception as error:
                    failures.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert failures == []

    return run


@pytest.fixture
def elsewhere(desk):
    """Changes something as another process would: ``elsewhere("UPDATE …")``."""

    def run(statement):
        url = db.engine.url
        if url.drivername.startswith("sqlite"):
            with closing(sqlite_driver().connect(url.database)) as other, other:
                other.execute(statement)
        else:
            postgresql.ask(url.database, statement)

    return run
