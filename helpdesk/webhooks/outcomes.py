"""What becomes of a delivery once it was tried: delivered, tried again, given up."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .. import clock
from ..database import db, transaction
from ..events import record
from ..i18n import gettext as _
from .models import Attempt, Delivery, DeliveryState, Webhook

if TYPE_CHECKING:
    from .speaking import Answer

# Seconds from one attempt to the next: nearly a day in all, then it is given up.
PAUSES = (5, 60, 300, 1800, 7200, 18000, 28800, 28800)
LONGEST_REST = 60  # seconds that a webhook which fails is left alone for, whatever waits
_LONGEST_WAIT = 3600  # seconds that another server may ask for
_FIRST_REST = 5
_GONE = 410


def note(
    delivery_id: int,
    lease: str,
    begun_at: datetime,
    took_ms: int,
    *,
    answer: "Answer | None" = None,
    error: str = "",
) -> None:
    """Write down what came of an attempt, and what follows from it."""
    with transaction():
        delivery = db.session.get(Delivery, delivery_id)
        if delivery is None:  # its ticket was deleted for good, or its webhook
            return
        webhook = db.session.get_one(Webhook, delivery.webhook_id)
        error = error or _fault(answer)
        db.session.add(
            Attempt(
                delivery_id=delivery_id,
                begun_at=begun_at,
                took_ms=took_ms,
                status=answer.status if answer else None,
                answer=answer.text if answer else "",
                error=error,
            )
        )
        if webhook.lease != lease or delivery.state is not DeliveryState.WAITING:
            return  # somebody else has sent it meanwhile, and said what came of it
        delivery.attempts += 1
        if not error:
            _delivered(webhook, delivery)
        else:
            _failed(webhook, delivery, answer, error)


def _fault(answer: "Answer | None") -> str:
    """What is wrong with *answer*; nothing where it says that all is well."""
    if answer is None or 200 <= answer.status < 300:
        return ""
    if 300 <= answer.status < 400 and answer.to:
        return _(
            "The answer was %(status)s, to another address, which is not followed: %(url)s",
            status=answer.status,
            url=answer.to,
        )
    return _("The answer was %(status)s.", status=answer.status)


def _delivered(webhook: Webhook, delivery: Delivery) -> None:
    now = clock.now()
    delivery.state, delivery.finished_at = DeliveryState.DELIVERED, now
    webhook.delivered_at = now
    webhook.failures, webhook.failing_since, webhook.last_error = 0, None, ""
    webhook.rests_until = None


def _failed(webhook: Webhook, delivery: Delivery, answer: "Answer | None", error: str) -> None:
    now = clock.now()
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or now
    webhook.last_error = error
    asked = min(answer.wait, _LONGEST_WAIT) if answer is not None else 0
    rest = max(asked, min(_FIRST_REST * 2 ** min(webhook.failures - 1, 10), LONGEST_REST))
    webhook.rests_until = now + timedelta(seconds=rest)
    if answer is not None and answer.status == _GONE:
        _give_up(delivery)
        _pause(webhook, _("It answered 410: nothing is to be sent there any more."))
    elif delivery.attempts > len(PAUSES):
        _give_up(delivery)
        if webhook.failing_since <= now - timedelta(seconds=sum(PAUSES)):
            _pause(webhook, _("Nothing could be delivered for a day. %(why)s", why=error))
    else:
        pause = max(PAUSES[delivery.attempts - 1], asked)
        delivery.due_at = now + timedelta(seconds=pause)


def _give_up(delivery: Delivery) -> None:
    delivery.state, delivery.finished_at = DeliveryState.FAILED, clock.now()


def _pause(webhook: Webhook, why: str) -> None:
    webhook.is_active, webhook.why_paused = False, why
    record(None, "webhook.paused", after={"id": webhook.id, "name": webhook.name, "why": why})
