"""Nothing of notes, companies and fields for staff ever reaches a customer."""

import pytest

from helpdesk.fields import queries as fields
from helpdesk.fields.models import About
from helpdesk.people import actions
from helpdesk.people.actions import Details
from helpdesk.tickets.actions import Changes, update

SECRET = "zebra"


@pytest.fixture
def marked(desk, agent, alice, bob, field):
    """A customer about whom staff know much, all of it with the secret word in it."""
    for about in ("ticket", "customer"):
        field(f"{SECRET} hidden", about=about)
        field("Order", about=about, shown=True)
        field(f"{SECRET} off", about=about, shown=True, active=False)
        field(f"{SECRET} kind", "choice", about=about, choices=[SECRET], required="agents")
    ticket = desk.ticket(alice)
    given = {"zebra_hidden": SECRET, "zebra_kind": SECRET}
    update(agent, ticket, Changes(fields={**given, "order": "A1"}))
    actions.update_person(agent, alice, Details(fields={**given, "order": "K1"}))
    actions.add_company(agent, f"{SECRET} Ltd", ["shop.example"])
    actions.add_note(agent, alice, f"A {SECRET}")
    desk.ticket(bob)
    actions.merge(agent, alice, bob)
    return alice, ticket


def test_no_page_of_the_portal_tells(desk, marked):
    alice, ticket = marked
    browser = desk.browser(alice)
    for path in (
        "/",
        "/tickets",
        f"/tickets?q={SECRET[:3]}",
        "/tickets/new",
        f"/tickets/{ticket.id}",
        "/account",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200 and SECRET not in answer.text.lower(), path
    assert "K1" in browser.get("/account").text
    bad = browser.post(
        "/account/details", data={"fields.zebra_hidden": "x", "fields.order": "x" * 2000}
    )
    assert bad.status_code == 422 and SECRET not in bad.text.lower()
    bad = browser.post("/tickets", data={"subject": "", "fields.zebra_hidden": "x"})
    assert bad.status_code == 422 and SECRET not in bad.text.lower()
    for path in ("/desk/customers", f"/desk/customers/{alice.id}", "/desk/companies"):
        answer = browser.get(path)
        assert answer.status_code == 403 and SECRET not in answer.text.lower()


def test_no_answer_of_the_api_tells(desk, marked):
    alice, ticket = marked
    api, theirs = desk.api(alice), "/customer-support-ticket"
    words = {"subject": "S", "message": "M"}
    answers = [
        api.get(theirs),
        api.get(f"{theirs}?keyword={SECRET}"),
        api.get(f"{theirs}/{ticket.id}"),
        api.put(f"{theirs}/{ticket.id}", json={"status": 2}),
        api.post(theirs, json={**words, "ticketId": ticket.id}),
        api.post(theirs, json=words),
        api.get(f"/support-ticket?keyword={SECRET}"),
        api.get("/support-ticket/customers"),
        api.get(f"/support-ticket/customers/{alice.id}"),
        api.get(f"/support-ticket/customers/{alice.id}/notes"),
        api.get("/support-ticket/companies"),
        api.get("/support-ticket/custom-fields"),
    ]
    for answer in answers:
        assert SECRET not in answer.text.lower(), answer.request.path
    assert [answer.status_code for answer in answers] == [200] * 6 + [403] * 6


def test_a_customer_fills_in_what_they_are_shown(desk, agent, marked):
    alice, _ticket = marked
    browser = desk.browser(alice)
    answer = browser.post("/account/details", data={"fields.order": "K2"}, follow_redirects=True)
    assert "Your details are saved." in answer.text and "K2" in answer.text
    facts = fields.facts(agent, About.CUSTOMER, [alice.id])[alice.id]
    assert facts == {"zebra_hidden": SECRET, "order": "K2", "zebra_kind": SECRET}
    assert desk.browser(agent).post("/account/details").status_code == 403
