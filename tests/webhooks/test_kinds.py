"""What can be subscribed to is what the event list records, and is described as it is sent."""

import re
from pathlib import Path

from helpdesk.api.openapi import description
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


def test_the_recipe_of_the_document_tells_ours_from_others(desk, hooks, receiver, alice):
    document = (Path(__file__).parents[2] / "docs" / "WEBHOOKS.md").read_text(encoding="utf-8")
    recipe = {}
    exec(re.search(r"```python\n(.*?)```", document, re.DOTALL)[1], recipe)
    _webhook, secret = hooks.make("ticket.opened")
    desk.ticket(alice)
    hooks.send()

    [call] = receiver.calls
    is_ours = recipe["is_from_the_desk"]
    assert is_ours(secret, call.headers, call.body)
    assert not is_ours(secret, call.headers, call.body + b" ")
    assert not is_ours(secret, {**call.headers, "webhook-id": "msg_1"}, call.body)
    old = {**call.headers, "webhook-timestamp": "1700000000"}
    assert not is_ours(secret, old, call.body)


def test_the_description_has_each_event_and_its_example_fits(desk, hooks, receiver, alice, agent):
    found = description()
    assert found["webhooks"].keys() == OFFERED.keys()
    hooks.make(*OFFERED)
    desk.note(agent, desk.ticket(alice))
    hooks.send()
    for call in receiver.calls:
        content = found["webhooks"][call.json["type"]]["post"]["requestBody"]["content"]
        told = content["application/json"]["example"]["data"]
        for part in ("event", "ticket", "message"):
            assert call.json["data"][part].keys() == told[part].keys()
