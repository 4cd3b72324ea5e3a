"""What is to be sent next: of one ticket one after the other, and never more than due."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from .. import clock
from ..database import db
from .models import Delivery, Webhook

# Said to the letter, or SQLite can't know that the indexes of what waits have all of them.
_WAITS = sa.text("webhook_deliveries.state = 'waiting'")


def next_due(webhook_id: int) -> Delivery | None:
    """What may be sent now and has been due longest; None: nothing is, or the webhook rests."""
    now = clock.now()
    webhook = db.session.get(Webhook, webhook_id)
    if webhook is None or not webhook.is_active:
        return None
    if webhook.rests_until is not None and webhook.rests_until > now:
        return None
    return _first(webhook_id, Delivery.due_at <= now)


def next_moment(webhook: Webhook) -> datetime | None:
    """When something may be sent; None: nothing waits, or *webhook* is paused."""
    first = _first(webhook.id) if webhook.is_active else None
    if first is None:
        return None
    rests_until = webhook.rests_until
    return first.due_at if rests_until is None else max(first.due_at, rests_until)


def _first(webhook_id: int, *conditions: Any) -> Delivery | None:
    """What is due first, among those before which no other of the same ticket waits."""
    earlier = aliased(Delivery, name="earlier")
    is_later = (
        sa.select(earlier.id)
        .where(
            earlier.webhook_id == webhook_id,
            sa.text("earlier.state = 'waiting'"),
            earlier.ticket_id == Delivery.ticket_id,
            earlier.id < Delivery.id,
        )
        .exists()
    )
    query = sa.select(Delivery).where(
        Delivery.webhook_id == webhook_id, _WAITS, ~is_later, *conditions
    )
    found: Delivery | None = db.session.scalar(
        query.order_by(Delivery.due_at, Delivery.id).limit(1)
    )
    return found
