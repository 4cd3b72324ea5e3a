"""How jobs end: done, later, failed for good; and how long one waits between."""

import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock, jobs
from helpdesk.accounts.models import User
from helpdesk.database import db, transaction
from helpdesk.errors import WrongState
from helpdesk.jobs import leases
from helpdesk.jobs.kinds import kinds_of
from helpdesk.jobs.models import LONGEST_REASON, Job, State
from helpdesk.jobs.queueing import prepare
from tests.jobs.conftest import seconds

EXPECTED = [10, 30, 120, 600, 1800, 3600, 7200, 21600, 21600]  # seconds


def raising(error):
    def run(_payload):
        raise error

    return run


@pytest.mark.usefixtures("exact")
def test_the_back_off_grows_until_no_attempt_is_left(work, travel):
    told = []
    work.kind(run=raising(OSError("no answer")), failed=lambda *words: told.append(words))
    work.add(payload={"n": 1})
    waits, later = [], timedelta(0)
    for _ in range(9):
        assert work.run() == 1
        job = work.one()
        assert job.state is State.WAITING
        assert told == []
        wait = job.due_at - job.started_at
        waits.append(wait.total_seconds())
        later += wait + seconds(1)
        travel(seconds=later.total_seconds())
    assert [round(wait, -1) for wait in waits] == EXPECTED

    assert work.run() == 1
    job = work.one()
    assert (job.state, job.attempts) == (State.FAILED, 10)
    assert job.last_error == "OSError: no answer"
    assert told == [({"n": 1}, "OSError: no answer")]
    travel(days=30)
    assert work.run() == 0


def test_the_back_off_is_spread(work):
    waits = {leases.back_off(4).total_seconds() for _ in range(50)}
    assert len(waits) > 40
    assert 540 <= min(waits) < max(waits) <= 660


def test_later_says_when_and_counts(work, travel):
    work.kind(run=raising(jobs.Later(timedelta(hours=3), "The server is busy.")), attempts=2)
    work.add()
    work.run()
    job = work.one()
    assert (job.attempts, job.last_error) == (1, "The server is busy.")
    assert timedelta(hours=2.9) < job.due_at - clock.now() <= timedelta(hours=3)
    travel(hours=4)
    work.run()
    assert work.one().state is State.FAILED


def test_later_without_an_attempt_waits_for_ever(work, travel):
    work.kind(run=raising(jobs.Later(seconds(30), "Paced.", counts=False)), attempts=2)
    work.add()
    for minute in range(5):
        travel(minutes=minute)
        assert work.run() == 1
        job = work.one()
        assert (job.state, job.attempts) == (State.WAITING, 0)


def test_later_at_once_is_not_this_very_moment(work):
    work.kind(run=raising(jobs.Later(timedelta(0), counts=False)))
    work.add()
    assert work.run(limit=3) <= 2
    assert work.one().due_at > work.one().started_at


def test_giving_up_fails_now_word_for_word(work):
    told = []
    work.kind(
        run=raising(jobs.GiveUp("550 No such user")), failed=lambda *words: told.append(words)
    )
    work.add()
    work.run()
    job = work.one()
    assert (job.state, job.attempts, job.last_error) == (State.FAILED, 1, "550 No such user")
    assert told == [({}, "550 No such user")]


def test_our_own_errors_are_told_in_their_words(work):
    work.kind(run=raising(WrongState("The ticket is closed.")))
    work.add()
    work.run()
    assert work.one().last_error == "The ticket is closed."


@pytest.mark.parametrize(
    "error",
    [SystemExit(3), RecursionError(), MemoryError("all"), OSError("\0\ud800" + "x" * 9000)],
)
def test_whatever_is_raised_is_kept_and_ends_nothing(work, error):
    work.kind(run=raising(error))
    work.add()
    assert work.run() == 1
    job = work.one()
    assert job.state is State.WAITING
    assert job.last_error.startswith(type(error).__name__)
    assert not job.last_error.endswith(": ")
    assert len(job.last_error) <= LONGEST_REASON


