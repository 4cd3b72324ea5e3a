"""Bringing tickets along is for who moves the whole desk."""

import pytest

from helpdesk import clock
from helpdesk.accounts.models import DESK
from helpdesk.database import transaction
from helpdesk.errors import Invalid, NotAllowed
from helpdesk.tickets.actions.bringing import OldTicket, OldWords, bring, bring_words, settle
from helpdesk.tickets.models import AuthorKind


def words(author, body="It was broken."):
    return OldWords(body=body, at=clock.now(), author=author, kind=AuthorKind.CUSTOMER)


@pytest.mark.parametrize("role", ["customer", "vendor", "agent"])
def test_only_an_admin_may(desk, alice, role):
    actor = desk.user(role)
    ticket = desk.ticket(alice)
    for deed in (
        lambda: bring(actor, OldTicket(subject="Lamp", requester=alice), words(alice)),
        lambda: bring_words(actor, ticket, words(alice)),
        lambda: settle(actor, ticket),
    ):
        with pytest.raises(NotAllowed), transaction():
            deed()


def test_every_bad_field_is_told(alice):
    old = OldTicket(subject="", requester=alice, category_id=77, tags=["a,b"], fields={"no": "x"})
    with pytest.raises(Invalid) as told, transaction():
        bring(DESK, old, words(alice, ""))
    assert set(told.value.fields) == {"subject", "message", "category_id", "tags", "fields.no"}
