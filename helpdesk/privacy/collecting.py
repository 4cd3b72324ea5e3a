"""What there is of one person, as JSON can hold it."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.factors.models import Device
from ..accounts.models import ApiToken, BrowserSession, User
from ..database import db
from ..fields import queries as fields
from ..fields.models import About
from ..people.models import Company, CustomerNote
from ..tickets.models import Attachment, Category, Message, Ticket, ref_of
from . import whose

_AT_ONCE = 100  # tickets


def person(user_id: int, *, with_notes: bool) -> dict[str, Any]:
    """Who they are, and what the desk knows of them beside their requests."""
    ids = whose.accounts_of(user_id)
    user = db.session.get_one(User, user_id)
    company = None if user.company_id is None else db.session.get(Company, user.company_id)
    known = {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "otherAccounts": _other_accounts(ids, user_id),
        "role": user.role.value,
        "language": user.language,
        "company": None if company is None else company.name,
        "since": clock.iso(user.created_at),
        "facts": _facts(user),
        "signedIn": _signed_in(ids),
        "apiTokens": _tokens(ids),
    }
    return known | ({"notesAboutThem": _notes(ids)} if with_notes else {})


def requests(user_id: int, *, with_notes: bool) -> Iterator[dict[str, Any]]:
    """Their requests with what was said in them, a few read at a time."""
    ids, last = whose.accounts_of(user_id), 0
    while True:
        query = sa.select(Ticket).where(Ticket.requester_id.in_(ids), Ticket.id > last)
        tickets = db.session.scalars(query.order_by(Ticket.id).limit(_AT_ONCE)).all()
        if not tickets:
            break
        said = _said([ticket.id for ticket in tickets], with_notes=with_notes)
        facts = fields.values(About.TICKET, [ticket.id for ticket in tickets])
        shown = _shown(About.TICKET, with_notes=with_notes)
        for ticket in tickets:
            yield _request(ticket, said.get(ticket.id, []), _labelled(shown, facts[ticket.id]))
        last = tickets[-1].id
        db.session.expunge_all()


def elsewhere(user_id: int) -> list[dict[str, Any]]:
    """What they wrote on the requests of others."""
    ids = whose.accounts_of(user_id)
    query = (
        sa.select(Message)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(
            Message.author_id.in_(ids),
            Message.internal.is_(False),
            Ticket.requester_id.not_in(ids),
        )
        .order_by(Message.id)
    )
    return [
        {"request": ref_of(one.ticket_id), **_message(one)} for one in db.session.scalars(query)
    ]


def _request(ticket: Ticket, said: list[dict[str, Any]], facts: dict[str, Any]) -> dict[str, Any]:
    category = None if ticket.category_id is None else db.session.get(Category, ticket.category_id)
    return {
        "number": ticket.ref,
        "subject": ticket.subject,
        "status": ticket.status.value,
        "category": None if category is None else category.name,
        "opened": clock.iso(ticket.created_at),
        "facts": facts,
        "messages": said,
    }


def _said(ticket_ids: Sequence[int], *, with_notes: bool) -> dict[int, list[dict[str, Any]]]:
    query = sa.select(Message).where(Message.ticket_id.in_(ticket_ids))
    if not with_notes:
        query = query.where(Message.internal.is_(False))
    found: dict[int, list[dict[str, Any]]] = {}
    for message in db.session.scalars(query.order_by(Message.created_at, Message.id)):
        found.setdefault(message.ticket_id, []).append(_message(message))
    return found


def _message(message: Message) -> dict[str, Any]:
    return {
        "written": clock.iso(message.created_at),
        "by": message.author_kind.value,  # who of the staff is nothing of theirs
        "isNote": message.internal,
        "words": message.body,
        "files": [_file(one) for one in message.attachments],
    }


def _file(one: Attachment) -> dict[str, Any]:
    return {
        "name": one.file_name,
        "size": one.size,
        "type": one.content_type,
        "sha256": one.sha256,
        "storedAs": one.stored_name,  # writing.py makes a path of it
    }


def _other_accounts(ids: Sequence[int], user_id: int) -> list[dict[str, Any]]:
    query = sa.select(User).where(User.id.in_(ids), User.id != user_id).order_by(User.id)
    return [
        {"id": one.id, "name": one.name, "email": one.email} for one in db.session.scalars(query)
    ]


def _facts(user: User) -> dict[str, Any]:
    shown = _shown(About.CUSTOMER, with_notes=True)
    return _labelled(shown, fields.values(About.CUSTOMER, [user.id])[user.id])


def _shown(about: About, *, with_notes: bool) -> dict[str, str]:
    """The labels of the shop's own fields: those of customers, with notes all of them."""
    from ..accounts.models import DESK

    return {one.key: one.label for one in fields.fields(DESK if with_notes else None, about)}


def _labelled(labels: dict[str, str], values: Any) -> dict[str, Any]:
    return {labels[key]: value for key, value in values.items() if key in labels}


def _signed_in(ids: Sequence[int]) -> list[dict[str, Any]]:
    sessions = sa.select(BrowserSession).where(BrowserSession.user_id.in_(ids))
    devices = sa.select(Device).where(Device.user_id.in_(ids))
    found: list[BrowserSession | Device] = [
        *db.session.scalars(sessions.order_by(BrowserSession.id)),
        *db.session.scalars(devices.order_by(Device.id)),
    ]
    return [
        {
            "from": one.ip,
            "with": one.user_agent,
            "first": clock.iso(one.created_at),
            "last": clock.iso(one.last_seen_at),
        }
        for one in found
    ]


def _tokens(ids: Sequence[int]) -> list[dict[str, Any]]:
    query = sa.select(ApiToken).where(ApiToken.user_id.in_(ids)).order_by(ApiToken.id)
    return [
        {"name": one.name, "made": clock.iso(one.created_at)} for one in db.session.scalars(query)
    ]


def _notes(ids: Sequence[int]) -> list[dict[str, Any]]:
    query = sa.select(CustomerNote).where(CustomerNote.user_id.in_(ids)).order_by(CustomerNote.id)
    return [
        {"written": clock.iso(one.created_at), "words": one.body}
        for one in db.session.scalars(query)
    ]