def test_ctrl_c_ends_who_asked_and_leaves_the_job(work):
    work.kind(run=raising(KeyboardInterrupt()))
    work.add()
    with pytest.raises(KeyboardInterrupt):
        work.run()
    assert work.one().state is State.WAITING


def test_the_log_names_the_job_and_none_of_its_words(work, caplog):
    work.kind(run=raising(KeyError("ana@mail.example")))
    job = work.add(payload={"to": "ana@mail.example"})
    with caplog.at_level(logging.ERROR):
        work.run()
    [record] = caplog.records
    assert record.getMessage() == f"Job {job.id} (note) failed: KeyError"
    assert "in run" in record.trace
    assert "mail.example" not in str(vars(record))


def test_what_a_handler_left_half_done_is_taken_back(work, alice):
    def half(_payload):
        with transaction():
            db.session.execute(sa.update(User).values(name="Nobody"))
            raise OSError

    work.kind(run=half)
    work.add()
    work.run()
    db.session.rollback()
    assert db.session.scalar(sa.select(User.name)) == alice.name


def test_what_follows_from_a_failure_is_noted_with_it_or_not_at_all(work, alice, caplog):
    def failed(_payload, _reason):
        with transaction():
            db.session.execute(sa.update(User).values(name="Nobody"))
        raise OSError

    work.kind(run=raising(jobs.GiveUp("no")), failed=failed)
    work.add()
    work.run()
    assert work.one().state is State.FAILED
    assert db.session.scalar(sa.select(User.name)) == alice.name
    assert "OSError" in caplog.text


def test_a_kind_that_this_program_does_not_know_waits_and_then_fails(work, travel):
    work.kind()
    work.kind("gone", attempts=1)
    work.add("gone")
    del kinds_of(work.app).by_name["gone"]
    for day in range(10):
        travel(days=day)
        assert work.run() == 1
    job = work.one()
    assert job.state is State.FAILED
    assert "gone" in job.last_error


def test_a_periodic_job_comes_again_however_it_ended(work, travel):
    ends = [None, OSError("no answer"), jobs.GiveUp("never"), None]

    def tidy(_payload):
        end = ends.pop(0)
        if end:
            raise end

    work.every("tidy", 60, tidy)
    prepare(work.app)
    prepare(work.app)
    reasons = []
    for minute in range(4):
        travel(seconds=minute * 61)
        assert work.run() == 1
        assert work.run() == 0
        job = work.one()
        assert (job.state, job.attempts) == (State.WAITING, 0)
        reasons.append(job.last_error)
    assert reasons == [None, "OSError: no answer", "never", None]


def test_a_periodic_job_comes_sooner_when_asked(work):
    work.every()
    prepare(work.app)
    work.run()
    assert work.run() == 0
    work.add("tidy")
    assert work.run() == 1
    assert len(work.all()) == 1


def test_a_periodic_job_that_is_asked_for_while_it_runs_comes_once_more(work):
    runs = []

    def tidy(_payload):
        runs.append(1)
        if len(runs) == 1:
            work.add("tidy")

    work.every("tidy", 3600, tidy)
    prepare(work.app)
    assert work.run(limit=1) == 1
    assert work.one().due_at <= clock.now() + seconds(1)


def test_a_period_that_became_shorter_holds_from_the_next_start(work):
    from helpdesk.jobs.kinds import kinds_of

    work.every("tidy", 86400)
    prepare(work.app)
    work.run()
    del kinds_of(work.app).by_name["tidy"]
    work.every("tidy", 60)
    prepare(work.app)
    assert work.one().due_at <= clock.now() + seconds(60)


def test_a_kind_in_another_lane_and_one_that_is_gone_are_found_from_the_next_start(work):
    work.kind(lane="old")
    work.kind("gone", lane="old")
    work.add()
    work.add("gone")
    for name in ("note", "gone"):
        del kinds_of(work.app).by_name[name]
    work.kind()
    prepare(work.app)
    assert work.run() == 1
    assert jobs.run_due(work.app, ["default"]) == 1
    gone = db.session.scalar(sa.select(Job).where(Job.kind == "gone"))
    assert (gone.lane, gone.state, gone.attempts) == ("default", State.WAITING, 1)
