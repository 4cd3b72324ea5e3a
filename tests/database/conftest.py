"""Another thread, with an application context of its own."""

import threading

import pytest


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
