"""Who runs a job: taking one, keeping it, and saying how it ended. Each is one transaction."""

import json
import logging
import random
import secrets
import traceback
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from .. import clock
from ..database import db, sql, transaction
from ..database.reading import Prepared, rows
from .kinds import ATTEMPTS, Kind, kinds_of
from .models import LONGEST_REASON, Job, State
from .queueing import waiting_with

LEASE = timedelta(minutes=5)  # a worker that is not heard of for so long is dead
BACK_OFF = (10, 30, 120, 600, 1800, 3600, 7200, 21600)  # seconds, the last one for ever
JITTER = 0.1  # of it, so that what failed together is not tried together
SHORTEST_WAIT = timedelta(seconds=1)
DIED = "The process ended while this was running."

_log = logging.getLogger(__name__)


_LANES = sql.words_in("lanes")


def _least(column: Any, state: State) -> Any:
    least = sa.select(sa.func.min(column)).where(Job.state == state, Job.lane == _LANES.c.value)
    return least.correlate(_LANES).scalar_subquery()


NEXT = Prepared(
    sa.select(
        sa.type_coerce(_LANES.c.value, sa.String).label("lane"),
        _least(Job.due_at, State.WAITING).label("due_at"),
        _least(Job.leased_until, State.RUNNING).label("ends_at"),
    )
)


@dataclass(frozen=True)
class Claim:
    """A job that is ours to run, as long as nobody else has taken it over."""

    id: int
    lease: str
    kind: str
    payload: dict[str, Any]


def claim(lane: str, holder: str) -> Claim | None:
    """Take the job of *lane* that has been due longest, for *holder*; None: nothing is due.

    One whose lease has ended is due: its process died. One that did this too often has failed.
    """
    while _first(lane) is not None:  # read first: who only looks keeps nobody from writing
        with transaction():
            job = _first(lane, to_take=True)
            if job is None:
                return None  # another worker was faster
            kind = kinds_of().by_name.get(job.kind)
            if job.state is State.RUNNING:
                job.last_error = DIED
                if kind is not None and job.attempts >= kind.attempts:
                    _give_up(job, kind, DIED)
                    continue
            return _taken(job, holder)
    return None


def next_due(lanes: Collection[str]) -> dict[str, datetime]:
    """When there is next something to look at in *lanes*, in one query; not in all, perhaps."""
    dues = {}
    for lane, *both in rows(NEXT, lanes=json.dumps(list(lanes))):
        known = [moment for moment in both if moment is not None]
        if known:
            dues[lane] = min(known)
    return dues


def extend(claim: Claim) -> bool:
    """Keep *claim* for another while; False when it is lost."""
    with transaction():
        job = _held(claim)
        if job is not None:
            job.leased_until = clock.now() + LEASE
    return job is not None


def done(claim: Claim) -> None:
    """It is done; a periodic one waits for its next time."""
    with transaction():
        job = _held(claim)
        if job is None:
            return
        kind = kinds_of().by_name.get(job.kind)
        if kind is not None and kind.period is not None:
            _next_time(job, kind.period, None)
        else:
            _end(job, State.DONE, None)


def put_off(
    claim: Claim, reason: str, after: timedelta | None = None, *, counts: bool = True
) -> None:
    """Try it again *after* that time or the usual back-off, or let it fail: no attempt is left."""
    with transaction():
        job = _held(claim)
        if job is None:
            return
        kind = kinds_of().by_name.get(job.kind)
        if not counts:
            job.attempts -= 1
        if kind is not None and kind.period is not None:
            _next_time(job, kind.period if after is None else after, reason)
        elif counts and job.attempts >= (ATTEMPTS if kind is None else kind.attempts):
            _give_up(job, kind, reason)
        else:
            job.last_error = fit(reason)
            _wait(job, back_off(job.attempts) if after is None else after)


def give_up(claim: Claim, reason: str) -> None:
    """It has failed; a periodic one waits for its next time all the same."""
    with transaction():
        job = _held(claim)
        if job is not None:
            _give_up(job, kinds_of().by_name.get(job.kind), reason)


def take_over(holders: Collection[str]) -> None:
    """Let what *holders* were running be run again now. It must be certain that they are dead."""
    theirs = [Job.lease.startswith(f"{holder}.", autoescape=True) for holder in holders]
    if not theirs:
        return
    with transaction():
        db.session.execute(
            sa.update(Job)
            .where(Job.state == State.RUNNING, sa.or_(*theirs))
            .values(leased_until=clock.now())
        )


