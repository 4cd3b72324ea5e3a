"""Reads of jobs: what waits, what runs, what failed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from ..accounts.models import Actor
from ..database import db
from ..errors import NotFound
from ..i18n import gettext as _
from . import policy
from .models import PERIODIC, Job, State

MOST = 100
_ONCE = sa.or_(Job.key.is_(None), Job.key != PERIODIC)


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


def waiting(actor: Actor, limit: int = MOST, offset: int = 0) -> Sequence[Job]:
    """What is still to do, next first. Raises NotAllowed."""
    return _listed(actor, State.WAITING, limit, offset)


def running(actor: Actor, limit: int = MOST, offset: int = 0) -> Sequence[Job]:
    """What runs, longest first, also what comes again and again. Raises NotAllowed."""
    policy.require(actor)
    query = sa.select(Job).where(Job.state == State.RUNNING).order_by(Job.started_at, Job.id)
    return db.session.scalars(query.limit(limit).offset(offset)).all()


def periodic(actor: Actor) -> Sequence[Job]:
    """What comes again and again and is not running, by kind. Raises NotAllowed."""
    policy.require(actor)
    query = sa.select(Job).where(Job.state == State.WAITING, Job.key == PERIODIC)
    return db.session.scalars(query.order_by(Job.kind)).all()


def failed(actor: Actor, limit: int = MOST, offset: int = 0) -> Sequence[Job]:
    """What failed for good, newest first. Raises NotAllowed."""
    return _listed(actor, State.FAILED, limit, offset)


def recent(actor: Actor, limit: int = MOST, offset: int = 0) -> Sequence[Job]:
    """What ended well, newest first. Raises NotAllowed."""
    return _listed(actor, State.DONE, limit, offset)


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


def _listed(actor: Actor, state: State, limit: int, offset: int) -> Sequence[Job]:
    policy.require(actor)
    order = (
        (Job.due_at, Job.id) if state is State.WAITING else (Job.finished_at.desc(), Job.id.desc())
    )
    query = sa.select(Job).where(Job.state == state, _ONCE).order_by(*order)
    return db.session.scalars(query.limit(limit).offset(offset)).all()
