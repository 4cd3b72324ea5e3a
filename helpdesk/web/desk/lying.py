"""What the page of a ticket says where it doesn't lie in the inbox, and what it is linked to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_login import current_user
from msgspec import Struct

from ...tickets import actions, queries
from ...tickets.models import Place, ref_of
from .opened import Opened


class Lying(Struct, frozen=True):
    """Where a ticket lies, as far as that isn't the inbox."""

    place: Place
    since: datetime | None
    goes_at: datetime | None  # for good, from the bin
    into: int | None  # the ticket that has its words
    undo: str  # the deed that merged it
    links: Sequence[Any]

    @property
    def is_in_inbox(self) -> bool:
        return self.place is Place.INBOX

    @property
    def into_ref(self) -> str:
        return "" if self.into is None else ref_of(self.into)


def lying(opened: Opened) -> Lying:
    """Where a ticket lies, and its links: no query, or one where it was merged."""
    ticket = opened.ticket
    undo = ""
    if ticket.merged_into_id is not None and ticket.place is Place.MERGED:
        undo = queries.merging_deed(current_user, ticket.id, ticket.merged_into_id)
    return Lying(
        ticket.place,
        ticket.placed_at,
        actions.goes_at(ticket.place, ticket.placed_at),
        ticket.merged_into_id,
        undo,
        opened.linked,
    )
