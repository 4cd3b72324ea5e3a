"""Which list is on the screen: what its address says, and addresses that keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from ...i18n import gettext as _
from ...search.relevance import RELEVANCE
from ...tickets.models import Ticket
from ...tickets.queries import Filters, Sort
from ...views.built_in import VIEWS, View
from ...views.filters import LONGEST, Narrowed, Problem, Rules
from ...views.filters.kept import InView, narrowed_in_view
from ...views.filters.own_fields import PREFIXES
from ...views.filters.table import FIELDS, WORDS
from ..addresses import address
from .views_here import asking, view_named

NOBODY = "none"
MOST_PARTS = 200  # values of an address that are looked at
_OF_OWN_FIELDS = tuple(PREFIXES.values())
_OWN = ("view", WORDS, "sort", "cursor")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A view, narrowed, sorted, from a cursor on; every part as its address writes it.

    What an address says wrongly narrows nothing, and the page says so (``problems``).
    """

    view: str = "all"
    q: str = ""
    rules: Rules = field(default_factory=dict)  # what narrows it further (views/filters)
    sort: str = ""
    cursor: str = ""

    @classmethod
    def from_args(cls, args: MultiDict[str, str], view: str = "") -> "Asked":
        """What *args*, those of an address, ask for."""
        known = {name: args.get(name, "").strip()[:LONGEST] for name in _OWN}
        known["view"] = view or known["view"]
        return cls(rules=rules_in(args), **known)

    @property
    def of_view(self) -> View:
        return view_named(self.view) or VIEWS["all"]

    @property
    def order(self) -> Sort:
        """The order of the list: the one that was chosen, or else the view's own."""
        return sort_of(self.sort) or self.of_view.sort

    @property
    def is_ranked(self) -> bool:
        """Whether the best of what was searched for comes first."""
        return self.sort == RELEVANCE and bool(self.narrowed.words)

    @property
    def is_narrowed(self) -> bool:
        """Whether something other than the view decides what is in the list."""
        return bool(self.q or self.further)

    @cached_property
    def further(self) -> Rules:
        """What narrows the list besides the words and what its view decides."""
        decided = set(map(_field_of, self.of_view.rules))
        return {
            name: values for name, values in self.rules.items() if _field_of(name) not in decided
        }

    @property
    def everything(self) -> Rules:
        """All that narrows the list, the view's own rules too, but for the words in the box."""
        return {**self.of_view.rules, **self.further}

    @property
    def title(self) -> str:
        return str(self.of_view.label)

    @property
    def list_key(self) -> str:
        """What this list has in common with the addresses of its tickets, wherever it is paged."""
        return replace(self, cursor="").query()

    @cached_property
    def _narrowed(self) -> InView:
        return narrowed_in_view(asking(), self.of_view.rules, self.further, self.q)

    @property
    def holding(self) -> Rules:
        """What narrows the list besides its view, without what was not understood."""
        return self._narrowed.further.rules

    @property
    def problems(self) -> Sequence[Problem]:
        """What the address says wrongly."""
        return self._narrowed.further.problems

    @property
    def view_problems(self) -> Sequence[Problem]:
        """What makes no sense (any more) in the view itself: it shows nothing then."""
        return self._narrowed.of_view.problems

    def shows_status(self) -> bool:
        """Whether tickets of this list differ in their status."""
        return len(self.narrowed.statuses) != 1

    @property
    def narrowed(self) -> Narrowed:
        """The view, narrowed by what the address asks for."""
        return self._narrowed.both

    @property
    def filters(self) -> Filters:
        return self.narrowed.filters

    def list_url(self, **changes: Any) -> str:
        """The address of this list, with *changes* to what is asked for."""
        asked = replace(self, **changes)
        return address("web.desk.view", view=asked.view) + asked.query(but="view")

    def without(self, name: str) -> str:
        """The address of this list without one of its filters."""
        rules = {key: values for key, values in self.rules.items() if key != name}
        return self.list_url(rules=rules, cursor="")

    @property
    def csv_url(self) -> str:
        """The address of this list as a file, all of it."""
        asked = replace(self, cursor="")
        return address("web.desk.view_csv", view=self.view) + asked.query(but="view")

    def ticket_url(self, ticket: Ticket | int, endpoint: str = "ticket") -> str:
        """The address of a ticket, or of something done to it, that keeps this list beside it."""
        id_ = ticket if isinstance(ticket, int) else ticket.id
        return address(f"web.desk.{endpoint}", ticket_id=id_) + self.query()

    def query(self, but: str = "") -> str:
        """The end of an address: ``?view=mine&q=lamp``; nothing where nothing is asked for."""
        if not but:
            return self._whole_query
        return _query([pair for pair in self.pairs if pair[0] != but])

    @cached_property
    def _whole_query(self) -> str:
        return _query(self.pairs)  # every form and link of a page has it

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All that is asked for, as an address or hidden fields of a form say it."""
        rules = [(name, value) for name, values in self.rules.items() for value in values]
        known = [("view", self.view), (WORDS, self.q), *rules]
        known += [("sort", self.sort), ("cursor", self.cursor)]
        return [(name, value) for name, value in known if value]


def _query(pairs: Sequence[tuple[str, str]]) -> str:
    return "?" + urlencode(pairs) if pairs else ""


def rules_in(args: MultiDict[str, str]) -> Rules:
    """The filters that an address or a form says, wrong ones too; other parts are not its."""
    rules: dict[str, list[str]] = {}
    for name, value in list(args.items(multi=True))[:MOST_PARTS]:
        if value.strip() and is_rule(name):
            rules.setdefault(name, []).append(value.strip())
    return rules


def is_rule(name: str) -> bool:
    """Whether a part of an address with this name is (meant to be) a filter."""
    field = _field_of(name)
    return (field in FIELDS and field != WORDS) or name.startswith(_OF_OWN_FIELDS)


def strange(args: Mapping[str, str]) -> list[Problem]:
    """Parts of a list's address that mean nothing."""
    known = (*_OWN, "jump")
    names = [name[:40] for name in args if name not in known and not is_rule(name)]
    return [Problem(name, _("There is no such field.")) for name in names[:5]]


def sort_of(text: str) -> Sort | None:
    return Sort(text) if text in {sort.value for sort in Sort} else None


def _field_of(name: str) -> str:
    """The field's name in that of a filter: ``waiting`` of ``waiting.older``."""
    depth = 2 if name.startswith(_OF_OWN_FIELDS) else 1
    return ".".join(name.split(".")[:depth])
