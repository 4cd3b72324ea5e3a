"""Reads of backups."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from ..accounts.models import Actor
from ..database import db
from ..errors import NotFound
from ..i18n import gettext as _
from ..jobs.models import Job, State
from ..shop.hours import zone_of
from ..shop.queries import shop
from . import policy, shelf
from .models import THE_ROW, BackupPlan
from .shelf import Backup

DAILY, MAKE, PROVE = "backup.daily", "backup.make", "backup.prove"  # the jobs


def plan() -> BackupPlan:
    """The plan; one that is not kept yet where nobody has changed or followed it."""
    found = db.session.get(BackupPlan, THE_ROW)
    if found is not None:
        return found
    return BackupPlan(id=THE_ROW, is_on=True, hour=3, days=7, weeks=4, months=6, failure="")


def are_made_here() -> bool:
    """Whether the desk makes its backups: of PostgreSQL whoever runs it makes them."""
    is_alone: bool = current_app.config["HELPDESK"].is_alone
    return is_alone


def has_failed() -> bool:
    """Whether the last backup, or its proof, did not go well."""
    if not are_made_here():
        return False
    query = sa.select(BackupPlan.failure).where(BackupPlan.id == THE_ROW)
    return bool(db.session.scalar(query))


def folder() -> Path:
    """Where they are."""
    found: Path = current_app.config["HELPDESK"].backups
    return found


def backups(actor: Actor) -> Sequence[Backup]:
    """All there are, the newest first. Raises NotAllowed."""
    policy.require(actor)
    return shelf.backups_in(folder())


def get(actor: Actor, name: str) -> Backup:
    """The one of this name. Raises NotAllowed, NotFound."""
    policy.require(actor)
    found = shelf.find(folder(), name)
    if found is None:
        raise NotFound(_("There is no such backup."))
    return found


def is_being_made() -> bool:
    """Whether one is asked for or being made at this moment."""
    asked = sa.and_(Job.kind == MAKE, Job.state.in_([State.WAITING, State.RUNNING]))
    nightly = sa.and_(Job.kind == DAILY, Job.state == State.RUNNING)
    return db.session.scalar(sa.select(Job.id).where(sa.or_(asked, nightly)).limit(1)) is not None


def being_proven() -> set[str]:
    """The names of those that are, or will be at once."""
    query = sa.select(Job.payload).where(
        Job.kind == PROVE, Job.state.in_([State.WAITING, State.RUNNING])
    )
    return {str(payload.get("name")) for payload in db.session.scalars(query)}


def next_time(plan: BackupPlan, now: datetime) -> datetime:
    """The first moment after *now* at which the clock in the shop strikes the plan's hour."""
    zone = zone_of(shop())
    here = now.astimezone(zone)
    first = here.replace(hour=plan.hour, minute=0, second=0, microsecond=0, fold=0)
    later = first if first > here else first + timedelta(days=1)
    return later.astimezone(now.tzinfo)
