"""The background work: what waits, what runs, what failed, and trying it again."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from msgspec import Struct

from ...errors import WrongState
from ...i18n import gettext as _
from ...i18n import ngettext
from ...jobs import actions, queries
from ...jobs.kinds import about_of, title_of
from ...jobs.models import Job
from ...tickets.models import ref_of
from ..access import admin_only
from . import settings
from .pages import settings_page

ROWS = 50
LATELY = 20


class Line(Struct, frozen=True):
    """A job, and what it is about: a ticket with its address, or words."""

    job: Job
    title: str
    about: str
    url: str


@settings.get("/jobs")
@admin_only
def jobs() -> Any:
    """All of it; *page* is that of what failed."""
    page = max(1, min(request.args.get("page", 1, type=int), 10**6))
    failed = queries.failed(current_user, ROWS + 1, (page - 1) * ROWS)
    waiting = queries.waiting(current_user, ROWS)
    return settings_page(
        "settings/jobs.html",
        "jobs",
        counts=queries.counts(),
        failed=_lines(failed[:ROWS]),
        running=_lines(queries.running(current_user)),
        waiting=_lines(waiting),
        periodic=_lines(queries.periodic(current_user)),
        done=_lines(queries.recent(current_user, LATELY)),
        newer=url_for(".jobs", page=page - 1) if page > 1 else None,
        older=url_for(".jobs", page=page + 1) if len(failed) > ROWS else None,
    )


@settings.post("/jobs/<int:job_id>/run-again")
@admin_only
def run_job_again(job_id: int) -> Any:
    """Try one that failed anew, or one that waits now."""
    job = queries.get(current_user, job_id)
    title = title_of(job)
    try:
        actions.run_again(current_user, job)
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(_("“%(title)s” is tried again.", title=title), "good")
    return redirect(url_for(".jobs"))


@settings.post("/jobs/run-again")
@admin_only
def run_jobs_again() -> Any:
    """Try all that failed anew."""
    tried = actions.run_all_again(current_user)
    flash(ngettext("%(num)s job is tried again.", "%(num)s jobs are tried again.", tried), "good")
    return redirect(url_for(".jobs"))


@settings.post("/jobs/<int:job_id>/dismiss")
@admin_only
def dismiss_job(job_id: int) -> Any:
    """Show one that failed no more."""
    job = queries.get(current_user, job_id)
    title = title_of(job)
    try:
        actions.dismiss(current_user, job)
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(_("“%(title)s” is dismissed.", title=title), "good")
    return redirect(url_for(".jobs"))


def _lines(found: Iterable[Job]) -> Sequence[Line]:
    return [_line(job) for job in found]


def _line(job: Job) -> Line:
    about = about_of(job)
    if isinstance(about, int):
        url = url_for("web.desk.ticket", ticket_id=about)
        return Line(job, title_of(job), ref_of(about), url)
    return Line(job, title_of(job), about or "", "")
