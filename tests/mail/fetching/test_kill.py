"""Fetching that dies at random moments: all that the server has is there in the end, once."""

import hashlib
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from flask import current_app

from helpdesk import jobs
from helpdesk.files import bucket
from helpdesk.mail import raw
from helpdesk.mail.fetching.rounds import fetch_round
from helpdesk.mail.mailboxes import queries
from helpdesk.mail.mailboxes.settled import from_settings
from tests import warm
from tests.mail.dovecot import PASSWORD
from tests.mail.faults import KILLED, in_a_child, later
from tests.started import environment, helpdesk, started, typed

from .conftest import letter

EACH_ROUND = 4  # messages that come before each kill
STEPS = 250  # about as many as a round with them has


def settings_of(inbox):
    user = f"{inbox.user}:{PASSWORD}".replace(" ", "%20")
    return {
        "HELPDESK_IMAP_URL": f"imap://{user}@localhost:{inbox.server.port}/INBOX",
        "HELPDESK_MAIL_FROM": "Shop <support@shop.example>",
    }


def fetching(folder, settings):
    return warm.Popen(
        [*helpdesk(), "--data", str(folder), "mail", "fetch"],
        env=environment(**settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def mails_kept():
    """Every mail that is kept, by its name."""
    place = bucket()
    if place is None:
        folder = current_app.config["HELPDESK"].mail
        return {path.stem: path.read_bytes() for path in folder.glob("??/*.eml")}
    names = [Path(one.key).stem for one in place.listed("mail")]
    return {name: raw.read(name) for name in names}


def check_all_is_there_once(desk, inbox, settings, number):
    rows = desk.rows
    said = typed(desk.folder, "mail", "ledger", **settings).splitlines()
    assert said[-1] == f"mailbox support: server {number} = ledger {number}"
    assert inbox.uids() == [uid for [uid] in rows("SELECT uid FROM received_mails ORDER BY uid")]
    outcomes = Counter(outcome for [outcome] in rows("SELECT outcome FROM received_mails"))
    assert outcomes == {"ticket": number}
    subjects = sorted(subject for [subject] in rows("SELECT subject FROM tickets"))
    assert subjects == sorted(f"Lamp {one}" for one in range(number))
    assert rows("SELECT count(*), count(DISTINCT ticket_id) FROM messages") == [(number, number)]
    kept = mails_kept()
    hashes = {hash_ for [hash_] in rows("SELECT sha256 FROM received_mails")}
    assert hashes == set(kept) == {hashlib.sha256(content).hexdigest() for content in kept.values()}
    assert set(kept.values()) == {letter(one) for one in range(number)}


def fetch(app):
    """What `helpdesk mail fetch` does."""
    from_settings()
    fetch_round(queries.mailboxes()[0])
    jobs.run_due(app, {"mail-in"})


def fetch_later(app):
    """The same once the leases of all who died are over."""
    later(hours=1)
    fetch(app)


@pytest.mark.parametrize("rounds", [10, pytest.param(200, marks=pytest.mark.thorough)])
def test_a_death_at_any_step_loses_and_doubles_nothing(desk, inbox, rounds):
    folder, settings, chance = desk.folder, settings_of(inbox), random.Random(rounds)
    number = died = 0
    for _round in range(rounds):
        inbox.put(*(letter(number + more) for more in range(EACH_ROUND)))
        number += EACH_ROUND
        ended = in_a_child(folder, fetch, kill_at=chance.randrange(1, STEPS), **settings)
        assert ended in (0, KILLED)
        died += ended == KILLED
    assert died > rounds / 4
    assert in_a_child(folder, fetch_later, **settings) == 0
    check_all_is_there_once(desk, inbox, settings, number)


@pytest.mark.parametrize("kills", [6, pytest.param(40, marks=pytest.mark.thorough)])
def test_a_command_that_is_killed_at_any_moment(desk, inbox, kills):
    folder, settings, chance = desk.folder, settings_of(inbox), random.Random(kills)
    number, killed, whole = 0, 0, 10.0
    while killed < kills:
        inbox.put(*(letter(number + more) for more in range(EACH_ROUND)))
        number += EACH_ROUND
        began = time.monotonic()
        process = fetching(folder, settings)
        try:
            process.wait(chance.uniform(whole / 10, whole))
            whole = time.monotonic() - began  # it was too late for this one
        except subprocess.TimeoutExpired:
            process.kill()
            killed += process.wait() != 0
    assert in_a_child(folder, fetch_later, **settings) == 0
    check_all_is_there_once(desk, inbox, settings, number)


def test_a_desk_that_serves_fetches_by_itself_and_beside_a_command(desk, inbox):
    folder, settings = desk.folder, settings_of(inbox)
    with started(folder, **settings) as served:
        assert served.url
        for number in range(3):
            inbox.put(letter(number))
            typed(folder, "mail", "fetch", **settings)
        for _look in range(600):
            if desk.rows("SELECT count(*) FROM tickets") == [(3,)]:
                break
            time.sleep(0.1)
        assert served.stop() == 0
    check_all_is_there_once(desk, inbox, settings, 3)


@pytest.mark.parametrize(
    "rounds",
    [pytest.param(5, marks=pytest.mark.slow), pytest.param(40, marks=pytest.mark.thorough)],
)
def test_a_desk_that_serves_is_killed_at_any_moment(desk, inbox, rounds):
    folder, settings, chance = desk.folder, settings_of(inbox), random.Random(rounds)
    number = 0
    for _round in range(rounds):
        with started(folder, **settings) as served:
            assert served.url
            for _mail in range(EACH_ROUND):
                inbox.put(letter(number))
                number += 1
                time.sleep(chance.uniform(0, 0.3))
            served.stop(signal.SIGKILL)
    assert in_a_child(folder, fetch_later, **settings) == 0
    check_all_is_there_once(desk, inbox, settings, number)
