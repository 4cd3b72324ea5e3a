"""What a macro does, as JSON has it: what is not named is left as it is."""

from dataclasses import replace
from typing import Annotated, Any

import msgspec

from ..i18n import gettext as _
from ..macros.steps import Steps
from ..text import Fields
from ..tickets.actions import UNSET, Along, Changes, Unset
from ..tickets.models import MessageKind, Priority, Status
from . import kinds
from .kinds import MYSELF, Kind, Wrong
from .reading import Shape, declared, read

_ASSIGNEE = replace(
    kinds.CLEARABLE_ID,
    read=lambda value: value if value == MYSELF else kinds.ID.read(value),
    schema={"type": ["integer", "string", "null"]},
)


class _Steps(Shape):
    message: Annotated[str, kinds.TEXT] = ""
    internal: Annotated[bool, kinds.BODY_FLAG] = False
    status: Annotated[Status | Unset, kinds.BODY_STATUS] = UNSET
    assignee_id: Annotated[int | str | Unset | None, _ASSIGNEE] = UNSET
    priority: Annotated[Priority | Unset, kinds.PRIORITY] = UNSET
    category_id: Annotated[int | Unset | None, kinds.CLEARABLE_ID] = UNSET
    sub_category_id: Annotated[int | Unset | None, kinds.CLEARABLE_ID] = UNSET
    add_tags: Annotated[list[str] | None, kinds.TAGS] = None
    remove_tags: Annotated[list[str] | None, kinds.TAGS] = None
    custom_fields: Annotated[dict[str, Any] | Unset, kinds.CUSTOM_FIELDS] = UNSET


def _read(value: Any) -> Steps:
    """The steps in *value*. Raises Wrong with all that doesn't parse."""
    if isinstance(value, str):  # a form has no objects
        try:
            value = msgspec.json.decode(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, dict):
        raise Wrong(_("Steps are an object: a name for each thing that the macro does."))
    fields = Fields()
    found = read(_Steps, value, fields)
    if fields.errors or found is None:
        told = (f"{name}: {' '.join(said)}" for name, said in fields.errors.items())
        raise Wrong(" ".join(told))
    to_me = found.assignee_id == MYSELF
    changes: dict[str, Any] = {
        "status": found.status,
        "assignee_id": UNSET if to_me else found.assignee_id,
        "priority": found.priority,
        "category_id": found.category_id,
        "subcategory_id": found.sub_category_id,
        "fields": found.custom_fields,
    }
    return Steps(
        words=found.message,
        kind=MessageKind.NOTE if found.internal else MessageKind.REPLY,
        to_me=to_me,
        along=Along(
            changes=Changes(**changes),
            add_tags=found.add_tags or (),
            remove_tags=found.remove_tags or (),
        ),
    )


STEPS = Kind(
    _read,
    {
        "type": ["object", "string"],
        "properties": {field.api_name: dict(field.kind.schema) for field in declared(_Steps)},
    },
)


def shaped(steps: Steps) -> dict[str, Any]:
    """*steps* in the way in which they are given."""
    changes = steps.along.changes.given()
    found: dict[str, Any] = {}
    if steps.has_words:
        found |= {"message": steps.words, "internal": not steps.is_reply}
    if steps.to_me:
        found["assigneeId"] = MYSELF
    names = {
        "status": "status",
        "assignee_id": "assigneeId",
        "priority": "priority",
        "category_id": "categoryId",
        "subcategory_id": "subCategoryId",
        "fields": "customFields",
    }
    found |= {names[name]: value for name, value in changes.items()}
    if steps.along.add_tags:
        found["addTags"] = list(steps.along.add_tags)
    if steps.along.remove_tags:
        found["removeTags"] = list(steps.along.remove_tags)
    return found
