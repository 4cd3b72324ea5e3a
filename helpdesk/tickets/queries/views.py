"""The desk's views: named lists with counts."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import db
from ...i18n import lazy
from ..models import Place, Status, Ticket
from .listing import Filters, Sort
from .visibility import visible_to


@dataclass(frozen=True)
class View:
    """A named list of tickets; *filters* says what is in it for an actor."""

    label: lazy
    filters: Callable[[Actor], Filters]
    sort: Sort
    is_counted: bool = True


VIEWS = {
    "mine": View(
        lazy("Mine"),
        lambda actor: Filters(statuses=[Status.OPEN], assignee_id=actor.id),
        Sort.WAITING,
    ),
    "unassigned": View(
        lazy("Unassigned"),
        lambda _actor: Filters(statuses=[Status.OPEN], assignee_id=None),
        Sort.WAITING,
    ),
    "open": View(lazy("All open"), lambda _actor: Filters(statuses=[Status.OPEN]), Sort.WAITING),
    "pending": View(
        lazy("Pending"), lambda _actor: Filters(statuses=[Status.PENDING]), Sort.ACTIVITY
    ),
    "resolved": View(
        lazy("Resolved"), lambda _actor: Filters(statuses=[Status.RESOLVED]), Sort.ACTIVITY, False
    ),
    "closed": View(
        lazy("Closed"), lambda _actor: Filters(statuses=[Status.CLOSED]), Sort.ACTIVITY, False
    ),
    "all": View(lazy("All tickets"), lambda _actor: Filters(), Sort.ACTIVITY, False),
    "spam": View(lazy("Spam"), lambda _actor: Filters(places=[Place.SPAM]), Sort.ACTIVITY, False),
    "bin": View(lazy("Deleted"), lambda _actor: Filters(places=[Place.BIN]), Sort.ACTIVITY, False),
}


def view_counts(actor: Actor) -> dict[str, int]:
    """How many tickets are in each counted view, in one query."""
    is_open = Ticket.status == Status.OPEN
    total = sa.func.count()
    query = visible_to(actor).with_only_columns(
        total.filter(is_open, Ticket.assignee_id == actor.id).label("mine"),
        total.filter(is_open, Ticket.assignee_id.is_(None)).label("unassigned"),
        total.filter(is_open).label("open"),
        total.filter(Ticket.status == Status.PENDING).label("pending"),
    )
    row = db.session.execute(query.where(Ticket.status.in_([Status.OPEN, Status.PENDING]))).one()
    return dict(row._mapping)
