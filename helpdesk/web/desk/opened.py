"""All that the page of a ticket reads of it, in one step."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from ...accounts.models import Person
from ...accounts.queries import ASSIGNEES, Colleague
from ...database import AtOnce
from ...fields import queries as fields
from ...mail.queries import opened as mail
from ...mail.sending.links import OPEN_LINKS
from ...people.queries import opened as people
from ...tickets import queries
from ...tickets.queries import opened as of_ticket
from ...tickets.queries import opened_by_staff as of_staff


class Opened(Struct, frozen=True):
    """A ticket and what belongs to it, as rows; *files* are by what they hang on."""

    ticket: of_ticket.OpenTicket
    messages: Sequence[of_ticket.Said]
    files: Mapping[int, Sequence[of_ticket.File]]
    events: Sequence[of_staff.Happened]
    undoing: Mapping[str, str]  # a deed, and the one that it takes back or does again
    undone: frozenset[str]
    followers: Sequence[of_ticket.Following]
    draft: of_staff.OpenDraft | None
    draft_files: Sequence[of_ticket.File]
    held: Sequence[of_staff.HeldWords]
    held_files: Mapping[int, Sequence[of_ticket.File]]
    linked: Sequence[Any]
    others: Sequence[Any]  # of the requester
    came: Mapping[int, mail.CameBy]  # mails, by message
    sent: Mapping[int, Sequence[mail.SentOn]]
    has_mail_links: bool
    notes: Sequence[Any]  # about the requester
    company: Any
    customer_fields: Sequence[Any]  # for fields.by_key
    ticket_fields: Sequence[Any]
    staff: Sequence[Colleague]


@cache
def _everything() -> AtOnce:
    return AtOnce(
        of_ticket.ticket(is_staff=True),
        of_ticket.conversation(is_staff=True),
        of_ticket.files(is_staff=True),
        of_staff.EVENTS,
        of_staff.UNDOING,
        of_staff.UNDONE,
        of_ticket.FOLLOWERS,
        of_staff.DRAFT,
        of_staff.DRAFT_FILES,
        of_staff.HELD,
        of_staff.HELD_FILES,
        of_staff.LINKED,
        of_staff.OTHERS,
        mail.CAME,
        mail.SENT,
        OPEN_LINKS,
        people.NOTES,
        people.COMPANY,
        people.FIELDS,
        fields.OF_TICKET,
        ASSIGNEES,
    )


def opened(reader: Person, ticket_id: int) -> Opened:
    """The ticket with this id for *reader*, who is of the staff. Raises NotFound."""
    if not 0 < ticket_id < 2**63:
        raise queries.no_such_ticket()
    ticket, messages, files, events, undoing, undone, followers, draft, draft_files, held, *more = (
        _everything().rows(
            ticket_id=ticket_id, reader_id=reader.id, news_since=queries.news_since(reader)
        )
    )
    if not ticket:
        raise queries.no_such_ticket()
    held_files, linked, others, came, sent, links, notes, company, *filled, staff = more
    return Opened(
        ticket=ticket[0],
        messages=messages,
        files=of_ticket.by_what(files),
        events=events,
        undoing={row.batch: row.undoes for row in undoing},
        undone=frozenset(row.undoes for row in undone),
        followers=followers,
        draft=draft[0] if draft else None,
        draft_files=draft_files,
        held=held,
        held_files=of_ticket.by_what(held_files),
        linked=linked,
        others=others,
        came={one.message_id: one for one in came},
        sent=mail.by_message(sent),
        has_mail_links=bool(links),
        notes=notes,
        company=company[0] if company else None,
        customer_fields=filled[0],
        ticket_fields=filled[1],
        staff=staff,
    )
