"""All that the page of a request reads of it, in one step."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from ...accounts.models import Person
from ...database import AtOnce
from ...fields import queries as fields
from ...mail.queries import opened as mail
from ...tickets import queries
from ...tickets.queries import opened as of_ticket


class Opened(Struct, frozen=True):
    """A request and what its requester sees of it, as rows; *files* are by message."""

    ticket: of_ticket.OpenTicket
    messages: Sequence[of_ticket.Said]
    files: Mapping[int, Sequence[of_ticket.File]]
    followers: Sequence[of_ticket.Following]
    copied: Sequence[mail.CopiedBy]
    fields: Sequence[Any]  # for fields.by_key


@cache
def _everything() -> AtOnce:
    return AtOnce(
        of_ticket.ticket(is_staff=False),
        of_ticket.conversation(is_staff=False),
        of_ticket.files(is_staff=False),
        of_ticket.FOLLOWERS,
        mail.COPIED,
        fields.OF_TICKET,
    )


def opened(reader: Person, ticket_id: int) -> Opened:
    """The request with this id, if it is *reader*'s own; or of one that was merged, the ticket that
    its words are in now, and nothing else of that. Raises NotFound."""
    if not 0 < ticket_id < 2**63:
        raise queries.no_such_ticket()
    ticket, messages, files, *more = _everything().rows(ticket_id=ticket_id, reader_id=reader.id)
    if not ticket:
        raise queries.no_such_ticket()
    return Opened(ticket[0], messages, of_ticket.by_what(files), *more)