def ended_long_ago(before: datetime) -> int:
    """How many jobs run by a lease that ended *before* then, and that nobody has taken over."""
    query = sa.select(sa.func.count()).select_from(Job).where(*_ended(before))
    return db.session.scalar(query) or 0


def release(before: datetime) -> int:
    """Let the jobs of :func:`ended_long_ago` wait for whoever comes; how many they were.

    One that has ended its process too often has failed.
    """
    with transaction():
        jobs = db.session.scalars(sa.select(Job).where(*_ended(before))).all()
        for job in jobs:
            kind = kinds_of().by_name.get(job.kind)
            job.last_error = DIED
            if job.attempts >= (ATTEMPTS if kind is None else kind.attempts):
                _give_up(job, kind, DIED)
            else:
                _wait(job, SHORTEST_WAIT)
    return len(jobs)


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    seconds = BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1]
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311


def fit(reason: str) -> str:
    """*reason* as the database keeps it."""
    text = reason[:LONGEST_REASON].replace("\0", "�")
    return text.encode("utf-8", "replace").decode()


def _ended(before: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Job.state == State.RUNNING, Job.leased_until < before


def _first(lane: str, *, to_take: bool = False) -> Job | None:
    now = clock.now()
    left = sa.select(Job).where(
        Job.state == State.RUNNING, Job.lane == lane, Job.leased_until <= now
    )
    other = aliased(Job, name="other")
    is_at_it = sa.select(other.id).where(
        other.state == State.RUNNING,
        other.lane == lane,
        other.leased_until > now,
        other.kind == Job.kind,
        other.key == Job.key,
    )
    due = sa.select(Job).where(
        Job.state == State.WAITING, Job.lane == lane, Job.due_at <= now, ~is_at_it.exists()
    )
    for query in (left, due):
        first = query.order_by(Job.due_at, Job.id).limit(1)
        job = db.session.scalar(first.with_for_update(skip_locked=True) if to_take else first)
        if job is not None:
            return job
    return None


def _taken(job: Job, holder: str) -> Claim:
    now = clock.now()
    lease = f"{holder}.{secrets.token_hex(16)}"
    job.state, job.lease, job.leased_until = State.RUNNING, lease, now + LEASE
    job.started_at, job.finished_at = now, None
    job.attempts += 1
    return Claim(job.id, lease, job.kind, dict(job.payload))


def _held(claim: Claim) -> Job | None:
    query = sa.select(Job).where(Job.id == claim.id, Job.lease == claim.lease)
    return db.session.scalar(query.where(Job.state == State.RUNNING))


def _give_up(job: Job, kind: Kind | None, reason: str) -> None:
    if kind is not None and kind.period is not None:
        _next_time(job, kind.period, reason)
        return
    _end(job, State.FAILED, reason)
    db.session.flush()
    if kind is not None and kind.failed is not None:
        try:
            with db.session.begin_nested():
                kind.failed(dict(job.payload), job.last_error or "")
        except Exception as error:
            log_fault(f"What follows from the failure of job {job.id} ({job.kind})", error)


def log_fault(what: str, error: BaseException) -> None:
    """Log where in the program *error* came from, not what it says: that may be anybody's words."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s failed: %s", what, type(error).__name__, extra={"trace": trace})


def _next_time(job: Job, period: timedelta, error: str | None) -> None:
    job.last_error = None if error is None else fit(error)
    job.attempts, job.finished_at = 0, clock.now()
    _wait(job, period)


def _wait(job: Job, time: timedelta) -> None:
    """Let *job* wait; where another of its key waits too, this one, which knows more, stays."""
    due = clock.now() + max(time, SHORTEST_WAIT)
    other = None if job.key is None else waiting_with(job.kind, job.key)
    if other is not None:
        if job.is_periodic:
            due = min(due, other.due_at)
        db.session.delete(other)
        db.session.flush()
    job.state, job.due_at = State.WAITING, due
    job.lease = job.leased_until = None


def _end(job: Job, state: State, error: str | None) -> None:
    job.state, job.finished_at = state, clock.now()
    job.last_error = None if error is None else fit(error)
    job.lease = job.leased_until = None
