"""A desk that is killed while it sends: every mail leaves once, or people are told that it may
have."""

import os
import random
import signal
import subprocess
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from helpdesk import create_app
from helpdesk.database import db, transaction
from helpdesk.settings import load_settings
from tests import warm
from tests.desk import Desk
from tests.mail.smtp import running
from tests.started import environment, helpdesk

SLOWEST = 0.06  # seconds that the server takes to answer


@pytest.mark.parametrize(
    "rounds",
    [pytest.param(10, id="quick"), pytest.param(200, id="thorough", marks=pytest.mark.thorough)],
)
def test_no_mail_is_lost_and_none_is_sent_twice(desk, rounds):
    folder = desk.folder
    chance = random.Random(rounds)
    with running() as server:
        settings = {
            "HELPDESK_SMTP_URL": server.url,
            "HELPDESK_MAIL_FROM": "support@shop.example",
        }
        server.on_end = lambda _server: pause(chance)
        write_mails(folder, settings, rounds * 4)
        for _ in range(rounds):
            kill_amid(folder, settings, server, chance)
            end_leases()
        server.on_end = lambda _server: None
        last = warm.run(
            [*helpdesk(), "--data", str(folder), "mail", "send"],
            env=environment(**settings),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        kept = {row.mail_id: row.state for row in desk.rows("SELECT mail_id, state FROM outbox")}
        seen = Counter(server.ids)

    assert max(seen.values()) == 1, "a mail was sent twice"
    states = Counter(kept.values())
    assert states.keys() <= {"sent", "uncertain"}, (states, last.stdout)
    sent = {mail_id for mail_id, state in kept.items() if state == "sent"}
    uncertain = kept.keys() - sent
    assert sent <= seen.keys() <= sent | uncertain
    assert len(uncertain) <= rounds
    print(f"{rounds} kills: {len(seen)} mails seen, {dict(states)}")


async def pause(chance):
    import asyncio

    await asyncio.sleep(chance.random() * SLOWEST)


def kill_amid(folder, settings, server, chance):
    """Let it send, and kill it a moment after it began to."""
    before = len(server.mails) + server.connections
    process = warm.Popen(
        [*helpdesk(), "--data", str(folder), "mail", "send"],
        env=environment(**settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 120
    while len(server.mails) + server.connections == before and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.002)
    time.sleep(chance.random() * 0.15)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(20)


def write_mails(folder, settings, number):
    app = create_app(load_settings(folder, settings))
    with app.app_context():
        desk = Desk(app, folder)
        for one in range(number):
            desk.ticket(desk.user(email=f"one@mail{one}.example"))
        db.session.remove()
        db.engine.dispose()


def end_leases():
    """As minutes would: what the dead process was at may be taken over."""
    with transaction():
        over = sa.text("UPDATE jobs SET leased_until = 0 WHERE state = 'running'")
        db.session.execute(over)
