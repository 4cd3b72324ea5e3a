"""What others did while somebody wrote: seen before anything is sent."""

from collections.abc import Sequence

from flask_login import current_user

from ...errors import Conflict
from ...i18n import gettext as _
from ...tickets import queries
from ...tickets.models import Ticket
from .choices import id_of
from .holding import held_by_others


class Newcomers(Conflict):
    """Others wrote on the ticket while this person did."""

    def __init__(self, message_ids: Sequence[int]) -> None:
        self.message_ids = message_ids
        super().__init__(
            _(
                "While you were writing, somebody else wrote on this ticket. Your text was not "
                "sent yet: read what is new, then send it again or change it."
            )
        )


def look_around(ticket: Ticket, last_message_id: str | None, seen_held: str | None) -> None:
    """Raise a Conflict where others wrote after what the person had on the screen.

    The two say what that was, as the form's hidden fields do.
    """
    last = id_of(last_message_id or "")
    if last is not None and (found := queries.arrived_after(current_user, ticket, last)):
        raise Newcomers(found)
    unseen = held_by_others(ticket, seen_held or "")
    if unseen:
        raise Conflict(
            _(
                "%(name)s has just answered this ticket. Your text was not sent yet: read theirs, "
                "then send yours or change it.",
                name=unseen[0].author.name,
            )
        )
