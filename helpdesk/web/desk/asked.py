"""Which list is on the screen: what its address says, and addresses that keep it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode

from flask import url_for

from ...accounts.models import User
from ...search.queries import matching
from ...tickets.models import AuthorKind, Priority, Status, Ticket
from ...tickets.queries import ANYBODY, VIEWS, Filters, Sort, View
from .choices import id_of, pair_of

NOBODY = "none"
Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A view, narrowed, sorted, from a cursor on; every field as its address writes it.

    What an address says wrongly (a status that doesn't exist) narrows nothing.
    """

    view: str = "all"
    q: str = ""
    status: str = ""
    category: str = ""
    priority: str = ""
    assignee: str = ""
    tag: str = ""
    user: str = ""  # what kind of requester: customer, vendor, admin
    requester: str = ""  # one requester's id
    sort: str = ""
    cursor: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str], view: str = "") -> "Asked":
        """What *args*, those of an address, ask for."""
        known = {field.name: args.get(field.name, "").strip()[:200] for field in fields(cls)}
        known["view"] = view or known["view"]
        return cls(**known)

    @property
    def of_view(self) -> View:
        return VIEWS[self.view]

    @property
    def order(self) -> Sort:
        """The order of the list: the one that was chosen, or else the view's own."""
        return _chosen(Sort, self.sort) or self.of_view.sort

    @property
    def is_narrowed(self) -> bool:
        """Whether something other than the view decides what is in the list."""
        return bool(self.q or self.narrowings)

    @property
    def narrowings(self) -> dict[str, str]:
        """What narrows the list besides the words."""
        names = ("status", "category", "priority", "assignee", "tag", "user", "requester")
        return {name: value for name in names if (value := getattr(self, name))}

    @property
    def chosen_filters(self) -> list[str]:
        """The fields of the filter form, its order included, that are not as the view has them."""
        sort = ["sort"] if self.order is not self.of_view.sort else []
        return sort + [name for name in self.narrowings if name != "requester"]

    @property
    def title(self) -> str:
        return str(self.of_view.label)

    @property
    def list_key(self) -> str:
        """What this list has in common with the addresses of its tickets, wherever it is paged."""
        return replace(self, cursor="").query()

    def shows_status(self, actor: User) -> bool:
        """Whether tickets of this list differ in their status."""
        return len(self.filters(actor).statuses) != 1

    def filters(self, actor: User) -> Filters:
        """The view's own filters for *actor*, and on top of them what the address asks for."""
        of_view = self.of_view.filters(actor)
        category_id, subcategory_id = pair_of(self.category)
        status = _chosen(Status, self.status)
        return replace(
            of_view,
            statuses=of_view.statuses or ([status] if status else []),
            category_id=category_id,
            subcategory_id=subcategory_id,
            priority=_chosen(Priority, self.priority),
            assignee_id=self._assignee(of_view.assignee_id),
            tag=self.tag or None,
            requester_kind=_chosen(AuthorKind, self.user),
            requester_id=id_of(self.requester),
            matching=matching(actor, self.q),
        )

    def list_url(self, **changes: str) -> str:
        """The address of this list, with *changes* to what is asked for."""
        asked = replace(self, **changes)
        return url_for("web.desk.view", view=asked.view) + asked.query(but="view")

    @property
    def csv_url(self) -> str:
        """The address of this list as a file, all of it."""
        asked = replace(self, cursor="")
        return url_for("web.desk.view_csv", view=self.view) + asked.query(but="view")

    def ticket_url(self, ticket: Ticket | int, endpoint: str = "ticket") -> str:
        """The address of a ticket, or of something done to it, that keeps this list beside it."""
        id_ = ticket if isinstance(ticket, int) else ticket.id
        return url_for(f"web.desk.{endpoint}", ticket_id=id_) + self.query()

    def query(self, but: str = "") -> str:
        """The end of an address: ``?view=mine&q=lamp``; nothing where nothing is asked for."""
        given = {
            field.name: value
            for field in fields(self)
            if field.name != but and (value := getattr(self, field.name))
        }
        return "?" + urlencode(given) if given else ""

    def _assignee(self, of_view: int | None) -> int | None:
        if of_view != ANYBODY:
            return of_view
        if self.assignee == NOBODY:
            return None
        id_ = id_of(self.assignee)
        return ANYBODY if id_ is None else id_


def _chosen(choices: type[Choice], text: str) -> Choice | None:
    try:
        return choices(text)
    except ValueError:
        return None
