"""Somebody sets the clock back by an hour."""

import time
from datetime import timedelta

import sqlalchemy as sa

from helpdesk import clock
from helpdesk.database import db, transaction
from helpdesk.jobs import Worker, enqueue, register
from helpdesk.jobs.models import Job, State
from tests.started import PATIENCE

HOUR = timedelta(hours=1)


def test_what_was_due_before_the_clock_was_set_back_is_done_all_the_same(desk):
    done = []
    register(desk.app, "test.now", done.append, title="Now", lane="test")
    worker = Worker(desk.app, ["test"], every=0.05)
    clock.shift(HOUR)
    try:
        worker.start()
        with desk.app.app_context(), transaction():
            job = enqueue("test.now", {"n": 1})
            job.due_at = clock.now() + timedelta(seconds=30)  # it was to wait a moment
        clock.shift(timedelta(0))
        until = time.monotonic() + PATIENCE
        while not done and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        worker.stop()
        clock.shift(timedelta(0))
    db.session.rollback()
    assert done == [{"n": 1}]
    state = db.session.scalar(sa.select(Job.state).where(Job.kind == "test.now"))
    assert state is State.DONE


def test_a_start_after_it_does_that_too(desk):
    register(desk.app, "test.then", lambda payload: None, title="Now", lane="test")
    clock.shift(HOUR)
    with transaction():
        job_id = enqueue("test.then", {}).id
    clock.shift(timedelta(0))
    worker = Worker(desk.app, [])
    worker.start()
    worker.stop()
    db.session.rollback()
    assert db.session.get(Job, job_id).due_at <= clock.now()
