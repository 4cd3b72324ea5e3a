"""What was found is shown by the piece of it that has the words, at a cost that has an end."""

import pytest

from helpdesk.search.grammar import parse
from helpdesk.search.showing import pieces
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Format
from helpdesk.tickets.queries import Filters, Page


@pytest.fixture
def shown(desk):
    def shown(actor, text):
        rows = queries.listing(actor, Filters(), Page()).rows
        return pieces(actor, parse(text).words, rows)

    return shown


def test_the_piece_comes_from_where_the_words_are(desk, alice, agent, shown):
    ticket = desk.ticket(alice, "Broken lamp", f"{'It hums. ' * 60} The blue shade. {'So. ' * 60}")
    desk.reply(agent, ticket, "Please send a picture", files=[desk.file("Angebot.png")])
    assert "The blue shade." in shown(alice, "blue")[ticket.id]
    assert "The blue shade." in shown(alice, "shade nowhere")[ticket.id]
    assert shown(alice, "angebot") == {ticket.id: "Angebot.png"}
    for told_by_the_row in ("lamp", "picture", "lamp picture", "nowhere", "***", "-hums"):
        assert shown(alice, told_by_the_row) == {}, told_by_the_row


def test_notes_are_shown_to_staff_only(desk, alice, agent, shown):
    ticket = desk.ticket(alice, "Broken lamp", "It hums")
    desk.note(agent, ticket, "A suspicious regular", files=[desk.file("secret.png")])
    assert shown(agent, "suspicious") == {ticket.id: "A suspicious regular"}
    assert shown(agent, "secret") == {ticket.id: "secret.png"}
    assert shown(alice, "suspicious") == shown(alice, "secret") == {}


def test_categories_and_tags_are_shown_where_nothing_else_has_the_words(desk, alice, agent, shown):
    lamps = desk.category("Lighting")
    bulbs = desk.category("Bulbs", lamps)
    ticket = desk.ticket(alice, "It hums", category_id=lamps.id, subcategory_id=bulbs.id)
    actions.update(agent, ticket, Changes(tags=["vip", "late"]))
    for actor in (alice, agent):
        assert shown(actor, "bulbs") == {ticket.id: "Category: Lighting / Bulbs"}
    actions.update(agent, desk.ticket(alice), Changes(tags=["another's"]))
    assert shown(agent, "vip") == {ticket.id: "Tags: late, vip"}
    assert shown(alice, "vip") == shown(agent, "-vip hums") == {}


def test_markup_is_not_shown(desk, alice, agent, shown):
    ticket = desk.ticket(alice, "Lamp", "Hello")
    actions.reply(agent, ticket, "The **blue** [shade](https://a.b)", format=Format.MARKDOWN)
    desk.reply(agent, ticket, "Bye")
    assert shown(alice, "shade") == {ticket.id: "The blue shade (https://a.b)"}


def test_long_conversations_cost_no_more(desk, alice, agent, shown):
    def cost():
        with desk.counted() as statements:
            shown(agent, "zebra lamp")
        return len(statements)

    few = desk.ticket(alice, "Chair", "zebra first")
    desk.reply(agent, few, "Hello")
    cost()
    before = cost()
    many = desk.ticket(alice, "Table", f"zebra {'x' * 60_000} hidden")
    for _ in range(20):
        desk.reply(agent, many, f"zebra {'x' * 60_000}")
    desk.reply(agent, many, "Bye")
    assert cost() == before
    found = shown(agent, "zebra lamp")
    assert found[few.id] == "zebra first"
    assert len(found[many.id]) <= 162
    assert shown(agent, "hidden") == {}  # beyond what is looked through
