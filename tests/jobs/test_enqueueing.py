"""Putting jobs into the table: with the transaction, in order, one of a key."""

from datetime import timedelta

import pytest

from helpdesk import clock, jobs
from helpdesk.database import transaction
from helpdesk.jobs.models import State


def test_a_job_is_done_once_with_its_payload(work):
    work.kind()
    work.add(payload={"words": "Grüße, \ud800"})

    assert work.run() == 1
    assert work.run() == 0

    assert work.ran == [{"words": "Grüße, \ud800"}]
    job = work.one()
    assert (job.state, job.attempts, job.last_error) == (State.DONE, 1, None)
    assert job.lease is None
    assert job.finished_at is not None


def test_a_transaction_that_fails_leaves_no_job(work):
    work.kind()
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue("note")
        raise ZeroDivisionError

    assert work.all() == []


def test_a_job_needs_a_transaction_a_known_kind_and_a_payload_that_can_be_kept(work):
    work.kind()
    with pytest.raises(RuntimeError):
        jobs.enqueue("note")
    with pytest.raises(LookupError), transaction():
        jobs.enqueue("unheard of")
    with pytest.raises(TypeError), transaction():
        jobs.enqueue("note", {"when": clock.now()})
    assert work.all() == []


def test_a_kind_has_one_meaning(work):
    work.kind()
    with pytest.raises(ValueError, match="note"):
        work.kind()


def test_the_oldest_due_comes_first_then_the_oldest(work):
    work.kind()
    now = clock.now()
    for name, ago in (("b", 5), ("c", 5), ("a", 9), ("d", 0)):
        work.add(payload={"name": name}, due_at=now - timedelta(seconds=ago))

    work.run()

    assert [payload["name"] for payload in work.ran] == ["a", "b", "c", "d"]


def test_what_is_not_due_waits(work, travel):
    work.kind()
    work.add(due_at=clock.now() + timedelta(hours=1))
    travel(minutes=59)
    assert work.run() == 0
    travel(minutes=61)
    assert work.run() == 1


def test_a_limit_leaves_the_rest(work):
    work.kind()
    for _ in range(3):
        work.add()
    assert work.run(limit=2) == 2
    assert work.run() == 1


def test_jobs_that_a_job_enqueues_are_due_too(work):
    def first(_payload):
        with transaction():
            jobs.enqueue("note", {"from": "first"})

    work.kind("first", first)
    work.kind()
    work.add("first")

    assert work.run() == 2
    assert work.ran == [{"from": "first"}]


def test_jobs_are_not_run_inside_a_transaction(work):
    with pytest.raises(RuntimeError), transaction():
        work.run()


def test_one_of_a_key_waits(work):
    work.kind()
    work.kind("other")
    first = work.add(key="k")
    assert work.add(key="k").id == first.id
    assert work.add(key="l").id != first.id
    assert work.add("other", key="k").id != first.id
    assert work.add().id != work.add().id
    assert work.run() == 5


def test_one_of_a_key_that_is_done_is_no_other(work):
    work.kind()
    work.add(key="k")
    work.run()
    work.add(key="k")
    assert work.run() == 1


def test_one_of_a_key_is_made_due_earlier_never_later(work):
    work.kind()
    now = clock.now()
    job = work.add(key="k", due_at=now + timedelta(hours=2))
    work.add(key="k", due_at=now + timedelta(hours=3))
    assert job.due_at == now + timedelta(hours=2)
    work.add(key="k", due_at=now + timedelta(hours=1))
    assert work.one().due_at == now + timedelta(hours=1)
    work.add(key="k")
    assert work.one().due_at <= clock.now()


def test_news_does_not_cut_a_back_off_short_but_a_time_does(work):
    def fail(_payload):
        raise OSError("no answer")

    work.kind(run=fail)
    work.add(key="k")
    work.run()
    due = work.one().due_at
    work.add(key="k")
    assert work.one().due_at == due
    work.add(key="k", due_at=clock.now())
    assert work.one().due_at < due


def test_news_while_one_of_its_key_runs_is_another_look(work):
    seen = []

    def look(_payload):
        seen.append(len(seen))
        if len(seen) == 1:
            work.add("look", key="k")

    work.kind("look", look)
    work.add("look", key="k")

    assert work.run() == 2
    assert [job.state for job in work.all()] == [State.DONE, State.DONE]


def test_news_while_one_of_its_key_fails_waits_with_it(work):
    def look(_payload):
        work.add("look", key="k")
        raise OSError("no answer")

    work.kind("look", look)
    first = work.add("look", key="k")

    assert work.run() == 1
    job = work.one()
    assert (job.id, job.state, job.attempts) == (first.id, State.WAITING, 1)
    assert job.due_at > clock.now()
