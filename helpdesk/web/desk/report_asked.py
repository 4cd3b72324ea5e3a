"""Which report is on the screen: what its address says, and addresses that share it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import url_for

from ... import clock
from ...errors import Invalid
from ...i18n import gettext as _
from ...reports import PRESETS, Period, Scope, between, preset
from ...shop.hours import zone_of
from ...shop.queries import shop
from ...tickets.models import AuthorKind
from ...tickets.queries import ANYBODY, Filters
from .choices import id_of, pair_of

NOBODY = "none"
USUAL = "30"


@dataclass(frozen=True, kw_only=True)
class AskedReport:
    """A range, filters, and how waits are counted; every field as its address writes it.

    A filter that says something unknown narrows nothing, as in lists; a range that is none is
    refused, for figures of other days would be taken for those of the days that were meant.
    """

    range: str = ""
    first: str = ""  # "from" in the address
    last: str = ""  # "to"
    category: str = ""
    tag: str = ""
    agent: str = ""
    user: str = ""
    time: str = ""  # "calendar", or else business time

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> "AskedReport":
        """What *args*, those of an address, ask for."""
        given = {field.name: _cleaned(args, field.name) for field in fields(cls)}
        given |= {"first": _cleaned(args, "from"), "last": _cleaned(args, "to")}
        return cls(**given)

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(shop())

    @property
    def in_business_time(self) -> bool:
        return self.time != "calendar"

    @property
    def has_filters(self) -> bool:
        return bool(self.category or self.tag or self.agent or self.user)

    @property
    def preset(self) -> str:
        """The name of the range, if it has one; days that are just its days don't unname it."""
        name = self.range if self.range in PRESETS else ""
        if not (self.first or self.last):
            return name or USUAL
        if name:
            period = preset(name, self._today, self.zone)
            if (self.first, self.last) == (period.first.isoformat(), period.last.isoformat()):
                return name
        return ""

    def period(self) -> Period:
        """The days. Raises Invalid (fields ``from`` and ``to``)."""
        if self.preset:
            return preset(self.preset, self._today, self.zone)
        wrong: dict[str, list[str]] = {}
        days = [_day(name, text, wrong) for name, text in (("from", self.first), ("to", self.last))]
        if wrong:
            raise Invalid(wrong)
        return between(days[0], days[1], self.zone)

    def scope(self) -> Scope:
        """What is asked of the reports. Raises Invalid."""
        category_id, subcategory_id = pair_of(self.category)
        agent_id = id_of(self.agent)
        filters = Filters(
            category_id=category_id,
            subcategory_id=subcategory_id,
            tag=self.tag or None,
            requester_kind=AuthorKind(self.user) if self.user in set(AuthorKind) else None,
            assignee_id=None if self.agent == NOBODY else ANYBODY if agent_id is None else agent_id,
        )
        return Scope(self.period(), filters, self.in_business_time)

    def url(self, **changes: str) -> str:
        """The address of this report, with *changes*; it means the same to every colleague."""
        return url_for("web.desk.reports") + replace(self, **changes).query()

    def table_url(self, table: str) -> str:
        """The address of a table as CSV."""
        return url_for("web.desk.report_table", table=table) + self.query()

    def query(self) -> str:
        """The end of an address."""
        names = {"first": "from", "last": "to"}
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.preset:
            given |= {"range": "" if self.preset == USUAL else self.preset, "first": "", "last": ""}
        else:
            given["range"] = ""
        kept = {names.get(name, name): value for name, value in given.items() if value}
        return "?" + urlencode(kept) if kept else ""

    @property
    def _today(self) -> date:
        return clock.now().astimezone(self.zone).date()


def _cleaned(args: Mapping[str, str], name: str) -> str:
    return args.get(name, "").strip().replace("\0", "")[:200]


def _day(name: str, text: str, wrong: dict[str, list[str]]) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        sentence = _("Say from which day on, and to which: 2026-03-31.")
        wrong[name] = [_("There is no such day.") if text else sentence]
        return date.min
