"""``/support-ticket/views``: the desk's own lists, and those that people have saved."""

from collections.abc import Sequence
from typing import Annotated, Any

from ..accounts.models import User
from ..database import transaction
from ..tickets.actions import UNSET, Unset
from ..tickets.queries import Sort
from ..views import actions, queries
from ..views.actions import ViewDraft
from ..views.built_in import VIEWS, View
from ..views.filters import Asking
from ..views.models import SavedView
from . import kinds
from .endpoints import Call, endpoint
from .names import called
from .reading import Shape
from .shapes import Answered
from .sides import STAFF
from .view_filters import SECTION

_NAME = kinds.TEXT.says("What it is called.", "Late VIPs")
_FILTERS = kinds.FILTERS.says(
    "What narrows it, as /support-ticket/filters says: values by the names of filters.",
    {"status": ["open"], "tag": ["vip"], "waiting.older": ["1d"]},
)
_SORT = kinds.one_of(Sort).says("The order of its tickets.", "waiting")
_SHARED = kinds.BODY_FLAG.says("Whether all staff see it.", True)


class TicketView(Answered):
    """A list of tickets. *name* is for ``view=``, *id* is null of the desk's own.

    *count* ends at 100 where *isCountExact* is false; null: it isn't counted. *problems* are
    filters that make no sense any more: the view is empty then.
    """

    id: int | None
    name: str
    view_name: str
    filters: dict[str, list[str]]
    sort: str
    is_shared: bool
    owner_id: int | None
    count: int | None
    is_count_exact: bool
    problems: list[str]


class NewView(Shape):
    """A view to be."""

    view_name: Annotated[str, _NAME]
    filters: Annotated[dict[str, list[str]] | None, _FILTERS] = None
    sort: Annotated[Sort, _SORT] = Sort.WAITING
    is_shared: Annotated[bool, _SHARED] = False

    def draft(self) -> ViewDraft:
        return ViewDraft(
            name=self.view_name,
            rules=self.filters or {},
            sort=self.sort,
            is_shared=self.is_shared,
        )


class ViewChanges(Shape):
    """What to change of a view; what is left out stays."""

    view_name: Annotated[str | Unset, _NAME] = UNSET
    filters: Annotated[dict[str, list[str]] | Unset | None, _FILTERS] = UNSET
    sort: Annotated[Sort | Unset, _SORT] = UNSET
    is_shared: Annotated[bool | Unset, _SHARED] = UNSET
    position: Annotated[
        int | None, kinds.BODY_ID.says("Its place among those that are shared, or not.", 1)
    ] = None

    def draft(self, now: SavedView) -> ViewDraft:
        """What *now* is to become."""
        wanted: dict[str, Any] = {
            "name": self.view_name,
            "rules": {} if self.filters is None else self.filters,
            "sort": self.sort,
            "is_shared": self.is_shared,
        }
        kept: dict[str, Any] = {
            "name": now.name,
            "rules": now.filters,
            "sort": Sort(now.sort),
            "is_shared": now.is_shared,
        }
        return ViewDraft(
            **{name: kept[name] if value is UNSET else value for name, value in wanted.items()}
        )


_EXAMPLE = TicketView(
    id=7,
    name="saved-7",
    view_name="Late VIPs",
    filters={"status": ["open"], "tag": ["vip"], "waiting.older": ["1d"]},
    sort="waiting",
    is_shared=True,
    owner_id=3,
    count=2,
    is_count_exact=True,
    problems=[],
)


@endpoint(
    "GET",
    "/{tickets}/views",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Views",
    description="The desk's own views, then the shared and your own saved ones, with counts.",
    message="Views retrieved successfully.",
    failure="Failed to retrieve views",
    data=list[TicketView],
    example=[_EXAMPLE],
)
def list_views(call: Call[None, None]) -> list[TicketView]:
    saved = queries.saved_views(call.actor)
    own = queries.view_counts(call.actor)
    return [
        *(_shaped(Asking(call.actor), one, own.get(one.name)) for one in VIEWS.values()),
        *_counted(call.actor, saved),
    ]


