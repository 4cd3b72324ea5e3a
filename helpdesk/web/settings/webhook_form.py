"""The form of a webhook: where to, and what for."""

from typing import Any

from wtforms import BooleanField, Form, SelectMultipleField, StringField

from ...i18n import lazy
from ...webhooks.actions import WebhookDraft
from ...webhooks.kinds import FACTS, OFFERED, PEOPLE, PLACES, WORDS
from ...webhooks.models import Webhook
from ..forms import Needed

GROUPS = (
    (lazy("What is written"), WORDS),
    (lazy("A change of"), FACTS),
    (lazy("Where it lies"), PLACES),
    (lazy("Besides"), PEOPLE),
)
USUAL = ("ticket.opened", "ticket.replied", "ticket.status")


class WebhookForm(Form):
    """A webhook."""

    name = StringField(lazy("Name"), [Needed()])
    url = StringField(lazy("Address"), [Needed()])
    may_be_plain = BooleanField(lazy("Send without encryption (http)"))
    kinds = SelectMultipleField(lazy("Events"), validate_choice=False)

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.kinds.choices = list(OFFERED.items())

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookForm":
        """The form that shows *webhook*."""
        plain = webhook.url.startswith("http:")
        return cls(obj=webhook, data={"may_be_plain": plain})

    def draft(self) -> WebhookDraft:
        """What it is to be."""
        return WebhookDraft(
            name=self.name.data or "",
            url=self.url.data or "",
            kinds=self.kinds.data or (),
            may_be_plain=bool(self.may_be_plain.data),
        )
