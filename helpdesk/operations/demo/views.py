"""The views that people of the demo have saved."""

from collections.abc import Mapping

from ...accounts.models import User
from ...tickets.queries import Sort
from ...views.actions import ViewDraft, save_view

_OPEN = ["open", "pending"]
_VIEWS = (
    ViewDraft(
        name="Late VIPs",
        rules={"status": ["open"], "customer.wholesale": ["yes"], "waiting.older": ["4h"]},
        sort=Sort.PRIORITY,
        is_shared=True,
    ),
    ViewDraft(
        name="Waiting for parts",
        rules={"status": _OPEN, "tag": ["spare part", "replacement", "plug"]},
        sort=Sort.ACTIVITY,
        is_shared=True,
    ),
    ViewDraft(
        name="Quiet for three days",
        rules={"status": ["pending"], "assignee": ["me"], "customer_wrote.older": ["3d"]},
        sort=Sort.ACTIVITY,
    ),
)


def add_all(users: Mapping[str, User]) -> None:
    """Keep them for Mira, whose shop it is."""
    for draft in _VIEWS:
        save_view(users["mira"], draft)
