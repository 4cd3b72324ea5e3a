"""Reads of the last report."""

import sqlalchemy as sa

from ..accounts.models import Actor
from ..database import db
from ..jobs.models import Job, State
from . import policy
from .models import THE_ROW, HealthReport

CHECK = "health.check"  # the job


def report(actor: Actor) -> HealthReport | None:
    """The last one, or the one that is being made. Raises NotAllowed."""
    policy.require(actor)
    return db.session.get(HealthReport, THE_ROW)


def error_count() -> int:
    """How many errors the doctor found last; a look that failed is one."""
    columns = (HealthReport.errors, HealthReport.failure)
    row = db.session.execute(sa.select(*columns).where(HealthReport.id == THE_ROW)).first()
    return 0 if row is None else row.errors or int(bool(row.failure))


def is_being_made() -> bool:
    """Whether the doctor is asked to look, or looks at this moment."""
    is_alive = Job.state.in_([State.WAITING, State.RUNNING])
    query = sa.select(Job.id).where(Job.kind == CHECK, is_alive)
    return db.session.scalar(query.limit(1)) is not None
