"""What can be subscribed to is what the event list records."""

import re

from helpdesk.events import Event
from helpdesk.paths import PACKAGE
from helpdesk.webhooks.kinds import LEFT_OUT, OFFERED, TEST

# What looks like a kind of event in the program, and is a word for templates.
NO_EVENTS = {"ticket.ref", "ticket.undone_since"}


def test_every_event_of_tickets_is_offered_or_left_out_with_a_reason():
    used = set()
    for path in PACKAGE.rglob("*.py"):
        if "webhooks" not in path.parts:
            used |= set(re.findall(r'"(ticket\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    assert used - NO_EVENTS == OFFERED.keys() | LEFT_OUT.keys()


def test_names_fit_their_column():
    assert max(map(len, (*OFFERED, TEST))) <= Event.kind.type.length
