"""What a webhook was sent, and what it answered."""

import json
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from ...errors import WrongState
from ...i18n import gettext as _
from ...i18n import lazy, ngettext
from ...tickets.models import ref_of
from ...webhooks import actions, queries
from ...webhooks.kinds import OFFERED, TEST
from ...webhooks.models import Delivery, DeliveryState
from ..access import admin_only
from ..desk.choices import id_of
from . import settings
from .pages import settings_page

_WORDS = {**OFFERED, TEST: lazy("Test")}
_STATES = {
    DeliveryState.WAITING: lazy("Waiting"),
    DeliveryState.DELIVERED: lazy("Delivered"),
    DeliveryState.FAILED: lazy("Given up"),
}
_MOST_INDENTED = 200_000  # characters: what is longer is shown as it was sent


@settings.get("/webhooks/<int:webhook_id>/deliveries")
@admin_only
def webhook_deliveries(webhook_id: int) -> Any:
    """A page of them, newest first; ``?state=failed`` narrows it."""
    found = queries.get(current_user, webhook_id)
    asked = request.args.get("state", "")
    state = next((one for one in DeliveryState if one.value == asked), None)
    page = queries.deliveries(found, state, before=id_of(request.args.get("before", "")) or 0)
    older = None
    if page.has_older:
        kept = state and state.value  # none: url_for leaves it out
        last = page.rows[-1].id
        older = url_for(".webhook_deliveries", webhook_id=found.id, before=last, state=kept)
    return settings_page(
        "settings/webhooks/deliveries.html",
        "webhooks",
        webhook=found,
        deliveries=page.rows,
        last=page.last,
        older=older,
        state=state,
        states=_STATES,
        count=queries.counts()[found.id],
        kinds=_WORDS,
        ref_of=ref_of,
    )


@settings.get("/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>")
@admin_only
def webhook_delivery(webhook_id: int, delivery_id: int) -> Any:
    """One of them: what was sent, and each answer."""
    found = queries.get(current_user, webhook_id)
    delivery = queries.delivery(found, delivery_id)
    return settings_page(
        "settings/webhooks/delivery.html",
        "webhooks",
        webhook=found,
        delivery=delivery,
        body=_legible(delivery),
        states=_STATES,
        kind=_WORDS.get(delivery.kind, delivery.kind),
        ref=None if delivery.ticket_id is None else ref_of(delivery.ticket_id),
        goes_on=delivery.state is DeliveryState.WAITING and not delivery.tries,
    )


@settings.post("/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/replay")
@admin_only
def replay_webhook_delivery(webhook_id: int, delivery_id: int) -> Any:
    """Send it again."""
    found = queries.get(current_user, webhook_id)
    delivery = queries.delivery(found, delivery_id)
    try:
        actions.replay(current_user, found, delivery)
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(_("It is sent again now."), "good")
    return redirect(url_for(".webhook_delivery", webhook_id=found.id, delivery_id=delivery_id))


@settings.post("/webhooks/<int:webhook_id>/deliveries/replay")
@admin_only
def replay_webhook_deliveries(webhook_id: int) -> Any:
    """Send again all that was given up."""
    found = queries.get(current_user, webhook_id)
    try:
        count = actions.replay_failed(current_user, found)
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(ngettext("%(num)s is sent again.", "%(num)s are sent again.", count), "good")
    return redirect(url_for(".webhook_deliveries", webhook_id=found.id))


def _legible(delivery: Delivery) -> str:
    """The body as one reads it: what was sent has no spaces between."""
    body = delivery.body or ""
    if not body or len(body) > _MOST_INDENTED:
        return body
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
