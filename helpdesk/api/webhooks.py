"""``/support-ticket/webhooks``: which programs are told of what happens, for admins."""

from typing import Annotated

import msgspec

from ..database import transaction
from ..webhooks import actions, queries
from ..webhooks.models import DeliveryState
from ..webhooks.models import Webhook as WebhookRow
from . import kinds
from .answers import Answer, links
from .endpoints import Call, endpoint
from .hooked import SECTION
from .reading import Shape
from .sides import ADMIN
from .webhook_shapes import (
    DELIVERY,
    EXAMPLE,
    SECRET,
    Delivery,
    NewWebhook,
    NewWebhookAdded,
    Webhook,
    WebhookChanges,
    WebhookSecret,
    delivery,
    facts,
    told_of_webhooks,
)


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(**facts(row, dict(queries.counts().get(row.id, {}))))


@endpoint(
    "GET",
    "/{tickets}/webhooks",
    sides=[ADMIN],
    section=SECTION,
    summary="Retrieve Webhooks",
    description="All of them, paused ones too, and how they fare.",
    message="Webhooks retrieved successfully.",
    failure="Failed to retrieve webhooks",
    data=list[Webhook],
    example=[EXAMPLE],
)
def list_webhooks(call: Call[None, None]) -> list[Webhook]:
    counts = queries.counts()
    found = queries.webhooks(call.actor)
    return [Webhook(**facts(row, dict(counts.get(row.id, {})))) for row in found]


@endpoint(
    "GET",
    "/{tickets}/webhooks/<id>",
    sides=[ADMIN],
    section=SECTION,
    summary="Get Webhook",
    message="Webhook retrieved successfully.",
    failure="Failed to retrieve webhook",
    data=Webhook,
    example=EXAMPLE,
)
def show_webhook(call: Call[None, None], id: str) -> Webhook:
    return _webhook(queries.get(call.actor, kinds.ticket_id(id)))


def _check_new(call: Call[None, NewWebhook]) -> None:
    with told_of_webhooks():
        actions.check(call.body.draft())


# No Idempotency-Key here and below: the answer would be kept for a day, and has a secret.
@endpoint(
    "POST",
    "/{tickets}/webhooks",
    sides=[ADMIN],
    section=SECTION,
    summary="Create Webhook",
    description=(
        "Adds a webhook, which is told of what happens from now on. The answer has its secret, "
        "which is never told again. At most 50 (409)."
    ),
    message="Webhook created successfully.",
    failure="Failed to create webhook",
    body=NewWebhook,
    body_example={
        "webhookName": "Chat",
        "url": "https://chat.example/hooks/desk",
        "events": ["ticket.opened", "ticket.replied"],
    },
    check=_check_new,
    errors=(409,),
    data=NewWebhookAdded,
    example=NewWebhookAdded(**msgspec.structs.asdict(EXAMPLE), secret=SECRET.secret),
)
def add_webhook(call: Call[None, NewWebhook]) -> NewWebhookAdded:
    with told_of_webhooks():
        row, secret = actions.make(call.actor, call.body.draft())
    return NewWebhookAdded(**facts(row, {}), secret=secret)


@endpoint(
    "PUT",
    "/{tickets}/webhooks/<id>",
    sides=[ADMIN],
    section=SECTION,
    summary="Update Webhook",
    description=(
        "Changes what is given. isActive pauses it, or lets it go on; what waits meanwhile is kept."
    ),
    message="Webhook updated successfully.",
    failure="Failed to update webhook",
    body=WebhookChanges,
    body_example={"events": ["ticket.opened"], "isActive": True},
    data=Webhook,
    example=EXAMPLE,
)
def update_webhook(call: Call[None, WebhookChanges], id: str) -> Webhook:
    row = queries.get(call.actor, kinds.ticket_id(id))
    with told_of_webhooks(), transaction():
        actions.change(call.actor, row, call.body.draft(row))
        if call.body.is_active is True:
            actions.resume(call.actor, row)
        elif call.body.is_active is False:
            actions.pause(call.actor, row)
    return _webhook(row)


