"""The audit trail: who did what, when, and from where."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_login import current_user
from wtforms import DateField, EmailField, Form, SelectField

from ... import audit as trail
from ... import clock
from ...accounts import browsers
from ...accounts import queries as accounts
from ...audit import Kind, queries
from ...audit.facts import facts
from ...audit.models import AuditRow
from ...audit.queries import Filters
from ...audit.words import BAD, KIND_WORDS, kind_words, way_words
from ...database import transaction
from ...i18n import gettext as _
from ...i18n import lazy
from ...reports.audit_csv import audit_csv as csv_of_trail
from ...shop.queries import look
from ..access import admin_only
from ..desk.choices import id_of
from ..proving import proved
from . import settings
from .pages import settings_page


class AuditForm(Form):
    """What is looked for."""

    kind = SelectField(
        lazy("What"),
        choices=lambda: (
            [("", _("Anything"))] + [(kind.value, str(words)) for kind, words in KIND_WORDS.items()]
        ),
    )
    who = EmailField(lazy("E-mail address of who did it, or of whose account it is"))
    since = DateField(lazy("From"))
    until = DateField(lazy("Until"))


@settings.get("/audit")
@admin_only
def audit() -> Any:
    """A page of it, the newest first."""
    filters, given, unknown = _asked()
    args = request.args
    before, after = id_of(args.get("before", "")) or 0, id_of(args.get("after", "")) or 0
    page = queries.page(current_user, filters, before=before, after=after)
    rows = [] if unknown else page.rows

    def beside(**where: int) -> str:
        return url_for(".audit") + "?" + urlencode(given | {k: str(v) for k, v in where.items()})

    return settings_page(
        "settings/audit.html",
        "audit",
        form=_form(given),
        given=given,
        lines=_lines(rows),
        unknown=unknown,
        newer=beside(after=rows[0].id) if rows and page.has_newer else None,
        older=beside(before=rows[-1].id) if rows and page.has_older else None,
    )


@settings.post("/audit.csv")
@admin_only
@proved
def audit_csv() -> Any:
    """All that is looked for as a table; that it was taken along is a row of the trail, too."""
    filters, given, unknown = _asked()
    # Whose rows by the account's number: an address would stay in the trail after an erasure.
    sought = given | {"who": filters.user_id or ""}
    with transaction():
        trail.record(Kind.EXPORTED, actor=current_user, details={"what": "audit trail"} | sought)
    parts = () if unknown else csv_of_trail(current_user._get_current_object(), filters)
    answer = Response(parts, content_type="text/csv; charset=utf-8")
    day = clock.now().date().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{day}.csv"'
    return answer


def _asked() -> tuple[Filters, dict[str, str], bool]:
    """What is looked for, what of it goes into addresses, and whether nobody has the address."""
    asked = request.values
    kind = next((one for one in Kind if one.value == asked.get("kind")), None)
    who = asked.get("who", "").strip()[:254]
    user = accounts.by_email(who) if who.isprintable() and who else None
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""))
    given = {
        "kind": kind.value if kind else "",
        "who": who,
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
    }
    filters = Filters(
        kind=kind,
        user_id=user.id if user else None,
        since=_start_of(since),
        until=_start_of(until + timedelta(days=1)) if until else None,
    )
    return filters, {name: value for name, value in given.items() if value}, bool(who) and not user


def _form(given: dict[str, str]) -> AuditForm:
    days = {name: _day(given.get(name, "")) for name in ("since", "until")}
    return AuditForm(data=given | days)


def _day(text: str) -> date | None:
    """A day that people look at trails of, or None."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None


def _start_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), look().zone)


def _lines(rows: Sequence[AuditRow]) -> list[dict[str, Any]]:
    names = _names(rows)
    return [
        {
            "row": row,
            "words": kind_words(row),
            "is_bad": row.kind in BAD,
            "facts": facts(row),
            "actor": names.get(row.actor_id or 0),
            "subject": names.get(row.subject_id or 0) if row.subject_id != row.actor_id else None,
            "way": way_words(row),
            "device": browsers.in_words(row.device) if row.device else "",
        }
        for row in rows
    ]


def _names(rows: Sequence[AuditRow]) -> dict[int, str]:
    ids = {id_ for row in rows for id_ in (row.actor_id, row.subject_id) if id_ is not None}
    return accounts.names_of(ids)
