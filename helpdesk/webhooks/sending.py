"""Sending what waits: the job ``webhook.send``, one for each webhook.

At least once: whoever dies between an answer and its row leaves a delivery that is sent again,
under the same key. In order: of one webhook only one job runs, and a delivery waits for those of
its ticket that came before it.
"""

import logging
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from .. import clock
from ..accounts.sealing import unseal
from ..database import db, transaction
from ..errors import HelpdeskError
from ..events import Event
from ..i18n import gettext as _
from ..jobs import enqueue
from ..settings import Settings
from . import signing
from .line import next_due, next_moment
from .making import SEND, body_of
from .models import Delivery, Webhook
from .outcomes import note
from .targets import Target, target_of

AT_ONCE = 20  # deliveries, until others have their turn

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ready:
    """What is sent now."""

    delivery_id: int
    target: Target
    headers: dict[str, str]
    body: bytes
    begun_at: datetime


def send(payload: dict[str, Any]) -> None:
    """Send what waits for a webhook."""
    webhook_id, lease = int(payload["webhook"]), secrets.token_hex(16)
    _take(webhook_id, lease)
    try:
        for _turn in range(AT_ONCE):
            if not _send_next(webhook_id, lease):
                break
    except BaseException:
        _let_go(webhook_id, lease, goes_on=False)  # the job itself is tried again
        raise
    _let_go(webhook_id, lease, goes_on=True)


def _take(webhook_id: int, lease: str) -> None:
    """Have the webhook for ourselves."""
    with transaction():
        webhook = db.session.get(Webhook, webhook_id)
        if webhook is not None:
            webhook.lease = lease


def _let_go(webhook_id: int, lease: str, *, goes_on: bool) -> None:
    """Give it back, and where it *goes_on* say when somebody should look again."""
    with transaction():
        webhook = db.session.get(Webhook, webhook_id)
        if webhook is None or webhook.lease != lease:
            return
        webhook.lease = None
        following = next_moment(webhook) if goes_on else None
        if following is not None:
            enqueue(SEND, {"webhook": webhook_id}, key=str(webhook_id), due_at=following)


def _send_next(webhook_id: int, lease: str) -> bool:
    """Send one; False where there is nothing to send."""
    # Here and not above: no start needs what speaks TLS.
    from .speaking import post

    try:
        ready = _made_ready(webhook_id, lease)
    except _NotReady as no:
        note(no.delivery_id, lease, no.begun_at, 0, error=no.reason)
        return True
    if ready is None:
        return False
    settings: Settings = current_app.config["HELPDESK"]
    answer, error, began = None, "", time.monotonic()
    try:
        answer = post(ready.target, ready.headers, ready.body, settings.webhooks_private)
    except HelpdeskError as failure:
        error = failure.message
    took_ms = round((time.monotonic() - began) * 1000)
    note(ready.delivery_id, lease, ready.begun_at, took_ms, answer=answer, error=error)
    return True


class _NotReady(Exception):
    """It could not even be tried."""

    def __init__(self, delivery_id: int, begun_at: datetime, reason: str) -> None:
        super().__init__(reason)
        self.delivery_id, self.begun_at, self.reason = delivery_id, begun_at, reason


def _made_ready(webhook_id: int, lease: str) -> Ready | None:
    """The next delivery, its body made and kept; None: there is none. Raises _NotReady."""
    if next_due(webhook_id) is None:  # read first: who only looks keeps nobody from writing
        db.session.rollback()
        return None
    with transaction():
        delivery = next_due(webhook_id)
        webhook = db.session.get(Webhook, webhook_id)
        if delivery is None or webhook is None or webhook.lease != lease:
            return None
        found = _ready(webhook, delivery, clock.now())
    db.session.rollback()  # no snapshot of the database is held while a server is waited for
    if isinstance(found, _NotReady):
        raise found
    return found


def _ready(webhook: Webhook, delivery: Delivery, now: datetime) -> Ready | _NotReady:
    try:
        body = _body(delivery).encode()
        keys = secrets_of(webhook, now)
        target = target_of(webhook.url)
    except HelpdeskError as error:
        return _NotReady(delivery.id, now, error.message)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "helpdesk-webhooks",
        **signing.headers(keys, delivery.key, now, body),
    }
    return Ready(delivery.id, target, headers, body, now)


def _body(delivery: Delivery) -> str:
    """What is sent, kept from the first time on. Raises HelpdeskError."""
    if delivery.body is None:
        event = None if delivery.event_id is None else db.session.get(Event, delivery.event_id)
        try:
            delivery.body = body_of(delivery, event)
        except Exception:  # a fault of ours must not keep all that comes after it
            _log.exception("The words of delivery %s could not be made", delivery.key)
            raise HelpdeskError(
                _("The desk could not say what happened; its log says why.")
            ) from None
    return delivery.body


def secrets_of(webhook: Webhook, now: datetime) -> list[str]:
    """What is signed with, the newest first. Raises HelpdeskError where it can't be read."""
    if not webhook.secret:
        raise HelpdeskError(_("This webhook has no secret: make a new one."))
    found = [unseal(webhook.secret, purpose(webhook.id))]
    until = webhook.old_secret_until
    if webhook.old_secret and until is not None and until > now:
        found.append(unseal(webhook.old_secret, purpose(webhook.id)))
    return found


def purpose(webhook_id: int) -> str:
    """What the secrets of a webhook are sealed for."""
    return f"webhook {webhook_id}"
