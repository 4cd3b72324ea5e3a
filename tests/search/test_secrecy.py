"""What a customer finds is the same to the byte, whatever only staff and others know."""

import re

import pytest

from helpdesk.database import transaction
from helpdesk.search.documents import FULL
from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Place, Priority

ASKED = (
    "", "lamp", "lamp shade", "shade lamp hums", '"blue lamp"', '"it hums"', "-shade",
    '-"blue lamp"', "lamp -hums", "secret", "sec", "s", "fraud", "-fraud", "-secret lamp",
    '"a secret"', "vip", "tag:vip", "-tag:vip", "from:bob", "bob", "agent", "assignee:me",
    "is:urgent", "has:file", "file:secret", "-file:secret", "file:invoice", "subject:lamp",
    "before:2100", "status:open lamp", "灯", "灯坏", "hid", "zeb", "the", "company:hotel",
)  # fmt: skip


@pytest.fixture
def said(desk, alice):
    """All that Alice can learn by searching."""
    browser, api = desk.browser(alice), desk.api(alice)

    def said():
        found = {}
        for text in ASKED:
            page = browser.get("/tickets", query_string={"q": text})
            main = page.text.partition("<main")[2]
            found[text, "page"] = re.sub(r"<time.*?</time>|csrf\S+|value=\"[\w.-]{60,}\"", "", main)
            for more in ({}, {"sort": "relevance"}, {"count": "1"}, {"limit": "2"}):
                answer = api.get("/customer-support-ticket", query_string={"keyword": text, **more})
                assert answer.status_code == 200
                counted = answer.headers.get("X-Total-Count"), answer.headers.get("Link")
                found[text, str(more)] = answer.text, *counted
        return found

    return said


def test_notes_tags_and_others_tickets_change_nothing(desk, said, travel, alice, bob, agent):
    tickets = [
        desk.ticket(alice, "Blue lamp", "It hums. 我的灯坏了"),
        desk.ticket(alice, "A shade", "For the lamp", files=[desk.file("invoice.png")]),
        desk.ticket(alice, "The lamp, blue", "The shade is off. It hums"),
        desk.ticket(alice, "Nothing else", "At all"),
    ]
    for ticket in tickets[:3]:
        desk.reply(agent, ticket, "Which lamp, the blue lamp?")
    before = said()
    travel(hours=1)

    long = "A secret zebra lamp. " * (FULL // 20)
    for ticket in tickets:
        desk.note(agent, ticket, long, files=[desk.file("secret.png")])
        desk.note(agent, ticket, "Blue lamp: a secret fraud, it hums 灯坏. Hidden. The shade")
        changes = Changes(tags=["vip", "lamp", "fraud"], priority=Priority.URGENT)
        actions.update(agent, ticket, changes)
    with transaction():
        for number in range(30):
            desk.ticket(bob, f"Blue lamp secret {number}", "It hums, a shade. 灯坏")
    hidden = desk.ticket(alice, "Secret lamp", "Hidden")
    with_hidden = said()
    assert with_hidden != before  # so that these are compared at all
    actions.place(agent, hidden, Place.BIN)
    after = said()
    assert {key for key in before if before[key] != after[key]} == set()
