"""Reads of views: which there are for somebody, and how many tickets are in each."""

import re
from collections.abc import Hashable, Mapping, Sequence

import sqlalchemy as sa
from flask import current_app

from ..accounts.models import Actor
from ..database import Prepared, db, kept, rows, until_written
from ..database.stamps import stamps
from ..errors import NotFound
from ..i18n import gettext as _
from ..tickets.models import Status
from ..tickets.queries import Sort, by_assignee, from_table, likely
from . import policy
from .built_in import VIEWS, View
from .filters import Asking
from .filters.table import WORDS
from .models import SavedFacts, SavedView

MOST_MADE = 50  # statements that count saved views
MOST_COUNTED = 99  # of a saved view: beyond that there are "99+"
PREFIX = "saved-"
_NAME = re.compile(PREFIX + r"([1-9][0-9]{0,14})", re.ASCII)


def saved_views(actor: Actor) -> Sequence[View]:
    """The saved views that *actor* sees, those for everybody first."""
    return [as_view(one) for one in _undeleted() if policy.sees(actor, one)]


@kept("saved_views")
def _undeleted() -> Sequence[SavedFacts]:
    return rows(_all)


_all = Prepared(
    sa.select(
        SavedView.id,
        SavedView.owner_id,
        SavedView.is_shared,
        SavedView.name,
        SavedView.filters,
        SavedView.sort,
    )
    .where(SavedView.deleted_at.is_(None))
    .order_by(SavedView.is_shared.desc(), SavedView.position, SavedView.id),
    into=SavedFacts,
)


def saved(actor: Actor, saved_id: int) -> SavedView:
    """A saved view. Raises NotFound, for another's that isn't shared too."""
    query = sa.select(SavedView).where(SavedView.id == saved_id, policy.seen_by(actor))
    found = db.session.scalar(query) if 0 < saved_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such view."))
    return found


def view(actor: Actor, name: str) -> View:
    """The view that an address calls *name*: ``mine``, ``saved-7``. Raises NotFound."""
    if name in VIEWS:
        return VIEWS[name]
    found = _NAME.fullmatch(name)
    return as_view(saved(actor, int(found[1]) if found else 0))


def as_view(found: SavedView | SavedFacts) -> View:
    """A saved view as one of the desk's."""
    return View(
        name=f"{PREFIX}{found.id}",
        label=found.name,
        rules=found.filters,
        sort=Sort(found.sort),
        is_counted=WORDS not in found.filters,  # to search through all words takes too long
        saved=found,
    )


def view_counts(actor: Actor) -> Mapping[str, int]:
    """How many tickets are in each counted view of the desk's own, in one query."""
    return until_written(("view counts", actor.id, actor.is_staff), lambda: _view_counts(actor))


def _view_counts(actor: Actor) -> dict[str, int]:
    numbers = by_assignee(actor, [Status.OPEN, Status.PENDING])
    by_whom = {
        whose: number for (status, whose), number in numbers.items() if status is Status.OPEN
    }
    return {
        "mine": by_whom.get(actor.id, 0) if actor.id is not None else 0,
        "unassigned": by_whom.get(0, 0),
        "open": sum(by_whom.values()),
        "pending": sum(numbers.values()) - sum(by_whom.values()),
    }


def saved_counts(asking: Asking, views: Sequence[View]) -> Mapping[str, int]:
    """How many tickets are in each of *views* that is counted, in one query.

    Each is counted up to one more than ``MOST_COUNTED``, so that a view of nearly everything costs
    no more than one of a few. What is older than two days is told by the minute.
    """
    counted = [one for one in views if one.is_counted]
    if not counted:
        return {}
    minute = int(asking.now.timestamp()) // 60
    actor = asking.actor
    question = actor.id, actor.is_staff, minute, tuple(one.name for one in counted)
    return until_written(
        ("saved counts", question), lambda: _saved_counts(asking, question, counted)
    )


def _saved_counts(asking: Asking, question: Hashable, counted: Sequence[View]) -> Mapping[str, int]:
    row = rows(_counting(asking, question, counted))[0]
    numbers = (min(number, MOST_COUNTED + 1) for number in row)
    return {one.name: number for one, number in zip(counted, numbers, strict=True)}


def _counting(asking: Asking, question: Hashable, counted: Sequence[View]) -> Prepared:
    """The statement that counts them: to make it takes several times as long as to run it.

    So it is made once a minute, or once anything has changed that says what its filters mean.
    """
    made: dict[Hashable, Prepared] = current_app.extensions.setdefault("helpdesk.counting", {})
    key = question, tuple(stamps().items())
    if key not in made:
        if len(made) >= MOST_MADE:
            made.clear()
        numbers = [_counted(asking, one) for one in counted]
        made[key] = Prepared(sa.select(*(n.label(f"n{at}") for at, n in enumerate(numbers))))
    return made[key]


def _counted(asking: Asking, one: View) -> sa.ScalarSelect[int]:
    filters = one.filters(asking)
    known = from_table(asking.actor, filters)
    if known is not None:
        return known
    some = likely(asking.actor, filters).limit(MOST_COUNTED + 1)
    return sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery()
