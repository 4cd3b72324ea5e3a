"""What the API calls the fields of actions."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import Invalid

_NAMES = {
    "category_id": "categoryId",
    "subcategory_id": "subCategoryId",
    "assignee_id": "assigneeId",
    "parent_id": "parentCategoryId",
    "name": "categoryName",
    "requester": "userId",
    "other_id": "ticketId",
    "email": "emailId",
}


def api_name(field: str) -> str:
    """The API's name for the *field* of an action; most have the same."""
    if field.startswith("fields."):  # a custom one, by its key
        return f"customFields.{field.removeprefix('fields.')}"
    return _NAMES.get(field, field)


@contextmanager
def called(**names: str) -> Iterator[None]:
    """Let what an action says of a field be said of what this endpoint calls it."""
    try:
        yield
    except Invalid as error:
        raise Invalid(
            {names.get(name, name): said for name, said in error.fields.items()}
        ) from None
