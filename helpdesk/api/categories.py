"""``GET …/ticket-category``: the categories that a request may have, for everybody."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from ..database import kept
from ..tickets import queries
from . import examples, kinds, shaping
from .endpoints import Call, endpoint, nothing_else
from .reading import Shape
from .shapes import CategoryRow
from .sides import REQUESTERS


class CategoryQuery(Shape):
    """What a list of categories is narrowed to."""

    limit: Annotated[int, kinds.ALL_LIMIT.says("How many at most; 0 is all.")] = 0
    offset: Annotated[int, kinds.OFFSET.says("How many rows to skip.")] = 0
    keyword: Annotated[str, kinds.TEXT.says("A part of the name.", "issue")] = ""
    parent_category_id: Annotated[
        int | None, kinds.PARENT.says("The category above; 0 or null is the top level.", "0")
    ] = None
    status: Annotated[
        bool | None, kinds.CATEGORY_STATUS.says("Inactive ones are shown to staff only.")
    ] = None


@endpoint(
    "GET",
    "/{tickets}/ticket-category",
    sides=REQUESTERS,
    section="{Name} support",
    summary="Get {Name} Support Ticket Categories",
    description="The categories that a new ticket may have. No token is needed.",
    message="Successfully retrieved ticket categories",
    failure="Failed to retrieve {name} support ticket categories",
    query=CategoryQuery,
    data=list[CategoryRow],
    example=[examples.CATEGORY_ROW],
    public=True,
    quick=nothing_else,
)
def list_categories(call: Call[CategoryQuery, None]) -> list[msgspec.Raw]:
    query = call.query
    if query.status is False and not call.is_staff:
        return []
    found = queries.categories(
        active=query.status is not False,
        parent_id=query.parent_category_id,
        keyword=query.keyword,
        limit=query.limit or None,
        offset=query.offset,
    )
    written = _written()
    return [written[category.id] for category in found]


@kept("categories")
def _written() -> Mapping[int, msgspec.Raw]:
    """Each category as JSON, by its id."""
    return {
        one.id: msgspec.Raw(msgspec.json.encode(shaping.category_row(one)))
        for one in queries.categories(active=None)
    }
