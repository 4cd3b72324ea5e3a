"""The worker's threads, leases and the index that jobs are claimed by."""

import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock, jobs
from helpdesk.database import db, transaction
from helpdesk.jobs import actions, leases, running
from helpdesk.jobs.models import Job, State
from helpdesk.jobs.queueing import prepare
from helpdesk.jobs.worker import Worker
from tests.jobs.conftest import LANE, seconds

PATIENCE = 60  # seconds, for a machine that is busy


@pytest.fixture
def start(desk):
    """Starts workers that only news can wake up: they look once an hour."""
    workers = []

    def make(*lanes, **options):
        options.setdefault("every", 3600)
        worker = Worker(desk.app, lanes or [LANE], **options)
        workers.append(worker)
        worker.start()
        return worker

    yield make
    for worker in workers:
        assert worker.stop(PATIENCE)


def test_a_worker_is_woken_by_news_and_not_by_what_is_taken_back(work, start):
    done = threading.Semaphore(0)
    work.kind(run=lambda _payload: done.release())
    start()
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue("note")
        raise ZeroDivisionError
    work.add()
    assert done.acquire(timeout=PATIENCE)
    work.add()
    assert done.acquire(timeout=PATIENCE)
    assert len(work.all()) == 2


def test_a_worker_begins_with_what_waits(work, start):
    done = threading.Event()
    work.kind(run=lambda _payload: done.set())
    work.add()
    start()
    assert done.wait(PATIENCE)


def test_lanes_in_which_nothing_is_due_open_no_connections(start):
    opened_by = set()

    def note(*_connection):
        opened_by.add(threading.current_thread())

    sa.event.listen(db.engine, "connect", note)
    start(*(f"lane {number}" for number in range(20))).stop(PATIENCE)
    sa.event.remove(db.engine, "connect", note)
    assert opened_by <= {threading.main_thread()}


def test_a_worker_wakes_up_when_the_next_is_due(work, start):
    done = threading.Event()
    work.kind(run=lambda _payload: done.set())
    start()
    work.add(due_at=clock.now() + seconds(1))
    assert done.wait(PATIENCE)
    assert work.one().started_at >= work.one().due_at


def test_a_worker_sees_what_another_process_enqueues(work, start):
    done = threading.Semaphore(0)
    work.kind(run=lambda _payload: done.release())
    start("other", LANE, every=0.01)
    for due in (clock.now(), clock.now() + seconds(1)):
        row = {"kind": "note", "payload": {}, "lane": LANE, "attempts": 0, "due_at": due}
        with transaction():  # which tells no worker
            db.session.execute(
                sa.insert(Job).values(**row, state=State.WAITING, created_at=clock.now())
            )
        assert done.acquire(timeout=PATIENCE)


def test_lanes_do_not_wait_for_each_other(work, start):
    free, done = threading.Event(), threading.Event()
    work.kind("slow", lambda _payload: free.wait(PATIENCE))
    work.kind("quick", lambda _payload: done.set(), lane="other")
    start(LANE, "other")
    work.add("slow")
    work.add("quick")
    assert done.wait(PATIENCE)
    free.set()


def test_a_worker_stops_at_once_while_it_waits_and_finishes_what_it_is_at(work, start):
    began, free = threading.Event(), threading.Event()

    def slow(_payload):
        began.set()
        free.wait(PATIENCE)

    work.kind(run=slow)
    idle = start("other")
    assert idle.stop(PATIENCE)
    busy = start()
    work.add()
    work.add()
    assert began.wait(PATIENCE)
    assert not busy.stop(0.01)
    free.set()
    assert busy.stop(PATIENCE)
    assert [job.state for job in work.all()] == [State.DONE, State.WAITING]


def test_several_of_a_lane_run_at_once_where_its_kind_says_so_and_no_more(work, start):
    began, free, most = threading.Semaphore(0), threading.Event(), []

    def slow(_payload):
        most.append(sum(job.state is State.RUNNING for job in work.all()))
        began.release()
        free.wait(PATIENCE)

    work.kind(run=slow, at_once=3)
    for _each in range(7):
        work.add()
    start()
    for _each in range(3):
        assert began.acquire(timeout=PATIENCE)
    assert not began.acquire(timeout=0.3)
    free.set()
    for _each in range(4):
        assert began.acquire(timeout=PATIENCE)
    assert max(most) == 3


def test_of_one_kind_and_key_only_one_runs_and_what_came_meanwhile_runs_after_it(work, start):
    began, free = threading.Semaphore(0), threading.Event()
    others = threading.Event()

    def slow(payload):
        if payload.get("other"):
            return others.set()
        work.ran.append(payload["n"])
        began.release()
        return free.wait(PATIENCE)

    work.kind(run=slow, at_once=3)
    start()
    work.add(payload={"n": 1}, key="one")
    assert began.acquire(timeout=PATIENCE)
    work.add(payload={"n": 2}, key="one")
    work.add(payload={"other": True}, key="other")
    assert others.wait(PATIENCE)
    assert work.ran == [1]
    free.set()
    assert began.acquire(timeout=PATIENCE)
    assert work.ran == [1, 2]


