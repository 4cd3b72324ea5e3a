"""Another thread with an application context of its own, and other processes on PostgreSQL."""

import re
import threading

import pytest

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
def folder(postgresql_server, tmp_path):
    """A data folder whose desk has an empty database; whoever starts first makes it."""
    database = f"several_{tmp_path.parent.name}_{tmp_path.name}".replace("-", "_").lower()[:60]
    postgresql.make(database)
    postgresql.let_use(tmp_path, database)
    yield tmp_path
    postgresql.drop(database)


@pytest.fixture
def ask(folder):
    """Asks the database of the desk, past the desk."""
    database = re.search(r"@/(\w+)", (folder / "helpdesk.env").read_text())[1]
    return lambda query: postgresql.rows(database, query)
