"""What the API calls the fields of actions."""

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
    return _NAMES.get(field, field)
