"""Putting jobs into the table."""

import json
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask

from .. import clock
from ..database import after_commit, db, tell_others, transaction, writing
from .kinds import LANE, LANES, Kind, kinds_of
from .models import PERIODIC, Job, State

# Said to the letter, or SQLite can't know that the index of keys has all of them.
IS_WAITING = sa.text("jobs.state = 'waiting'")


def enqueue(
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    due_at: datetime | None = None,
    key: str | None = None,
) -> Job:
    """A job of *kind*, done after the ``transaction()`` at hand, not before *due_at*.

    If one of this kind and *key* waits already, it is that one, made due earlier where this one
    would be; only a given *due_at* cuts its back-off short. One that is running doesn't count:
    what happened since it began needs another look. Raises LookupError for an unknown kind.
    """
    writing()
    known = kinds_of().by_name[kind]
    json.dumps(payload)  # raises TypeError here, and not where nobody knows who gave it
    key = known.key if key is None else key
    due = due_at or clock.now()
    job = None if key is None else waiting_with(kind, key)
    if job is None:
        job = _new(known, payload or {}, key, due)
        db.session.add(job)
    elif due < job.due_at and (due_at is not None or not job.attempts):
        job.due_at = due
    db.session.flush()
    tell_workers(known.lane)
    return job


def waiting_with(kind: str, key: str) -> Job | None:
    """The job of this kind and key that waits, if one does."""
    return db.session.scalar(sa.select(Job).where(Job.kind == kind, Job.key == key, IS_WAITING))


def tell_workers(lane: str) -> None:
    """Wake up the workers of *lane* after the commit, those of other processes too."""
    for listener in kinds_of().listeners:
        after_commit(partial(listener, lane))
    tell_others(LANES, lane)


def prepare(app: Flask) -> None:
    """Make the rows of periodic jobs that have none, and follow what a new program says of them."""
    with app.app_context(), transaction():
        _put_into_their_lanes()
        is_alive = Job.state.in_([State.WAITING, State.RUNNING])
        query = sa.select(Job).where(is_alive, Job.key == PERIODIC)
        rows = {job.kind: job for job in db.session.scalars(query)}
        now = clock.now()
        _bring_forward(now)
        for kind in kinds_of().by_name.values():
            if kind.period is None:
                continue
            job = rows.get(kind.name)
            if job is None:
                db.session.add(_new(kind, {}, kind.key, now))
            else:
                job.due_at = min(job.due_at, now + kind.period)


def _bring_forward(now: datetime) -> None:
    """What was enqueued later than now, before somebody set the clock back, is due."""
    db.session.execute(
        sa.update(Job)
        .where(Job.state == State.WAITING, Job.created_at > now, Job.due_at > now)
        .values(due_at=now)
    )


def _put_into_their_lanes() -> None:
    """Nobody looks into the lanes of an older program; kinds that are gone go where they fail."""
    known = kinds_of().by_name
    pairs = sa.select(Job.kind, Job.lane).where(Job.state == State.WAITING).distinct()
    for name, lane in db.session.execute(pairs).all():
        right = known[name].lane if name in known else LANE
        if right != lane:
            db.session.execute(
                sa.update(Job)
                .where(Job.state == State.WAITING, Job.kind == name, Job.lane == lane)
                .values(lane=right)
            )


def _new(kind: Kind, payload: dict[str, Any], key: str | None, due: datetime) -> Job:
    return Job(
        kind=kind.name,
        key=key,
        payload=payload,
        lane=kind.lane,
        state=State.WAITING,
        attempts=0,
        due_at=due,
        created_at=clock.now(),
    )
