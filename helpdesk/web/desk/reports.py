"""Reports: a page that shows how the desk is doing, and each of its tables as CSV."""

from typing import Any

from flask import Response, request
from flask_login import current_user
from msgspec import Struct

from ...accounts import queries as accounts
from ...errors import Invalid, NotFound
from ...i18n import gettext as _
from ...reports import Report
from ..access import staff_only
from . import choices, desk
from . import report_words as words
from .pages import page
from .report_asked import NOBODY, AskedReport
from .report_tables import FILE_NAMES, TABLES


class Figure(Struct, frozen=True):
    """A number on top of the page, and how it compares with the days before."""

    label: str
    value: str
    change: str = ""


@desk.get("/reports")
@staff_only
def reports() -> Any:
    """All of it, for the range and the tickets that the address asks for."""
    asked = AskedReport.from_args(request.args)
    try:
        report = Report(current_user, asked.scope())
    except Invalid as error:
        return page("desk/reports/page.html", asked=asked, errors=error.fields, **_form(asked)), 422
    return page("desk/reports/page.html", asked=asked, errors={}, **_form(asked), **_shown(report))


@desk.get("/reports/<table>.csv")
@staff_only
def report_table(table: str) -> Any:
    """One table, for a spreadsheet. A range that is none is a 422."""
    if table not in TABLES:
        raise NotFound(_("There is no such report."))
    report = Report(current_user, AskedReport.from_args(request.args).scope())
    answer = Response(TABLES[table](report).csv(), content_type="text/csv; charset=utf-8")
    name = FILE_NAMES.get(table, table)
    if table != "backlog":
        period = report.scope.period
        name += f"-{period.first.isoformat()}-to-{period.last.isoformat()}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _form(asked: AskedReport) -> dict[str, Any]:
    """What there is to choose from."""
    nobody, *staff = choices.assignees(accounts.assignees())
    return {
        "ranges": [
            (label, asked.url(range=name, first="", last=""), name == asked.preset)
            for name, label in words.RANGES.items()
        ],
        "times": [
            (_("Business time"), asked.url(time=""), asked.in_business_time),
            (_("Calendar time"), asked.url(time="calendar"), not asked.in_business_time),
        ],
        "selects": [
            ("category", _("Category"), asked.category, _any(_("All"), choices.categories()[1:])),
            (
                "agent",
                _("Assigned to"),
                asked.agent,
                _any(_("Anybody"), [(NOBODY, nobody[1]), *staff]),
            ),
            (
                "user",
                _("Requester"),
                asked.user,
                _any(_("Anybody"), [(kind, str(label)) for kind, label in words.KINDS.items()]),
            ),
        ],
    }


def _any(label: str, those: choices.Choices) -> choices.Choices:
    return [("", label), *those]


def _shown(report: Report) -> dict[str, Any]:
    volume, waiting, period = report.volume(), report.waiting(), report.scope.period
    tables = {name: table(report) for name, table in TABLES.items()}
    unsolved = sum(age.open + age.pending for age in report.backlog())
    return {
        "tables": tables,
        "waiting": waiting,
        "length": words.length_of_day(waiting.day),
        "days": words.day_range(period.first, period.last),
        "before": words.day_range(period.before.first, period.before.last),
        "period": period,
        "nothing": not (volume.opened or volume.solved or unsolved),
        "figures": [
            Figure(
                _("Opened"), str(volume.opened), words.change(volume.opened, volume.opened_before)
            ),
            Figure(
                _("Solved"), str(volume.solved), words.change(volume.solved, volume.solved_before)
            ),
            Figure(_("First answer, half within"), _wait(report, waiting.first_answer.median)),
            Figure(_("Solved, half within"), _wait(report, waiting.resolution.median)),
            Figure(_("Unsolved now"), str(unsolved)),
        ],
    }


def _wait(report: Report, seconds: int | None) -> str:
    return words.wait(seconds, report.day)