@endpoint(
    "GET",
    "/{tickets}/views/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Get View",
    message="View retrieved successfully.",
    failure="Failed to retrieve view",
    data=TicketView,
    example=_EXAMPLE,
)
def show_view(call: Call[None, None], id: str) -> TicketView:
    return _one(call.actor, queries.saved(call.actor, kinds.ticket_id(id)))


def _check_new(call: Call[None, NewView]) -> None:
    with called(name="viewName"):
        actions.check_view(call.actor, call.body.draft())


@endpoint(
    "POST",
    "/{tickets}/views",
    sides=[STAFF],
    section=SECTION,
    summary="Create View",
    description="Keeps a list of tickets under a name, after the others.",
    message="View created successfully.",
    failure="Failed to create view",
    body=NewView,
    body_example={"viewName": "Late VIPs", "filters": {"tag": ["vip"]}, "isShared": True},
    check=_check_new,
    creates=True,
    errors=(409,),
    data=TicketView,
    example=_EXAMPLE,
)
def add_view(call: Call[None, NewView]) -> TicketView:
    with called(name="viewName"):
        return _one(call.actor, actions.save_view(call.actor, call.body.draft()))


@endpoint(
    "PUT",
    "/{tickets}/views/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Update View",
    description="Changes what is given. A shared view is its owner's and the admins' to change.",
    message="View updated successfully.",
    failure="Failed to update view",
    body=ViewChanges,
    body_example={"filters": {"tag": ["vip", "late"]}, "position": 1},
    errors=(409,),
    data=TicketView,
    example=_EXAMPLE,
)
def update_view(call: Call[None, ViewChanges], id: str) -> TicketView:
    view, body = queries.saved(call.actor, kinds.ticket_id(id)), call.body
    with called(name="viewName"), transaction():
        actions.update_view(call.actor, view, body.draft(view))
        if body.position is not None:
            actions.place_view(call.actor, view, body.position)
    return _one(call.actor, view)


@endpoint(
    "DELETE",
    "/{tickets}/views/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Delete View",
    description="Takes it away; for thirty days it can be had back.",
    message="View deleted successfully.",
    failure="Failed to delete view",
    data=TicketView,
    example=_EXAMPLE,
)
def delete_view(call: Call[None, None], id: str) -> TicketView:
    view = queries.saved(call.actor, kinds.ticket_id(id))
    found = _one(call.actor, view)
    actions.delete_view(call.actor, view)
    return found


@endpoint(
    "POST",
    "/{tickets}/views/<id>/restore",
    sides=[STAFF],
    section=SECTION,
    summary="Restore View",
    description="Has a deleted view back, with its old id.",
    message="View restored successfully.",
    failure="Failed to restore view",
    errors=(409,),
    data=TicketView,
    example=_EXAMPLE,
)
def restore_view(call: Call[None, None], id: str) -> TicketView:
    return _one(call.actor, actions.restore_view(call.actor, kinds.ticket_id(id)))


def _one(actor: User, found: SavedView) -> TicketView:
    return _counted(actor, [queries.as_view(found)])[0]


def _counted(actor: User, views: Sequence[View]) -> list[TicketView]:
    asking = Asking(actor)
    counts = queries.saved_counts(asking, views)
    return [_shaped(asking, view, counts.get(view.name)) for view in views]


def _shaped(asking: Asking, view: View, count: int | None) -> TicketView:
    saved = view.saved
    return TicketView(
        id=saved.id if saved else None,
        name=view.name,
        view_name=str(view.label),
        filters={name: list(values) for name, values in view.rules.items()},
        sort=view.sort.value,
        is_shared=saved.is_shared if saved else True,
        owner_id=saved.owner_id if saved else None,
        count=count,
        is_count_exact=saved is None or count is None or count <= queries.MOST_COUNTED,
        problems=[
            f"{problem.name}: {problem.sentence}" for problem in view.narrowed(asking).problems
        ],
    )
