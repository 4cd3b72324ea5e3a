"""What a desk throws away by itself, and what it never does."""

import logging
import os
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts import limits, sessions
from helpdesk.accounts.models import BrowserSession, RateLimit
from helpdesk.api.models import IdempotencyKey
from helpdesk.database import db, transaction
from helpdesk.files import store
from helpdesk.jobs import GiveUp, run_due
from helpdesk.jobs.queueing import prepare
from helpdesk.mail import raw
from helpdesk.operations import housekeeping
from helpdesk.shop.actions import set_logo
from helpdesk.tickets import actions
from helpdesk.tickets.models import Attachment


def count(model):
    db.session.rollback()  # what was read before is of before
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def age(desk, name, **by):
    """Make the stored file *name* older than it is."""
    path = desk.files / "attachments" / name[:2] / name[2:4] / name
    then = path.stat().st_mtime - timedelta(**by).total_seconds()
    os.utime(path, (then, then))


def stored():
    return {name for name, _ in store().names()}


def test_expired_sessions_go_and_others_stay(desk, alice, bob, travel):
    sessions.open_session(alice, "127.0.0.1", "")
    travel(days=20)
    sessions.open_session(bob, "127.0.0.1", "")
    travel(days=31)

    housekeeping.sweep(desk.app)

    assert [row.user_id for row in db.session.scalars(sa.select(BrowserSession))] == [bob.id]


def test_ended_limits_go(desk, travel):
    limits.count(limits.SIGN_UP, "192.0.2.1")
    housekeeping.sweep(desk.app)
    assert count(RateLimit) == 1

    travel(hours=2)
    housekeeping.sweep(desk.app)
    assert count(RateLimit) == 0


def test_answers_to_retries_are_kept_for_a_day(desk, alice, travel):
    with transaction():
        db.session.add(
            IdempotencyKey(
                user_id=alice.id,
                key_hash="k",
                request_hash="r",
                answer="{}",
                created_at=clock.now(),
            )
        )
    travel(hours=23)
    housekeeping.sweep(desk.app)
    assert count(IdempotencyKey) == 1

    travel(hours=24, seconds=1)
    housekeeping.sweep(desk.app)
    assert count(IdempotencyKey) == 0


def test_an_upload_that_no_message_claims_goes_after_a_day_with_its_file(desk, alice, travel):
    upload = actions.upload(alice, desk.file())
    travel(hours=23)
    housekeeping.drop_unclaimed_uploads()
    assert stored() == {upload.stored_name}

    travel(hours=25)
    housekeeping.drop_unclaimed_uploads()
    assert count(Attachment) == 0
    assert stored() == set()


def test_files_of_messages_stay_for_ever(desk, alice, travel):
    upload = actions.upload(alice, desk.file())
    desk.ticket(alice, files=[upload, desk.file("other.png")])
    travel(days=400)
    for name in stored():
        age(desk, name, days=400)

    housekeeping.sweep(desk.app)

    assert count(Attachment) == 2
    assert len(stored()) == 2


def test_a_file_that_no_row_names_goes_when_it_is_old(desk):
    young, old = (store().keep(desk.file().incoming).name for _ in range(2))
    age(desk, young, hours=23)
    age(desk, old, hours=25)

    housekeeping.sweep(desk.app)

    assert stored() == {young}


def test_the_logo_is_named_by_a_row_too(desk, admin):
    shop = set_logo(admin, desk.file().incoming)
    age(desk, shop.logo_name, days=3)

    housekeeping.sweep(desk.app)

    assert stored() == {shop.logo_name}


def test_a_chore_that_fails_is_logged_and_the_others_are_done(desk, monkeypatch, caplog):
    def sweep_sessions():
        raise OSError("the disk is on fire")

    monkeypatch.setattr(housekeeping.sessions, "sweep", sweep_sessions)
    old = store().keep(desk.file().incoming).name
    age(desk, old, days=2)

    with caplog.at_level(logging.ERROR), pytest.raises(GiveUp, match="sweep_sessions"):
        housekeeping.sweep(desk.app)

    assert "sweep_sessions" in caplog.text
    assert stored() == set()


def test_a_worker_keeps_house(desk, travel):
    limits.count(limits.SIGN_UP, "192.0.2.1")
    travel(hours=2)
    prepare(desk.app)

    assert run_due(desk.app, ["housekeeping"]) == 2  # people's copies of their data, too

    assert count(RateLimit) == 0


@pytest.mark.folder  # a bucket has an object whole or not at all
def test_what_a_crash_left_of_a_mail_goes_after_a_day_and_no_mail_does(desk):
    kept = [raw.keep(b"From: a@b.example\n\nHello"), raw.keep(b"From: b@b.example\n\nHello")]
    folder = desk.folder / "mail" / kept[0].sha256[:2]
    old, new = folder / f"{'0' * 32}.part", folder / f"{'1' * 32}.part"
    for path in (old, new):
        path.write_bytes(b"From: c@b.exam")
    then = old.stat().st_mtime - timedelta(days=2).total_seconds()
    for path in (old, folder / f"{kept[0].sha256}.eml"):
        os.utime(path, (then, then))

    housekeeping.sweep(desk.app)

    assert (old.exists(), new.exists()) == (False, True)
    assert [raw.read(mail.sha256)[:6] for mail in kept] == [b"From: "] * 2
