"""What a webhook looks like to scripts. Its secret is told once, to whoever asked for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from ..errors import Invalid
from ..i18n import gettext as _
from ..tickets.actions import UNSET, Unset
from ..webhooks.actions import WebhookDraft
from ..webhooks.kinds import OFFERED
from ..webhooks.models import Attempt as AttemptRow
from ..webhooks.models import Delivery as DeliveryRow
from ..webhooks.models import DeliveryState
from ..webhooks.models import Webhook as WebhookRow
from . import kinds
from .reading import Shape
from .shapes import Answered, Time


def _events(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(
        isinstance(one, str) and one in OFFERED for one in value
    ):
        raise kinds.Wrong(_("A list of the events that there are is needed here."))
    return list(value)


_EVENTS = kinds.Kind(
    _events, {"type": "array", "items": {"type": "string", "enum": list(OFFERED)}}
).says("What it is told of.", ["ticket.opened", "ticket.replied"])
_NAME = kinds.TEXT.says("In lists.", "Chat")
_URL = kinds.TEXT.says("Where to.", "https://chat.example/hooks/desk")
_PLAIN = kinds.BODY_FLAG.says("Whether the address may be one without https.", False)


class NewWebhook(Shape, kw_only=True):
    """A webhook to be."""

    webhook_name: Annotated[str, _NAME]
    url: Annotated[str, _URL]
    events: Annotated[list[str], _EVENTS]
    may_be_plain: Annotated[bool, _PLAIN] = False

    def draft(self) -> WebhookDraft:
        return WebhookDraft(self.webhook_name, self.url, self.events, self.may_be_plain)


class WebhookChanges(Shape):
    """What is to be changed; what is left out stays."""

    webhook_name: Annotated[str | Unset, _NAME] = UNSET
    url: Annotated[str | Unset, _URL] = UNSET
    events: Annotated[list[str] | Unset, _EVENTS] = UNSET
    may_be_plain: Annotated[bool, _PLAIN] = False
    is_active: Annotated[
        bool | Unset, kinds.BODY_FLAG.says("false pauses it, true lets it go on.", True)
    ] = UNSET

    def draft(self, row: WebhookRow) -> WebhookDraft:
        """*row* with what is given. An address that stays may be as plain as it is."""
        return WebhookDraft(
            row.name if isinstance(self.webhook_name, Unset) else self.webhook_name,
            row.url if isinstance(self.url, Unset) else self.url,
            row.kinds if isinstance(self.events, Unset) else self.events,
            may_be_plain=self.may_be_plain or isinstance(self.url, Unset),
        )


class Webhook(Answered):
    """A webhook and how it fares. *why_paused* is set where the desk itself paused it."""

    id: int
    webhook_name: str
    url: str
    events: list[str]
    is_active: bool
    why_paused: str
    created_date: Time
    delivered_date: Time | None
    failures: int
    last_error: str
    waiting: int
    given_up: int


class WebhookSecret(Answered):
    """What signs its calls. It is not told again."""

    id: int
    secret: str


class NewWebhookAdded(Webhook):
    """A webhook that was just made, with what signs its calls. That is not told again."""

    secret: str


class Delivery(Answered):
    """What became of telling it of one event (null: a test)."""

    id: int
    key: str
    type: str
    event_id: int | None
    ticket_id: int | None
    state: DeliveryState
    attempts: int
    created_date: Time
    finished_date: Time | None
    status: int | None
    error: str


EXAMPLE = Webhook(
    id=1,
    webhook_name="Chat",
    url="https://chat.example/hooks/desk",
    events=["ticket.opened", "ticket.replied"],
    is_active=True,
    why_paused="",
    created_date=datetime(2026, 11, 26, 9, 0, tzinfo=UTC),
    delivered_date=datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
    failures=0,
    last_error="",
    waiting=0,
    given_up=0,
)
SECRET = WebhookSecret(id=1, secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")  # noqa: S106
DELIVERY = Delivery(
    id=7,
    key="msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
    type="ticket.opened",
    event_id=1041,
    ticket_id=123,
    state=DeliveryState.DELIVERED,
    attempts=1,
    created_date=datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
    finished_date=datetime(2026, 11, 26, 9, 30, 1, tzinfo=UTC),
    status=204,
    error="",
)


def facts(row: WebhookRow, counts: dict[DeliveryState, int]) -> dict[str, Any]:
    """The fields of :class:`Webhook`."""
    return {
        "id": row.id,
        "webhook_name": row.name,
        "url": row.url,
        "events": list(row.kinds),
        "is_active": row.is_active,
        "why_paused": row.why_paused,
        "created_date": row.created_at,
        "delivered_date": row.delivered_at,
        "failures": row.failures,
        "last_error": row.last_error,
        "waiting": counts.get(DeliveryState.WAITING, 0),
        "given_up": counts.get(DeliveryState.FAILED, 0),
    }


def delivery(row: DeliveryRow, last: AttemptRow | None) -> Delivery:
    """*row*, and what came of its *last* attempt."""
    return Delivery(
        id=row.id,
        key=row.key,
        type=row.kind,
        event_id=row.event_id,
        ticket_id=row.ticket_id,
        state=row.state,
        attempts=row.attempts,
        created_date=row.created_at,
        finished_date=row.finished_at,
        status=None if last is None else last.status,
        error="" if last is None else last.error,
    )


@contextmanager
def told_of_webhooks() -> Iterator[None]:
    """Let what is wrong be told by the names that bodies have."""
    try:
        yield
    except Invalid as error:
        names = {"kinds": "events", "name": "webhook_name"}
        fields = error.fields.items()
        raise Invalid({names.get(name, name): said for name, said in fields}) from None
