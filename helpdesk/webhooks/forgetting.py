"""Dropping what webhooks were told of somebody, or of a ticket that is no more."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from ..database import db
from ..events import Event
from .models import Attempt, Delivery

_AT_ONCE = 1000  # ids in a statement


def forget(ids: sa.Select[int]) -> int:
    """Drop the deliveries that *ids* selects; how many. Only inside a ``transaction()``."""
    found = db.session.scalars(ids).all()
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        _delete(Attempt, Attempt.delivery_id.in_(some))
        _delete(Delivery, Delivery.id.in_(some))
    return len(found)


def forget_tickets(ids: Collection[int]) -> None:
    """Drop what was told of these tickets. Only inside a ``transaction()``."""
    forget(sa.select(Delivery.id).where(Delivery.ticket_id.in_(ids)))


def forget_deeds(user_ids: Collection[int]) -> None:
    """Drop what was told of events that these people did or that are about them."""
    theirs = sa.or_(Event.actor_id.in_(user_ids), Event.user_id.in_(user_ids))
    forget(sa.select(Delivery.id).join(Event, Event.id == Delivery.event_id).where(theirs))


def _delete(model: Any, condition: Any) -> None:
    gone = sa.delete(model).where(condition)
    db.session.execute(gone.execution_options(synchronize_session=False))
