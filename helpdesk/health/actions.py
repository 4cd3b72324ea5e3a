"""Having the doctor look, and keeping what it says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .. import clock, jobs
from ..accounts.models import Actor
from ..database import db, transaction
from . import policy, queries
from .models import THE_ROW, HealthReport

LONGEST_FAILURE = 1000


def check_now(actor: Actor, *, is_deep: bool = False) -> None:
    """Have the doctor look in the background. Raises NotAllowed."""
    policy.require(actor)
    with transaction():
        if queries.is_being_made():
            return  # one look at a time; what it finds is as fresh
        row = _the_row()
        row.done, row.total = 0, 0
        jobs.enqueue(queries.CHECK, {"deep": is_deep})


def note_progress(done: int, total: int) -> None:
    """The doctor has made *done* of *total* checks."""
    with transaction():
        row = _the_row()
        row.done, row.total = done, total


def keep(findings: Sequence[dict[str, Any]], *, is_deep: bool) -> None:
    """Keep what the doctor found, instead of what it found before."""
    with transaction():
        row = _the_row()
        row.findings, row.is_deep, row.failure = list(findings), is_deep, ""
        row.errors = sum(one["level"] == "error" for one in findings)
        row.made_at = clock.now()


def went_wrong(sentence: str) -> None:
    """The doctor could not look: admins are told until it can."""
    with transaction():
        _the_row().failure = sentence[:LONGEST_FAILURE]


def plan(moment: datetime) -> None:
    """Let the doctor look by itself at *moment*."""
    with transaction():
        _the_row().next_at = moment


def _the_row() -> HealthReport:
    row = db.session.get(HealthReport, THE_ROW)
    if row is None:
        row = HealthReport(id=THE_ROW, findings=[])
        db.session.add(row)
        db.session.flush()
    return row
