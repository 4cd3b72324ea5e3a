"""What admins do about backups."""

from collections.abc import Mapping

from .. import audit, clock, jobs
from ..accounts.models import Actor
from ..database import db, transaction
from ..errors import Invalid, WrongState
from ..events import record
from ..i18n import gettext as _
from . import policy, queries, shelf
from .models import LONGEST_FAILURE, THE_ROW, BackupPlan
from .shelf import Backup

MOST = {"hour": 23, "days": 90, "weeks": 104, "months": 120}


def back_up_now(actor: Actor) -> None:
    """Have a backup made, and proven, in the background. Raises NotAllowed, WrongState."""
    policy.require(actor)
    if not queries.are_made_here():
        raise WrongState(_("The desk makes no backups of PostgreSQL."))
    with transaction():
        jobs.enqueue(queries.MAKE, {"by": actor.id}, key="now")


def prove(actor: Actor, backup: Backup) -> None:
    """Have a backup proven in the background. Raises NotAllowed."""
    policy.require(actor)
    with transaction():
        jobs.enqueue(queries.PROVE, {"name": backup.name}, key=backup.name)


def note_download(actor: Actor, backup: Backup) -> None:
    """Note that *actor* takes a copy of all there is away. Raises NotAllowed."""
    policy.require(actor)
    with transaction():
        audit.record(audit.Kind.BACKUP_DOWNLOADED, actor=actor, details=_told(backup))


def delete(actor: Actor, backup: Backup) -> None:
    """Remove a backup for good. Raises NotAllowed; WrongState for the last good one there is."""
    policy.require(actor)
    others = [
        one
        for one in queries.backups(actor)
        if one.is_whole and one.is_good and one.name != backup.name
    ]
    if backup.is_whole and backup.is_good and not others:
        raise WrongState(_("This is the only good backup there is: it stays."))
    shelf.remove(backup)
    with transaction():
        record(actor.id, "backup.deleted", before=_told(backup))


def change_plan(actor: Actor, *, is_on: bool, numbers: Mapping[str, int | None]) -> BackupPlan:
    """Say whether and at which hour backups are made, and how many are kept.

    *numbers* are ``hour``, ``days``, ``weeks`` and ``months``; None is no number. Raises
    NotAllowed, Invalid.
    """
    policy.require(actor)
    least = {"days": 1}
    wrong = {
        name: [_("From %(least)s to %(most)s.", least=least.get(name, 0), most=most)]
        for name, most in MOST.items()
        if not isinstance(value := numbers[name], int) or not least.get(name, 0) <= value <= most
    }
    if wrong:
        raise Invalid(wrong)
    with transaction():
        row = the_row()
        before = _settings(row)
        row.is_on = is_on
        for name in MOST:
            setattr(row, name, numbers[name])
        row.next_at = queries.next_time(row, clock.now()) if is_on else None
        if _settings(row) != before:
            record(actor.id, "backup.plan", before=before, after=_settings(row))
    return row


def went_well() -> None:
    """A backup was made and proven."""
    with transaction():
        row = the_row()
        row.made_at, row.failed_at, row.failure = clock.now(), None, ""


def went_wrong(sentence: str) -> None:
    """A backup, or its proof, did not go well: admins are told until one does."""
    with transaction():
        row = the_row()
        row.failed_at, row.failure = clock.now(), sentence[:LONGEST_FAILURE]


def the_row() -> BackupPlan:
    """The plan's row, made where there is none. Only inside a ``transaction()``."""
    row = db.session.get(BackupPlan, THE_ROW)
    if row is None:
        row = queries.plan()
        db.session.add(row)
        db.session.flush()
    return row


def _settings(row: BackupPlan) -> dict[str, int | bool]:
    return {"is_on": row.is_on} | {name: getattr(row, name) for name in MOST}


def _told(backup: Backup) -> dict[str, str | int]:
    return {"name": backup.name, "size": backup.size}
