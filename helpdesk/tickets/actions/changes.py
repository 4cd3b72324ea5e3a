"""What is to change of a ticket, and what an undo of such a change is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...accounts.models import Actor
from ...events import Event
from ...i18n import gettext as _
from ...i18n import lazy
from ..models import Priority, Status, Ticket

LONGEST_TAG, MOST_TAGS = 40, 20
LONGEST_SUBJECT = 250  # characters
# Puts back what an event did to a ticket; False where that has changed again since, None where
# the event only tells this ticket of what another event did.
Undo = Callable[[Actor, Ticket, Event], bool | None]
VALUE_WORDS: Mapping[Status | Priority, str] = {
    Status.OPEN: lazy("open"),
    Status.PENDING: lazy("pending"),
    Status.RESOLVED: lazy("resolved"),
    Status.CLOSED: lazy("closed"),
    Priority.LOW: lazy("low"),
    Priority.NORMAL: lazy("normal"),
    Priority.HIGH: lazy("high"),
    Priority.URGENT: lazy("urgent"),
}


class Unset:
    """The value of a field that is not being changed."""


UNSET: Final = Unset()


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What to change; a field that stays UNSET is left alone, None clears one."""

    status: Status | Unset = UNSET
    assignee_id: int | Unset | None = UNSET
    priority: Priority | Unset = UNSET
    category_id: int | Unset | None = UNSET
    subcategory_id: int | Unset | None = UNSET
    tags: Sequence[str] | Unset = UNSET
    fields: Mapping[str, Any] | Unset = UNSET  # custom ones, by key: those that are to change
    subject: str | Unset = UNSET

    def given(self) -> dict[str, Any]:
        """The fields that are to change, in the order of this class."""
        return {name: value for name, value in vars(self).items() if value is not UNSET}


def changed_again() -> str:
    """Why an undo leaves something as it is: the usual reason."""
    return _("Somebody has changed this again since: it was left as it is.")
