"""``/support-ticket/ticket-category``: the categories as staff keep them (API.md, "Settings")."""

from typing import Annotated

from ..tickets import actions, queries
from ..tickets.actions import UNSET, Unset
from ..tickets.models import Category as CategoryModel
from . import examples, kinds, shaping
from .categories import CategoryQuery
from .endpoints import Call, endpoint
from .reading import Shape
from .shapes import Category
from .sides import STAFF

SECTION = "Support categories"
_NAME = kinds.TEXT.says("What it is called.", "Technical Issue")
_PARENT = kinds.BODY_PARENT.says("The top-level category above it; null is none.")
_ACTIVE = kinds.BODY_FLAG.says("Whether new tickets may have it.", True)


class NewCategory(Shape):
    """A category to be."""

    category_name: Annotated[str, _NAME]
    parent_category_id: Annotated[int | None, _PARENT] = None
    is_active: Annotated[bool, _ACTIVE] = True


class CategoryChanges(Shape):
    """What to change of a category; what is left out stays."""

    category_name: Annotated[str | Unset, _NAME] = UNSET
    parent_category_id: Annotated[int | Unset | None, _PARENT] = UNSET
    is_active: Annotated[bool | Unset, _ACTIVE] = UNSET

    def draft(self, now: CategoryModel) -> actions.CategoryDraft:
        """What *now* is to become."""
        name, parent, is_active = self.category_name, self.parent_category_id, self.is_active
        return actions.CategoryDraft(
            now.name if isinstance(name, Unset) else name,
            now.parent_id if isinstance(parent, Unset) else parent,
            now.is_active if isinstance(is_active, Unset) else is_active,
        )


@endpoint(
    "GET",
    "/{tickets}/ticket-category",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Support Ticket Categories",
    description="All categories, inactive ones too unless status says otherwise.",
    message="Successfully retrieved ticket categories",
    failure="Failed to retrieve support ticket categories",
    query=CategoryQuery,
    data=list[Category],
    example=[examples.CATEGORY],
)
def list_all_categories(call: Call[CategoryQuery, None]) -> list[Category]:
    query = call.query
    found = queries.categories(
        active=query.status,
        parent_id=query.parent_category_id,
        keyword=query.keyword,
        limit=query.limit or None,
        offset=query.offset,
    )
    return [shaping.category(category) for category in found]


@endpoint(
    "GET",
    "/{tickets}/ticket-category/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Get Support Ticket Category",
    message="Ticket category retrieved successfully.",
    failure="Failed to retrieve support ticket category",
    data=Category,
    example=examples.CATEGORY,
)
def show_category(call: Call[None, None], id: str) -> Category:
    return shaping.category(queries.category(kinds.ticket_id(id)))


def _check_new(call: Call[None, NewCategory]) -> None:
    actions.check_category(_draft(call.body))


def _draft(body: NewCategory) -> actions.CategoryDraft:
    return actions.CategoryDraft(body.category_name, body.parent_category_id, body.is_active)


@endpoint(
    "POST",
    "/{tickets}/ticket-category",
    sides=[STAFF],
    section=SECTION,
    summary="Create Support Ticket Category",
    description="Adds a category, at the top level or below one that is there.",
    message="Ticket category created successfully.",
    failure="Failed to create support ticket category",
    body=NewCategory,
    body_example={"categoryName": "Technical Issue"},
    check=_check_new,
    creates=True,
    errors=(409,),
    data=Category,
    example=examples.CATEGORY,
)
def add_category(call: Call[None, NewCategory]) -> Category:
    return shaping.category(actions.add_category(call.actor, _draft(call.body)))


@endpoint(
    "PUT",
    "/{tickets}/ticket-category/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Update Support Ticket Category",
    description="Changes the fields that are given.",
    message="Ticket category updated successfully.",
    failure="Failed to update support ticket category",
    body=CategoryChanges,
    body_example={"isActive": False},
    data=Category,
    example=examples.CATEGORY,
)
def update_category(call: Call[None, CategoryChanges], id: str) -> Category:
    category = queries.category(kinds.ticket_id(id))
    return shaping.category(
        actions.update_category(call.actor, category, call.body.draft(category))
    )


@endpoint(
    "DELETE",
    "/{tickets}/ticket-category/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Delete Support Ticket Category",
    description="Removes a category. One that tickets use is deactivated instead: 409 says so.",
    message="Ticket category deleted successfully.",
    failure="Failed to delete support ticket category",
    errors=(409,),
    data=Category,
    example=examples.CATEGORY,
)
def delete_category(call: Call[None, None], id: str) -> Category:
    category = queries.category(kinds.ticket_id(id))
    actions.delete_category(call.actor, category)
    return shaping.category(category)
