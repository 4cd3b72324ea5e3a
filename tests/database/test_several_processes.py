"""Two that serve and two that work for one desk on PostgreSQL: nothing lost, nothing twice."""

import random
import threading
from collections import Counter
from contextlib import ExitStack
from signal import SIGKILL

import pytest

from tests.faults.script import FORM, Script, Unanswered, form
from tests.started import PATIENCE, started, typed, working

CUSTOMER, STAFF = "/customer-support-ticket", "/support-ticket"
CLIENTS, DEEDS = 6, 8

pytestmark = pytest.mark.slow


class Crowd:
    """Clients that open tickets and answer one of them, through any desk, until each is told so."""

    def __init__(self, scripts, admin, customer):
        self.scripts, self.admin, self.customer = scripts, admin, customer
        self.opened, self.failed = [], []
        self.has_opened = threading.Event()
        body = form({"subject": "The one", "message": "All answer this."}, [])
        self.ticket = scripts[0].data("POST", CUSTOMER, customer, body, **FORM)["id"]

    def run(self, meanwhile=lambda: None):
        threads = [threading.Thread(target=self._work, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        meanwhile()
        for thread in threads:
            thread.join()
        assert self.failed == []

    def _work(self, client):
        try:
            for deed in range(DEEDS):
                key = f"{client}-{deed}"
                words = form({"subject": f"Lamp {key}", "message": "It is broken."}, [])
                more = FORM | {"Idempotency-Key": f"open-{key}"}
                self.opened += [
                    self._until_told("POST", CUSTOMER, self.customer, words, **more)["id"]
                    # The same again, as somebody does whose line broke.
                    for _time in range(1 + deed % 2)
                ]
                if deed == 2:
                    self.has_opened.set()
                reply = form({"message": f"Reply {key}"}, [])
                more = FORM | {"Idempotency-Key": f"reply-{key}"}
                self._until_told("POST", f"{STAFF}/{self.ticket}", self.admin, reply, **more)
        except Exception as error:
            self.failed.append(error)

    def _until_told(self, *request, **headers):
        while True:
            try:
                return random.choice(self.scripts).data(*request, **headers)
            except Unanswered:  # that one is dead
                continue


@pytest.mark.parametrize("dies", [False, True])
def test_nothing_is_lost_or_done_twice(folder, ask, dies):
    with ExitStack() as stack:
        desks = [stack.enter_context(started(folder, "--no-worker")) for _n in range(2)]
        scripts = [Script(desk.url) for desk in desks]
        workers = [stack.enter_context(working(folder)) for _n in range(2)]
        tokens = []
        for role in ("admin", "customer"):
            email = f"{role}@shop.example"
            typed(folder, "user", "add", email, "--name", role.title(), "--role", role)
            tokens.append(typed(folder, "token", "add", email, "--name", "test"))
        for worker in workers:
            worker.wait_for("Help desk worker ready")
        crowd = Crowd(scripts, *tokens)

        def kill():
            crowd.has_opened.wait(PATIENCE)
            desks[1].stop(SIGKILL)
            workers[1].stop(SIGKILL)

        crowd.run(meanwhile=kill if dies else lambda: None)

    made = CLIENTS * DEEDS
    assert len(set(crowd.opened)) == made
    assert ask("SELECT count(*), count(DISTINCT subject) FROM tickets") == [(made + 1, made + 1)]
    bodies = Counter(body for (body,) in ask("SELECT body FROM messages WHERE body LIKE 'Reply%'"))
    assert len(bodies) == made
    assert set(bodies.values()) == {1}
    [(counted,)] = ask(f"SELECT message_count FROM tickets WHERE id = {crowd.ticket}")
    assert counted == made + 1
    assert ask("SELECT sum(number) FROM tickets_by_all") == [(made + 1,)]
