"""Reads of jobs: what waits, what runs, what failed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from ..accounts.models import Actor
from ..database import db
from ..errors import NotFound
from ..i18n import gettext as _
from . import policy
from .models import PERIODIC, Job, State

MOST = 100
LONGEST_LAG = timedelta(minutes=15)  # of a job that is due, or whose worker is dead
_ONCE = sa.or_(Job.key.is_(None), Job.key != PERIODIC)
_NEWEST = (Job.finished_at.desc(), Job.id.desc())
_ORDERS = {
    State.WAITING: (Job.due_at, Job.id),
    State.RUNNING: (Job.started_at, Job.id),
}


class Counts(NamedTuple):
    """How many jobs there are, without those that come again and again."""

    waiting: int
    running: int
    failed: int


def get(actor: Actor, job_id: int) -> Job:
    """A job. Raises NotAllowed, NotFound."""
    policy.require(actor)
    job = db.session.get(Job, job_id) if 0 <= job_id < 2**63 else None
    if job is None:
        raise NotFound(_("There is no such job."))
    return job


def in_state(actor: Actor, state: State, limit: int = MOST, offset: int = 0) -> Sequence[Job]:
    """Those in *state*, but for what comes again and again: next first, or newest first.

    Raises NotAllowed.
    """
    policy.require(actor)
    query = sa.select(Job).where(*_those(state)).order_by(*_ORDERS.get(state, _NEWEST))
    return db.session.scalars(query.limit(limit).offset(offset)).all()


def waiting(actor: Actor, limit: int = MOST, offset: int = 0) -> Sequence[Job]:
    """What is still to do, next first. Raises NotAllowed."""
    return in_state(actor, State.WAITING, limit, offset)


def failed(actor: Actor, limit: int = MOST, offset: int = 0) -> Sequence[Job]:
    """What failed for good, newest first. Raises NotAllowed."""
    return in_state(actor, State.FAILED, limit, offset)


def recent(actor: Actor, limit: int = MOST, offset: int = 0) -> Sequence[Job]:
    """What ended well, newest first. Raises NotAllowed."""
    return in_state(actor, State.DONE, limit, offset)


def running(actor: Actor) -> Sequence[Job]:
    """What runs, longest first, also what comes again and again. Raises NotAllowed."""
    policy.require(actor)
    query = sa.select(Job).where(Job.state == State.RUNNING).order_by(Job.started_at, Job.id)
    return db.session.scalars(query.limit(MOST)).all()


def periodic(actor: Actor) -> Sequence[Job]:
    """What comes again and again and is not running, by kind. Raises NotAllowed."""
    policy.require(actor)
    query = sa.select(Job).where(Job.state == State.WAITING, Job.key == PERIODIC)
    return db.session.scalars(query.order_by(Job.kind)).all()


def count(actor: Actor, state: State) -> int:
    """How many :func:`in_state` there are. Raises NotAllowed."""
    policy.require(actor)
    query = sa.select(sa.func.count()).select_from(Job).where(*_those(state))
    return db.session.scalar(query) or 0


def counts() -> Counts:
    """How many jobs wait, run and have failed."""
    query = (
        sa.select(Job.state, sa.func.count())
        .where(Job.state.in_([State.WAITING, State.RUNNING, State.FAILED]), _ONCE)
        .group_by(Job.state)
    )
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return Counts(*(found.get(state, 0) for state in (State.WAITING, State.RUNNING, State.FAILED)))


def failed_count() -> int:
    """How many have failed: from an index alone."""
    query = sa.select(sa.func.count()).where(Job.state == State.FAILED)
    return db.session.scalar(query) or 0


def oldest_due() -> datetime | None:
    """Since when the job waits that should be done first; None: none waits."""
    return db.session.scalar(sa.select(sa.func.min(Job.due_at)).where(Job.state == State.WAITING))


def _those(state: State) -> list[sa.ColumnElement[bool]]:
    """The others can't be periodic, and may be a million: an index alone tells how many."""
    is_in_state = Job.state == state
    return [is_in_state, _ONCE] if state in _ORDERS else [is_in_state]
