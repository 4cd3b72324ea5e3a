"""What webhooks are sent: an event with its ticket and its message, in the shapes of answers."""

from typing import Any

import msgspec

from ..accounts.models import DESK, User
from ..database import db, load
from ..errors import NotFound
from ..events import Event
from ..tickets import queries
from ..tickets.models import Message
from ..webhooks.kinds import OFFERED
from ..webhooks.models import Delivery
from . import examples, shapes, shaping
from .sides import STAFF

SECTION = "Webhooks"

# Events that have words, and whether these may be for staff alone.
_WITH_WORDS = {"ticket.opened": False, "ticket.replied": False, "ticket.noted": True}
HEADERS = {
    "webhook-id": "The same whenever this is sent again: whoever has seen it does nothing",
    "webhook-timestamp": "When this was sent, seconds since 1970; refuse what is older than 5 min",
    "webhook-signature": (
        "v1, and the HMAC-SHA256 in base64 of id, timestamp and body with full stops between; "
        "several with spaces between while a secret is renewed: one must fit. The key is what "
        "stands after whsec_ in the secret, decoded from base64"
    ),
}


class Told(shapes.Answered):
    """What happened.

    *event* is as in the log (null: a test), *ticket* as it is when this is first sent (null: it is
    gone), *message* what was opened, replied or noted.
    """

    event: shapes.LogEntry | None
    ticket: shapes.StaffTicketFacts | None
    message: shapes.StaffMessage | None


class WebhookCall(shapes.Answered):
    """The body of a call. *timestamp* is the event's; that of the call is in its headers."""

    type: str
    timestamp: shapes.Time
    data: Told


def body(delivery: Delivery, event: Event | None) -> str:
    """What is sent of *event* (None: a test)."""
    if event is None:
        told = Told(event=None, ticket=None, message=None)
        call = WebhookCall(type=delivery.kind, timestamp=delivery.created_at, data=told)
    else:
        call = call_of(event, _name(event), facts_of(event.ticket_id))
    return msgspec.json.encode(call).decode()


def call_of(
    event: Event, actor_name: str | None, ticket: shapes.StaffTicketFacts | None
) -> WebhookCall:
    """What is told of *event*; *ticket* is None where it is gone, and so are its words then."""
    told = Told(
        event=shaping.log_entry(event, actor_name),
        ticket=ticket,
        message=None if ticket is None else _message(event),
    )
    return WebhookCall(type=event.kind, timestamp=event.created_at, data=told)


def facts_of(ticket_id: int | None) -> shapes.StaffTicketFacts | None:
    """The ticket as it is now, None where it is gone."""
    try:
        return shaping.staff_facts(queries.get(DESK, ticket_id or 0))
    except NotFound:
        return None


def _name(event: Event) -> str | None:
    return None if event.actor_id is None else load(User, event.actor_id).name


def _message(event: Event) -> shapes.StaffMessage | None:
    may_be_internal = _WITH_WORDS.get(event.kind)
    if may_be_internal is None or not isinstance(event.after, dict):
        return None
    message = db.session.get(Message, event.after.get("message_id"))
    if message is None or (message.internal and not may_be_internal):
        return None
    return shaping.staff_message(STAFF, message)


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The description of all calls, whose body has this *schema*."""
    return {kind: {"post": _call(kind, schema)} for kind in OFFERED}


def example(kind: str) -> Any:
    """What is sent of an event of this *kind*."""
    event, message = msgspec.structs.replace(examples.LOG_ENTRY, action=kind), None
    if kind in _WITH_WORDS:
        message = msgspec.structs.replace(examples.STAFF_MESSAGE, internal=_WITH_WORDS[kind])
        event = msgspec.structs.replace(event, before=None, after={"message_id": message.id})
    told = Told(event=event, ticket=examples.STAFF_TICKET, message=message)
    return msgspec.to_builtins(WebhookCall(type=kind, timestamp=event.created_date, data=told))


def _call(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": f"{kind.replace('.', '_')}_webhook",
        "tags": [SECTION],
        "summary": str.__str__(  # in English, whoever reads it
            OFFERED[kind]
        ),
        "description": (
            "Sent to webhooks (Settings, Webhooks) that chose it, as standardwebhooks.com says: at "
            "least once, and of one ticket in order. What is not answered with 2xx within 15 s is "
            "sent again, for a day; 410 ends it."
        ),
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": meaning,
                "schema": {"type": "string"},
            }
            for name, meaning in HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example(kind)}},
        },
        "responses": {"2XX": {"description": "It has arrived"}},
    }
