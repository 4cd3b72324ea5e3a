"""Reads of webhooks, for admins."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from ..database import Prepared, db, rows, until_written
from ..errors import NotFound
from ..i18n import gettext as _
from . import policy
from .models import Attempt, Delivery, DeliveryState, Webhook

ROWS = 50  # a page


@dataclass(frozen=True)
class Page:
    """Deliveries, the newest first, what came of each last, and whether there are older ones."""

    rows: Sequence[Delivery]
    last: Mapping[int, Attempt]
    has_older: bool


def webhooks(actor: policy.Known) -> Sequence[Webhook]:
    """All of them. Raises NotAllowed."""
    policy.require_manager(actor)
    return db.session.scalars(sa.select(Webhook).order_by(Webhook.id)).all()


def waiting_count() -> int:
    """How many deliveries are not made yet: from an index that has only those."""
    query = sa.select(sa.func.count()).where(Delivery.state == DeliveryState.WAITING)
    return db.session.scalar(query) or 0


def get(actor: policy.Known, webhook_id: int) -> Webhook:
    """One of them. Raises NotAllowed, NotFound."""
    policy.require_manager(actor)
    found = db.session.get(Webhook, webhook_id) if 0 < webhook_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such webhook."))
    return found


def counts() -> Mapping[int, Mapping[DeliveryState, int]]:
    """How many deliveries of each webhook are in which state."""
    found: dict[int, dict[DeliveryState, int]] = defaultdict(lambda: defaultdict(int))
    query = sa.select(Delivery.webhook_id, Delivery.state, sa.func.count())
    for webhook_id, state, count in db.session.execute(
        query.group_by(Delivery.webhook_id, Delivery.state)
    ):
        found[webhook_id][state] = count
    return found


def deliveries(webhook: Webhook, state: DeliveryState | None = None, *, before: int = 0) -> Page:
    """A page of the deliveries of *webhook*; *before* is the id of the last one that was seen."""
    query = sa.select(Delivery).where(Delivery.webhook_id == webhook.id)
    if state is not None:
        query = query.where(Delivery.state == state)
    if before:
        query = query.where(Delivery.id < before)
    found = db.session.scalars(query.order_by(Delivery.id.desc()).limit(ROWS + 1)).all()
    return Page(found[:ROWS], _last_of(found[:ROWS]), len(found) > ROWS)


def _last_of(found: Sequence[Delivery]) -> Mapping[int, Attempt]:
    newest = (
        sa.select(sa.func.max(Attempt.id))
        .where(Attempt.delivery_id.in_([one.id for one in found]))
        .group_by(Attempt.delivery_id)
    )
    last = db.session.scalars(sa.select(Attempt).where(Attempt.id.in_(newest)))
    return {attempt.delivery_id: attempt for attempt in last}


def delivery(webhook: Webhook, delivery_id: int) -> Delivery:
    """One delivery with all its attempts. Raises NotFound."""
    found = None
    if 0 < delivery_id < 2**63:
        query = sa.select(Delivery).options(selectinload(Delivery.tries))
        mine = query.where(Delivery.webhook_id == webhook.id, Delivery.id == delivery_id)
        found = db.session.scalar(mine)
    if found is None:
        raise NotFound(_("There is no such delivery: they are kept for 30 days."))
    return found


def ailing() -> Sequence[Any]:
    """Webhooks that the desk itself has paused: ``id``, ``name``, ``why_paused``."""
    return until_written("ailing webhooks", lambda: rows(_AILING))


_AILING = Prepared(
    sa.select(Webhook.id, Webhook.name, Webhook.why_paused)
    .where(Webhook.is_active.is_(False), Webhook.why_paused != "")
    .order_by(Webhook.id)
)