def test_a_worker_that_stops_waits_for_all_that_run(work, start):
    began, free = threading.Semaphore(0), threading.Event()

    def slow(_payload):
        began.release()
        free.wait(PATIENCE)

    work.kind(run=slow, at_once=2)
    worker = start()
    work.add()
    work.add()
    assert began.acquire(timeout=PATIENCE) and began.acquire(timeout=PATIENCE)
    assert not worker.stop(0.01)
    free.set()
    assert worker.stop(PATIENCE)
    assert [job.state for job in work.all()] == [State.DONE] * 2


def test_a_table_that_cannot_be_looked_at_ends_no_worker(work, start, monkeypatch):
    done, real, calls = threading.Event(), leases.claim, []

    def claim(*words):
        calls.append(words)
        if len(calls) == 1:
            raise OSError("the disk is on fire")
        return real(*words)

    monkeypatch.setattr(leases, "claim", claim)
    monkeypatch.setattr("helpdesk.jobs.worker.PAUSE_AFTER_FAILURE", 0.01)
    work.kind(run=lambda _payload: done.set())
    work.add()
    start()
    assert done.wait(PATIENCE)


def test_a_lease_is_extended_while_its_job_runs(work, monkeypatch):
    monkeypatch.setattr(running, "BEAT", 0.01)
    ends = []

    def slow(_payload):
        with transaction():
            work.one().leased_until = clock.now()
        for _look in range(1000):
            until = work.one().leased_until
            if until > clock.now():
                ends.append(until)
                break
            threading.Event().wait(0.01)

    work.kind(run=slow)
    work.add()
    work.run()
    assert ends
    assert work.one().state is State.DONE


@pytest.mark.parametrize("end", [None, OSError(), jobs.GiveUp("no")])
def test_who_lost_the_lease_changes_nothing(work, end, travel):
    def slow(_payload):
        if len(work.ran) == 0:
            work.ran.append("first")
            travel(minutes=6)
            assert work.run() == 1  # another takes it over, and does it
            if end:
                raise end

    work.kind(run=slow)
    work.add()
    work.run()
    job = work.one()
    assert (job.state, job.attempts, job.last_error) == (State.DONE, 2, None)


def test_a_periodic_job_that_kills_its_process_is_left_until_its_next_time(work, travel):
    work.every("tidy", 3600)
    prepare(work.app)
    for death in range(3):
        travel(minutes=6 * death)
        assert leases.claim(LANE, "one that dies")
    travel(minutes=18)
    assert work.run() == 0
    job = work.one()
    assert (job.state, job.last_error) == (State.WAITING, leases.DIED)
    travel(minutes=18 + 61)
    assert work.run() == 1
    assert work.one().last_error is None


@pytest.mark.sqlite  # its plans of queries
def test_claiming_seeks_in_an_index_however_much_is_done(work):
    work.kind()
    with transaction():
        row = {"kind": "note", "payload": {}, "lane": LANE, "attempts": 1, "state": State.DONE}
        now = clock.now()
        rows = [row | {"due_at": now, "created_at": now, "finished_at": now} for _ in range(2000)]
        db.session.execute(sa.insert(Job), rows)
    work.add(key="k")
    plans = []

    def explain(connection, cursor, statement, parameters, *_rest):
        if statement.startswith("SELECT") and " jobs" in statement:
            plan = connection.connection.cursor()
            plan.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[-1] for row in plan.fetchall())

    db.session.rollback()
    sa.event.listen(db.engine, "before_cursor_execute", explain)
    try:
        assert leases.claim(LANE, "one") is not None
        db.session.execute(leases.NEXT.statement, {"lanes": json.dumps([LANE])})
        work.add(key="k")
        db.session.rollback()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", explain)
    assert len(plans) >= 6
    seek = ("USING INDEX ix_jobs_due (state=? AND lane=?", "USING INDEX ix_jobs_key (kind=? AND")
    cover = "USING COVERING INDEX ix_jobs_due (state=? AND lane=?"
    both = ("SCALAR SUBQUERY", "SCAN anon_1 VIRTUAL TABLE")  # two questions a lane
    unexpected = [
        plan
        for plan in plans
        if not any(use in plan for use in (*seek, cover, "INTEGER PRIMARY KEY", *both))
    ]
    assert [plan for plan in unexpected if "TEMP B-TREE" not in plan] == []
    assert not [plan for plan in plans if "SCAN jobs" in plan]


def test_old_jobs_are_forgotten_and_failed_ones_never(work, admin, travel, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)

    def run(payload):
        if payload["fails"]:
            raise jobs.GiveUp("no")

    work.kind(run=run)
    for _ in range(5):
        work.add(payload={"fails": False})
    work.add(payload={"fails": True})
    work.add(payload={"fails": True})
    work.run()
    actions.dismiss(admin, work.all()[-1])

    travel(days=6)
    actions.sweep()
    assert len(work.all()) == 7
    travel(days=8)
    actions.sweep()
    assert [job.state for job in work.all()] == [State.FAILED, State.DISMISSED]
    travel(days=91)
    actions.sweep()
    assert [job.state for job in work.all()] == [State.FAILED]
    assert timedelta(0) < clock.now() - work.one().finished_at
