"""Events become deliveries, in the transaction that records them."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from flask import Flask, current_app

from .. import clock
from ..database import Prepared, insert, kept, rows
from ..events import EVERYTHING, Event, subscribe
from ..jobs import enqueue
from .forgetting import forget_tickets
from .kinds import OFFERED
from .models import Delivery, DeliveryState, Webhook
from .signing import new_key

SEND = "webhook.send"
_BODIES = "helpdesk.webhooks.bodies"

Bodies = Callable[[Delivery, Event | None], str]


def install(app: Flask) -> None:
    """Ask to be told of the events that webhooks are told of."""
    subscribe(app, EVERYTHING, _happened)


def worded_by(app: Flask, bodies: Bodies) -> None:
    """Let *bodies* say what is sent: a text in JSON for a delivery and its event (None: a test)."""
    app.extensions[_BODIES] = bodies


def body_of(delivery: Delivery, event: Event | None) -> str:
    """What is sent of *event*."""
    bodies: Bodies = current_app.extensions[_BODIES]
    return bodies(delivery, event)


def add(webhook_id: int, kind: str, event: Event | None) -> Delivery:
    """A delivery that is to be sent at once. Only inside a ``transaction()``."""
    now = clock.now()
    made = insert(
        Delivery,
        key=new_key(),
        webhook_id=webhook_id,
        kind=kind,
        event_id=None if event is None else event.id,
        ticket_id=None if event is None else event.ticket_id,
        state=DeliveryState.WAITING,
        attempts=0,
        due_at=now,
        created_at=now,
    )
    ask_to_send(webhook_id)
    return made


def ask_to_send(webhook_id: int) -> None:
    """Have somebody look what waits for this webhook, after the transaction at hand."""
    enqueue(SEND, {"webhook": webhook_id}, key=str(webhook_id), due_at=clock.now())


def _happened(event: Event) -> None:
    if event.kind not in OFFERED:
        return
    if event.kind == "ticket.purged":
        forget_tickets([event.ticket_id or 0])
    for webhook_id in _subscribed().get(event.kind, ()):
        add(webhook_id, event.kind, event)


@kept("webhooks")
def _subscribed() -> Mapping[str, tuple[int, ...]]:
    """Which webhooks in use want to hear of which events."""
    found: dict[str, tuple[int, ...]] = {}
    for row in rows(_IN_USE):
        for kind in row.kinds:
            found[kind] = (*found.get(kind, ()), row.id)
    return found


_IN_USE = Prepared(
    sa.select(Webhook.id, Webhook.kinds).where(Webhook.is_active).order_by(Webhook.id)
)
