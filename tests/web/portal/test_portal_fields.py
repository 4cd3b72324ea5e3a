"""Custom fields as customers meet them."""

from helpdesk.accounts.models import DESK
from helpdesk.fields import queries as fields
from helpdesk.fields.models import About
from helpdesk.tickets.actions import Changes, update

WORDS = {"subject": "Broken lamp", "message": "It is broken."}


def test_a_new_request_asks_for_what_customers_are_shown(desk, alice, field):
    (
        field("Order number", shown=True, required="everybody"),
        field("Zebra"),
        field("Gift", "checkbox", shown=True),
    )
    browser = desk.browser(alice)
    page = browser.get("/tickets/new").text
    assert 'name="fields.order_number"' in page and "Gift" in page and "Zebra" not in page
    assert (
        "(optional)" not in page.partition('for="fields-order_number"')[2].partition("</label>")[0]
    )
    answer = browser.post("/tickets", data={**WORDS, "fields.gift": "y"})
    assert answer.status_code == 422 and "This field is required." in answer.text
    assert 'href="#fields-order_number"' in answer.text and "checked" in answer.text
    answer = browser.post(
        "/tickets", data={**WORDS, "fields.order_number": "A1", "fields.zebra": "x"}
    )
    assert answer.status_code == 302
    [row] = desk.api(alice).get("/customer-support-ticket").json["data"]
    assert fields.facts(DESK, About.TICKET, [row["id"]])[row["id"]] == {
        "order_number": "A1",
        "zebra": None,
        "gift": False,
    }


def test_a_request_shows_what_is_filled_in_and_meant_for_them(desk, agent, alice, field):
    field("Order number", shown=True), field("Zebra"), field("Weight", "number", shown=True)
    field("Gift", "checkbox", shown=True)
    ticket = desk.ticket(alice)
    given = {"order_number": "<b>A1", "zebra": "zebra", "gift": True}
    update(agent, ticket, Changes(fields=given))
    page = desk.browser(alice).get(f"/tickets/{ticket.id}").text
    assert "&lt;b&gt;A1" in page and '<dt>Gift</dt><dd dir="auto">Yes</dd>' in page
    assert "zebra" not in page.lower() and "Weight" not in page
