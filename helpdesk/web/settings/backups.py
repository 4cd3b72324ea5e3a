"""The backups: what there is, whether it was proven, and when the next one is made."""

from datetime import time
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_login import current_user
from msgspec import Struct
from wtforms import BooleanField, Form, IntegerField, SelectField

from ...backups import actions, queries
from ...backups.models import BackupPlan
from ...backups.shelf import Backup
from ...errors import Invalid, WrongState
from ...i18n import gettext as _
from ...i18n import lazy
from ..access import admin_only
from ..forms import sent_back, show_errors
from ..proving import proved
from . import settings
from .pages import settings_page


class PlanForm(Form):
    """When, and how many are kept."""

    is_on = BooleanField(lazy("Make a backup each day"))
    hour = SelectField(
        lazy("Not before"),
        coerce=int,
        validate_choice=False,
        choices=lambda: [(hour, time(hour).strftime("%H:%M")) for hour in range(24)],
    )
    days = IntegerField(lazy("Days"))
    weeks = IntegerField(lazy("Weeks"))
    months = IntegerField(lazy("Months"))

    @classmethod
    def of(cls, plan: BackupPlan) -> "PlanForm":
        return cls(obj=plan)

    def numbers(self) -> dict[str, int | None]:
        """What was typed; None for what is no number."""
        return {name: self[name].data for name in actions.MOST}


class Line(Struct, frozen=True):
    """A backup, and whether it is being looked through."""

    backup: Backup
    is_proven_now: bool


@settings.get("/backups")
@admin_only
def backups() -> Any:
    """All of them, and the plan."""
    return _shown(PlanForm.of(queries.plan()))


@settings.post("/backups")
@admin_only
def back_up() -> Any:
    """Make one now."""
    try:
        actions.back_up_now(current_user)
    except WrongState as error:
        flash(error.message, "warn")
    return redirect(url_for(".backups"))


@settings.post("/backups/plan")
@admin_only
def change_backup_plan() -> Any:
    """Keep the plan."""
    form = PlanForm(request.form)
    try:
        actions.change_plan(current_user, is_on=bool(form.is_on.data), numbers=form.numbers())
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_shown(form), error)
    flash(_("Saved."), "good")
    return redirect(url_for(".backups"))


@settings.post("/backups/<name>/prove")
@admin_only
def prove_backup(name: str) -> Any:
    """Look through one again."""
    actions.prove(current_user, queries.get(current_user, name))
    return redirect(url_for(".backups"))


@settings.post("/backups/<name>/download")
@admin_only
@proved
def download_backup(name: str) -> Any:
    """The file itself; that it was taken away is noted."""
    backup = queries.get(current_user, name)
    actions.note_download(current_user, backup)
    answer = send_file(
        backup.path,
        mimetype="application/x-tar",
        as_attachment=True,
        download_name=backup.name,
        conditional=False,
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@settings.post("/backups/<name>/delete")
@admin_only
def delete_backup(name: str) -> Any:
    """Remove one."""
    try:
        actions.delete(current_user, queries.get(current_user, name))
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(_("The backup is deleted."), "good")
    return redirect(url_for(".backups"))


def _shown(form: PlanForm) -> str:
    found, proven = queries.backups(current_user), queries.being_proven()
    made = queries.is_being_made()
    plan = queries.plan()
    return settings_page(
        "settings/backups.html",
        "backups",
        form=form,
        plan=plan,
        lines=[Line(one, one.name in proven) for one in found],
        total=sum(one.size for one in found),
        folder=queries.folder(),
        are_made_here=queries.are_made_here(),
        is_made=made,
        goes_on=made or bool(proven),
    )
