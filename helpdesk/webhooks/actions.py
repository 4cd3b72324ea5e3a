"""Webhooks: made, changed, paused, removed, tried; their deliveries sent again, and forgotten.

No event, log or page ever has a secret, but for the one answer to whoever made it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from .. import clock
from ..accounts.models import Actor
from ..accounts.sealing import seal
from ..database import db, transaction
from ..errors import HelpdeskError, WrongState
from ..events import record
from ..i18n import gettext as _
from ..text import Fields
from . import policy, signing
from .forgetting import forget
from .kinds import OFFERED, TEST
from .making import add, ask_to_send
from .models import Attempt, Delivery, DeliveryState, Webhook
from .sending import purpose
from .targets import target_of

MOST = 50  # webhooks: each event is told to all of them
OVERLAP = timedelta(hours=24)  # that an old secret still signs
KEPT = timedelta(days=30)
_AT_ONCE = 1000
_LONGEST_NAME = 100


@dataclass(frozen=True)
class WebhookDraft:
    """What a webhook is to be. Without *may_be_plain* its address begins with https."""

    name: str
    url: str
    kinds: Sequence[str]
    may_be_plain: bool = False


def make(actor: Actor, draft: WebhookDraft) -> tuple[Webhook, str]:
    """Add a webhook; it is told of what happens from now on. Returns it and its secret.

    Raises NotAllowed, Invalid; WrongState where there are too many.
    """
    policy.require_manager(actor)
    values = check(draft)
    with transaction():
        if (db.session.scalar(sa.select(sa.func.count(Webhook.id))) or 0) >= MOST:
            raise WrongState(_("There are %(most)s webhooks already; remove one.", most=MOST))
        made = Webhook(**values, created_at=clock.now())
        db.session.add(made)
        db.session.flush()
        secret = _new_secret(made)
        record(actor.id, "webhook.added", after=_facts(made))
    return made, secret


def change(actor: Actor, webhook: Webhook, draft: WebhookDraft) -> None:
    """Make *webhook* what *draft* says; what waits goes to the new address.

    Raises NotAllowed, Invalid.
    """
    policy.require_manager(actor)
    values = check(draft)
    with transaction():
        before = _facts(webhook)
        changed = [name for name, value in values.items() if getattr(webhook, name) != value]
        if not changed:
            return
        for name in changed:
            setattr(webhook, name, values[name])
        _try_at_once(webhook)
        db.session.flush()
        record(actor.id, "webhook.changed", before=before, after=_facts(webhook))


def check(draft: WebhookDraft) -> dict[str, Any]:
    """The columns of a webhook that is what *draft* says. Raises Invalid, every bad field."""
    fields = Fields()
    name = fields.line("name", draft.name, _LONGEST_NAME)
    url = _checked_url(draft, fields)
    kinds = [kind for kind in OFFERED if kind in set(draft.kinds)]
    if not kinds:
        fields.add("kinds", _("Choose at least one event."))
    fields.raise_if_any()
    return {"name": name, "url": url, "kinds": kinds}


def _checked_url(draft: WebhookDraft, fields: Fields) -> str:
    url = fields.line("url", draft.url, 2000)
    if "url" in fields.errors:
        return ""
    try:
        target = target_of(url)
    except HelpdeskError as error:
        fields.add("url", error.message)
        return ""
    if not target.is_encrypted and not draft.may_be_plain:
        fields.add(
            "url", _("Without https everybody on the way can read it; say below if that is meant.")
        )
    return target.url


def rotate(actor: Actor, webhook: Webhook) -> str:
    """A new secret; the old one signs as well for a day. Raises NotAllowed."""
    policy.require_manager(actor)
    with transaction():
        webhook.old_secret = webhook.secret or None
        webhook.old_secret_until = clock.now() + OVERLAP if webhook.secret else None
        secret = _new_secret(webhook)
        record(actor.id, "webhook.secret", after=_named(webhook))
    return secret


def pause(actor: Actor, webhook: Webhook) -> None:
    """Tell it of nothing from now on; what waits is kept. Raises NotAllowed."""
    _switch(actor, webhook, is_active=False)


def resume(actor: Actor, webhook: Webhook) -> None:
    """Tell it of what happens again, and send what waits. Raises NotAllowed."""
    _switch(actor, webhook, is_active=True)


def remove(actor: Actor, webhook: Webhook) -> None:
    """Remove it, and all that it was told. Raises NotAllowed."""
    policy.require_manager(actor)
    with transaction():
        webhook.is_active = False  # nothing new comes meanwhile
    _forget_some(sa.select(Delivery.id).where(Delivery.webhook_id == webhook.id))
    with transaction():
        before = _facts(webhook)
        db.session.delete(webhook)
        db.session.flush()
        record(actor.id, "webhook.removed", before=before)


def test(actor: Actor, webhook: Webhook) -> Delivery:
    """Send an event that never happened. Raises NotAllowed; WrongState while it is paused."""
    policy.require_manager(actor)
    _require_active(webhook)
    with transaction():
        _try_at_once(webhook)
        return add(webhook.id, TEST, None)


def replay(actor: Actor, webhook: Webhook, delivery: Delivery) -> None:
    """Send a delivery again now, under its key. Raises NotAllowed; WrongState while paused."""
    policy.require_manager(actor)
    _require_active(webhook)
    with transaction():
        _try_at_once(webhook)
        _wait_anew(Delivery.id == delivery.id)


def replay_failed(actor: Actor, webhook: Webhook) -> int:
    """Send again all that was given up, in order; how many. Raises NotAllowed, WrongState."""
    policy.require_manager(actor)
    _require_active(webhook)
    with transaction():
        _try_at_once(webhook)
        return _wait_anew(Delivery.webhook_id == webhook.id, Delivery.state == DeliveryState.FAILED)


def sweep() -> None:
    """Forget what is older than 30 days."""
    _forget_some(sa.select(Delivery.id).where(Delivery.created_at <= clock.now() - KEPT))


def calm(why: str) -> int:
    """Give up what waits, for others may have been told of it already; how much."""
    now: datetime = clock.now()
    given_up = sa.update(Delivery).where(Delivery.state == DeliveryState.WAITING)
    with transaction():
        changed = given_up.values(state=DeliveryState.FAILED, finished_at=now)
        found = db.session.scalars(changed.returning(Delivery.id)).all()
        db.session.add_all(
            Attempt(delivery_id=id_, begun_at=now, took_ms=0, error=why) for id_ in found
        )
    return len(found)


def _forget_some(ids: sa.Select[int]) -> None:
    """Forget these deliveries, a few in a transaction: others want to write, too."""
    gone = _AT_ONCE
    while gone == _AT_ONCE:
        with transaction():
            gone = forget(ids.limit(_AT_ONCE))


def _switch(actor: Actor, webhook: Webhook, *, is_active: bool) -> None:
    policy.require_manager(actor)
    with transaction():
        if webhook.is_active == is_active:
            return
        webhook.is_active, webhook.why_paused = is_active, ""
        _try_at_once(webhook)
        kind = "webhook.resumed" if is_active else "webhook.paused"
        record(actor.id, kind, after=_named(webhook))


def _require_active(webhook: Webhook) -> None:
    if not webhook.is_active:
        raise WrongState(_("This webhook is paused: resume it first."))


def _try_at_once(webhook: Webhook) -> None:
    """Whatever went wrong until now: somebody has looked after it."""
    webhook.failures, webhook.failing_since, webhook.last_error = 0, None, ""
    webhook.rests_until = None
    if webhook.is_active:
        waiting = sa.update(Delivery).where(
            Delivery.webhook_id == webhook.id, Delivery.state == DeliveryState.WAITING
        )
        db.session.execute(waiting.values(due_at=clock.now(), attempts=0))
        ask_to_send(webhook.id)


def _wait_anew(*conditions: Any) -> int:
    anew = sa.update(Delivery).where(*conditions)
    values = {"state": DeliveryState.WAITING, "attempts": 0, "finished_at": None}
    anew = anew.values(**values, due_at=clock.now()).returning(Delivery.id)
    return len(db.session.execute(anew).all())


def _new_secret(webhook: Webhook) -> str:
    secret = signing.new_secret()
    webhook.secret = seal(secret, purpose(webhook.id))
    db.session.flush()
    return secret


def _named(webhook: Webhook) -> dict[str, Any]:
    return {"id": webhook.id, "name": webhook.name}


def _facts(webhook: Webhook) -> dict[str, Any]:
    """What is told of it: not the whole address, in which many services have a secret."""
    return {**_named(webhook), "host": urlsplit(webhook.url).netloc, "events": list(webhook.kinds)}
