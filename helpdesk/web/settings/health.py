"""How the desk is: what the doctor found last, and having it look now."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from flask_login import current_user
from markupsafe import escape
from msgspec import Struct

from ...health import actions, queries
from ...i18n import language, lazy, size, translated
from ..access import admin_only
from ..moments import moment
from . import settings
from .pages import settings_page

_MOMENT = re.compile(r"([0-9-]{10})[T ]([0-9:]{5})(?::[0-9]{2})?(?:Z| UTC)")
_LEVELS = {"error": 0, "warning": 1, "ok": 2}  # what must be mended comes first
_GROUPS = {
    "program": lazy("Program"),
    "settings": lazy("Settings"),
    "folder": lazy("Data folder"),
    "database": lazy("Database"),
    "people": lazy("People"),
    "files": lazy("Files"),
    "indexes": lazy("Search and counts"),
    "work": lazy("Background work"),
    "mail": lazy("Mail"),
    "backups": lazy("Backups"),
}


class Line(Struct, frozen=True):
    """A finding in the reader's words; *command* mends it."""

    level: str
    name: str
    sentence: str
    command: str


@settings.get("/health")
@admin_only
def health() -> Any:
    """The last report: what is wrong first, then all of it by what it is about."""
    report, is_made = queries.report(current_user), queries.is_being_made()
    findings = [] if report is None else report.findings
    troubles = [one for one in findings if one["level"] != "ok"]
    return settings_page(
        "settings/health.html",
        "health",
        report=report,
        is_made=is_made,
        troubles=[_line(one) for one in sorted(troubles, key=lambda one: _LEVELS[one["level"]])],
        groups=_by_group([one for one in findings if one["level"] == "ok"]),
    )


@settings.post("/health")
@admin_only
def check_health() -> Any:
    """Have the doctor look now."""
    actions.check_now(current_user, is_deep="deep" in request.form)
    return redirect(url_for(".health"))


def _by_group(findings: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Line]]]:
    groups: dict[str, list[Line]] = {}
    for one in findings:
        groups.setdefault(one["group"], []).append(_line(one))
    known = [name for name in _GROUPS if name in groups]
    return [(str(_GROUPS[name]), groups[name]) for name in known]


def _line(one: Mapping[str, Any]) -> Line:
    name = _said(one["name"])
    about = one["about"]
    return Line(
        one["level"],
        (name[:1].upper() + name[1:]) + (f" {about}" if about else ""),
        _said(one["sentence"]),
        one["command"],
    )


def _said(kept: tuple[str, Mapping[str, Any]]) -> str:
    """A sentence of the report in the reader's language, as HTML; moments are the reader's, too."""
    sentence, values = kept
    words = escape(translated(language(), sentence))
    return words % {name: _as_told(value) for name, value in values.items()} if values else words


def _as_told(value: Any) -> Any:
    """*value*, or the moment that it is, which the doctor keeps as commands print it, or so many
    bytes."""
    if isinstance(value, dict) and isinstance(value.get("bytes"), int):
        return size(value["bytes"])
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    try:
        return value if not found else moment(datetime.fromisoformat(f"{found[1]}T{found[2]}Z"))
    except ValueError:
        return value
