"""What a view is, and the desk's own ones."""

from dataclasses import dataclass, field

from ..i18n import lazy
from ..tickets.models import Status, Ticket
from ..tickets.queries import Filters, Sort
from ..tickets.queries.opened import OpenTicket
from .filters import Asking, Narrowed, Rules, narrowed
from .models import SavedFacts, SavedView


@dataclass(frozen=True)
class View:
    """A named list of tickets; *name* is the end of its address."""

    name: str
    label: lazy | str
    rules: Rules
    sort: Sort
    is_counted: bool = True
    saved: SavedView | SavedFacts | None = field(default=None, compare=False)

    def narrowed(self, asking: Asking) -> Narrowed:
        """What is in it for whoever is *asking*: nothing where a rule of it makes no sense."""
        return narrowed(asking, self.rules, strictly=True)

    def filters(self, asking: Asking) -> Filters:
        return self.narrowed(asking).filters


VIEWS = {
    view.name: view
    for view in (
        View("mine", lazy("Mine"), {"status": ["open"], "assignee": ["me"]}, Sort.WAITING),
        View(
            "unassigned",
            lazy("Unassigned"),
            {"status": ["open"], "assignee": ["none"]},
            Sort.WAITING,
        ),
        View("open", lazy("All open"), {"status": ["open"]}, Sort.WAITING),
        View("pending", lazy("Pending"), {"status": ["pending"]}, Sort.ACTIVITY),
        View("resolved", lazy("Resolved"), {"status": ["resolved"]}, Sort.ACTIVITY, False),
        View("closed", lazy("Closed"), {"status": ["closed"]}, Sort.ACTIVITY, False),
        View("all", lazy("All tickets"), {}, Sort.ACTIVITY, False),
        View("spam", lazy("Spam"), {"place": ["spam"]}, Sort.ACTIVITY, False),
        View("bin", lazy("Deleted"), {"place": ["bin"]}, Sort.ACTIVITY, False),
    )
}


def view_of(ticket: Ticket | OpenTicket, actor_id: int | None) -> View:
    """The one in which *actor_id* would look for *ticket*."""
    if ticket.status is not Status.OPEN:
        return VIEWS[ticket.status.value]
    if ticket.assignee_id is None:
        return VIEWS["unassigned"]
    return VIEWS["mine" if ticket.assignee_id == actor_id else "open"]
