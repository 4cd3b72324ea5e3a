"""What admins do about jobs, and what becomes of old ones."""

from datetime import timedelta

import sqlalchemy as sa

from .. import clock
from ..accounts.models import Actor
from ..database import db, transaction
from ..errors import WrongState
from ..events import record
from ..i18n import gettext as _
from . import policy
from .models import Job, State
from .queueing import tell_workers, waiting_with

DONE_KEPT = timedelta(days=7)
DISMISSED_KEPT = timedelta(days=90)
AT_ONCE = 5000  # rows that one transaction removes: others want to write, too
RUN_AT_ONCE = 500

ENDED_BADLY = (State.FAILED, State.DISMISSED)


def run_again(actor: Actor, job: Job) -> Job:
    """Let a job that failed be tried anew, or one that waits now; the job that will run.

    That is another one where one of the same key waits already. Raises NotAllowed; WrongState
    where it runs or is done.
    """
    policy.require(actor)
    with transaction():
        if job.state is State.WAITING:
            again = job
        elif job.state in ENDED_BADLY:
            again = _waiting_anew(job)
        else:
            raise WrongState(_("This job is running, or is done."))
        again.due_at = clock.now()
        record(actor.id, "job.run_again", after={"job": job.id, "kind": job.kind})
        tell_workers(again.lane)
    return again


def run_all_again(actor: Actor) -> int:
    """Let all that failed until now be tried anew; how many. Raises NotAllowed."""
    policy.require(actor)
    last, tried = 0, 0
    until = db.session.scalar(sa.select(sa.func.max(Job.id))) or 0
    while True:
        failed = sa.select(Job).where(Job.state == State.FAILED, Job.id > last, Job.id <= until)
        with transaction():
            some = db.session.scalars(failed.order_by(Job.id).limit(RUN_AT_ONCE)).all()
            if not some:
                return tried
            now = clock.now()
            for job in some:
                again = _waiting_anew(job)
                again.due_at = now
            record(actor.id, "job.run_all_again", after={"jobs": len(some)})
            for lane in {job.lane for job in some}:
                tell_workers(lane)
        last, tried = some[-1].id, tried + len(some)


def dismiss(actor: Actor, job: Job) -> None:
    """Show a job that failed no more; it is kept for a while. Raises NotAllowed, WrongState."""
    policy.require(actor)
    with transaction():
        if job.state is State.DISMISSED:
            return
        if job.state is not State.FAILED:
            raise WrongState(_("This job has not failed."))
        job.state = State.DISMISSED
        record(actor.id, "job.dismissed", after={"job": job.id, "kind": job.kind})


def sweep() -> None:
    """Forget what was done a week ago, and what was dismissed and failed 90 days ago."""
    for state, kept in ((State.DONE, DONE_KEPT), (State.DISMISSED, DISMISSED_KEPT)):
        old = (
            sa.select(Job.id)
            .where(Job.state == state, Job.finished_at <= clock.now() - kept)
            .limit(AT_ONCE)
        )
        removed = AT_ONCE
        while removed == AT_ONCE:
            with transaction():
                gone = sa.delete(Job).where(Job.id.in_(old)).returning(Job.id)
                removed = len(db.session.execute(gone).all())


def _waiting_anew(job: Job) -> Job:
    other = None if job.key is None else waiting_with(job.kind, job.key)
    if other is not None:
        job.state = State.DISMISSED
        return other
    job.state, job.attempts, job.finished_at = State.WAITING, 0, None
    db.session.flush()
    return job
