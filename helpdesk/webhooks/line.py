"""What is to be sent next: of one ticket one after the other, and never more than due."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from .. import clock
from ..database import db
from .models import Delivery, DeliveryState, Webhook

# Said to the letter, or SQLite can't know that the index of what waits has all of them.
_WAITS = sa.text("webhook_deliveries.state = 'waiting'")


def next_due(webhook_id: int) -> Delivery | None:
    """What may be sent now and has been due longest; None: nothing is, or the webhook rests."""
    now = clock.now()
    webhook = db.session.get(Webhook, webhook_id)
    if webhook is None or not webhook.is_active:
        return None
    if webhook.rests_until is not None and webhook.rests_until > now:
        return None
    query = _first_ones(sa.select(Delivery), webhook_id).where(Delivery.due_at <= now)
    found: Delivery | None = db.session.scalar(
        query.order_by(Delivery.due_at, Delivery.id).limit(1)
    )
    return found


def next_moment(webhook: Webhook) -> datetime | None:
    """When something may be sent; None: nothing waits, or *webhook* is paused."""
    if not webhook.is_active:
        return None
    due: datetime | None = db.session.scalar(
        _first_ones(sa.select(sa.func.min(Delivery.due_at)), webhook.id)
    )
    if due is None or webhook.rests_until is None:
        return due
    return max(due, webhook.rests_until)


def _first_ones(query: Any, webhook_id: int) -> Any:
    """Those before which no other of the same ticket waits."""
    earlier = aliased(Delivery)
    is_later = (
        sa.select(earlier.id)
        .where(
            earlier.webhook_id == webhook_id,
            earlier.state == DeliveryState.WAITING,
            earlier.ticket_id == Delivery.ticket_id,
            earlier.id < Delivery.id,
        )
        .exists()
    )
    return query.where(Delivery.webhook_id == webhook_id, _WAITS, ~is_later)
