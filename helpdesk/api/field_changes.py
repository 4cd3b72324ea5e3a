"""The fields of a ticket that staff change, one ticket at a time or many at once."""

from typing import Annotated, Any

from ..tickets.actions import UNSET, Changes, Unset
from ..tickets.models import Priority, Status
from . import kinds
from .reading import Shape


class FieldChanges(Shape, kw_only=True):
    """What may be set; what is left out stays."""

    status: Annotated[Status | Unset, kinds.BODY_STATUS.says("The status.", "pending")] = UNSET
    assignee_id: Annotated[
        int | Unset | None, kinds.CLEARABLE_ID.says("Whose it is; null is nobody's.", 7)
    ] = UNSET
    priority: Annotated[Priority | Unset, kinds.PRIORITY.says("The priority.", "high")] = UNSET
    category_id: Annotated[
        int | Unset | None, kinds.CLEARABLE_ID.says("A top-level category; null is none.")
    ] = UNSET
    sub_category_id: Annotated[
        int | Unset | None, kinds.CLEARABLE_ID.says("A category below it; null is none.")
    ] = UNSET

    def fields(self, **more: Any) -> Changes:
        """These as an action takes them, with *more* of its fields."""
        return Changes(
            status=self.status,
            assignee_id=self.assignee_id,
            priority=self.priority,
            category_id=self.category_id,
            subcategory_id=self.sub_category_id,
            **more,
        )
