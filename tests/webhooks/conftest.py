"""Webhooks for tests: desks that may reach this machine, a receiver, and sending by hand."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from helpdesk import jobs
from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.webhooks import LANE, actions
from helpdesk.webhooks.models import Attempt, Delivery
from tests.webhooks.receiver import LOOPBACK, receiving

SOME = ("ticket.opened", "ticket.replied", "ticket.status", "ticket.tags", "ticket.purged")


@dataclass
class Hooks:
    """Makes webhooks of a desk, sends what is due, and looks at rows."""

    app: object
    url: str = ""

    def make(self, *kinds, url="", name="Chat"):
        draft = actions.WebhookDraft(name, url or self.url, kinds or SOME, may_be_plain=True)
        return actions.make(DESK, draft)

    def send(self):
        jobs.run_due(self.app, [LANE])
        db.session.rollback()
        db.session.expire_all()

    def deliveries(self):
        db.session.rollback()
        db.session.expire_all()
        return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))

    def attempts(self):
        return list(db.session.scalars(sa.select(Attempt).order_by(Attempt.id)))


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def desk(make_desk):
    """A desk whose webhooks may reach this machine."""
    return make_desk(HELPDESK_WEBHOOKS_PRIVATE=LOOPBACK)


@pytest.fixture
def hooks(desk, receiver):
    return Hooks(desk.app, receiver.url)