@endpoint(
    "DELETE",
    "/{tickets}/webhooks/<id>",
    sides=[ADMIN],
    section=SECTION,
    summary="Delete Webhook",
    description="Removes it, and all that it was told.",
    message="Webhook deleted successfully.",
    failure="Failed to delete webhook",
    data=Webhook,
    example=EXAMPLE,
)
def delete_webhook(call: Call[None, None], id: str) -> Webhook:
    row = queries.get(call.actor, kinds.ticket_id(id))
    found = _webhook(row)
    actions.remove(call.actor, row)
    return found


@endpoint(
    "POST",
    "/{tickets}/webhooks/<id>/secret",
    sides=[ADMIN],
    section=SECTION,
    summary="Renew Webhook Secret",
    description="A new secret, told this once; the old one signs as well for a day.",
    message="Webhook secret renewed successfully.",
    failure="Failed to renew webhook secret",
    data=WebhookSecret,
    example=SECRET,
)
def renew_secret(call: Call[None, None], id: str) -> WebhookSecret:
    row = queries.get(call.actor, kinds.ticket_id(id))
    return WebhookSecret(id=row.id, secret=actions.rotate(call.actor, row))


@endpoint(
    "POST",
    "/{tickets}/webhooks/<id>/test",
    sides=[ADMIN],
    section=SECTION,
    summary="Test Webhook",
    description="Sends an event that never happened; 409 while it is paused.",
    message="Webhook test sent successfully.",
    failure="Failed to test webhook",
    errors=(409,),
    data=Delivery,
    example=DELIVERY,
)
def test_webhook(call: Call[None, None], id: str) -> Delivery:
    row = queries.get(call.actor, kinds.ticket_id(id))
    return delivery(actions.test(call.actor, row), None)


class DeliveryQuery(Shape):
    """Which deliveries."""

    state: Annotated[
        DeliveryState | None, kinds.one_of(DeliveryState).says("In this state only.")
    ] = None
    before: Annotated[int, kinds.OFFSET.says("The id of the last one that was seen.")] = 0


@endpoint(
    "GET",
    "/{tickets}/webhooks/<id>/deliveries",
    sides=[ADMIN],
    section=SECTION,
    summary="Retrieve Webhook Deliveries",
    description="What it was told, and what came of that, newest first; kept for 30 days.",
    message="Webhook deliveries retrieved successfully.",
    failure="Failed to retrieve webhook deliveries",
    query=DeliveryQuery,
    data=list[Delivery],
    example=[DELIVERY],
    headers=("Link",),
)
def list_deliveries(call: Call[DeliveryQuery, None], id: str) -> Answer:
    row = queries.get(call.actor, kinds.ticket_id(id))
    page = queries.deliveries(row, call.query.state, before=call.query.before)
    pages = {"next": {"before": str(page.rows[-1].id)}} if page.has_older else {}
    told = [delivery(one, page.last.get(one.id)) for one in page.rows]
    return Answer(told, links(call.asked, pages))


@endpoint(
    "POST",
    "/{tickets}/webhooks/<id>/deliveries/<delivery_id>",
    sides=[ADMIN],
    section=SECTION,
    summary="Send Webhook Delivery Again",
    description="Sends it again now, under the same key; 409 while the webhook is paused.",
    message="Webhook delivery sent again successfully.",
    failure="Failed to send webhook delivery again",
    errors=(409,),
    data=Delivery,
    example=DELIVERY,
)
def replay_delivery(call: Call[None, None], id: str, delivery_id: str) -> Delivery:
    row = queries.get(call.actor, kinds.ticket_id(id))
    found = queries.delivery(row, kinds.ticket_id(delivery_id))
    actions.replay(call.actor, row, found)
    return delivery(queries.delivery(row, found.id), None)
