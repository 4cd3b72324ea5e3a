"""Custom fields in the forms of the desk."""

import re

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.fields import queries as fields
from helpdesk.fields.actions import FieldDraft, update_field
from helpdesk.fields.models import About
from helpdesk.tickets.actions import Changes, update
from helpdesk.tickets.models import Status


def facts(ticket):
    db.session.rollback()
    db.session.expire_all()
    return fields.facts(DESK, About.TICKET, [ticket.id])[ticket.id]


@pytest.fixture
def save_custom(read, save):
    """Sends the properties form with its custom fields as they are, but for what is given."""

    def send(browser, ticket, page=None, **wanted):
        page = page or read(browser, f"/desk/tickets/{ticket.id}")
        names = dict.fromkeys(re.findall(r'name="seen_(fields\.\w+)"', page.text))
        seen = {f"seen_{name}": page.hidden(f"seen_{name}") for name in names}
        shown = {name: seen[f"seen_{name}"] for name in names if seen[f"seen_{name}"]}
        more = {f"fields.{key}": value for key, value in wanted.items() if value is not None}
        sent = seen | shown | more
        for key, value in wanted.items():
            if value is None:  # a box that isn't ticked is not sent
                sent.pop(f"fields.{key}", None)
        return save(browser, ticket, page, **sent)

    return send


def test_fields_stand_among_the_properties(desk, agent, alice, field, read, save_custom):
    field("Order number"), field("Colour", "choice"), field("Gift", "checkbox")
    field("Old", active=False)
    ticket, browser = desk.ticket(alice), desk.browser(agent)
    answer = save_custom(browser, ticket, order_number="A1", colour="red", gift="y")
    assert answer.status_code == 302
    assert facts(ticket) == {"order_number": "A1", "colour": "red", "gift": True}
    page = read(browser, f"/desk/tickets/{ticket.id}")
    assert 'value="A1"' in page.text and page.chosen("fields.colour") == "red"
    assert re.search(r'<input[^>]*checked[^>]*name="fields.gift"', page.text)
    assert "Old" not in page.text.partition('class="properties"')[2].partition("</form>")[0]
    assert "set the Order number to A1" in page.text
    save_custom(browser, ticket, gift=None, order_number="")
    assert facts(ticket) == {"order_number": None, "colour": "red", "gift": False}


def test_only_what_was_touched_changes(desk, agent, admin, alice, field, read, save_custom):
    field("Order number"), field("Gift", "checkbox")
    ticket, browser = desk.ticket(alice), desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    update(admin, ticket, Changes(fields={"order_number": "B2", "gift": True}))
    assert save_custom(browser, ticket, page, status="pending").status_code == 302
    assert facts(ticket) == {"order_number": "B2", "gift": True}
    answer = save_custom(browser, ticket, page, order_number="A1", gift="y")
    assert answer.status_code == 409
    assert "Order number (B2)" in answer.text and "Now: B2" in answer.text
    assert 'value="A1"' in answer.text
    assert facts(ticket)["order_number"] == "B2"


def test_a_form_without_the_fields_leaves_them(desk, agent, alice, field, save):
    field("Gift", "checkbox"), field("Order number")
    ticket = desk.ticket(alice)
    update(agent, ticket, Changes(fields={"gift": True, "order_number": "A1"}))
    assert save(desk.browser(agent), ticket, status="closed").status_code == 302
    assert facts(ticket) == {"gift": True, "order_number": "A1"}


def test_a_bad_value_comes_back_with_why(desk, agent, alice, field, save_custom):
    field("Weight", "number"), field("Day", "date")
    ticket = desk.ticket(alice)
    answer = save_custom(desk.browser(agent), ticket, weight="heavy", day="2027-02-31")
    assert answer.status_code == 422
    assert "A number is needed here." in answer.text and "There is no such day." in answer.text
    assert facts(ticket) == {"weight": None, "day": None}


def test_a_removed_choice_stays_one_for_its_ticket(desk, agent, alice, field, read, save_custom):
    colour = field("Colour", "choice")
    ticket, browser = desk.ticket(alice), desk.browser(agent)
    update(agent, ticket, Changes(fields={"colour": "red"}))
    update_field(DESK, colour, FieldDraft(label="Colour", choices=["blue"]))
    page = read(browser, f"/desk/tickets/{ticket.id}")
    assert "red (no longer a choice)" in page.text and page.chosen("fields.colour") == "red"
    assert save_custom(browser, ticket, page, status="pending").status_code == 302
    assert facts(ticket) == {"colour": "red"}


def test_what_is_needed_before_solving_is_said(desk, agent, alice, field, compose):
    field("Checked by", required="agents")
    ticket, browser = desk.ticket(alice), desk.browser(agent)
    answer = browser.post(f"/desk/tickets/{ticket.id}/status", data={"status": "resolved"})
    assert answer.status_code == 422 and "“Checked by” must be filled in" in answer.text
    answer = compose(browser, ticket, message="Done", reply_status="resolved")
    assert answer.status_code == 422 and "“Checked by” must be filled in" in answer.text
    assert "Done" in answer.text
    assert desk.fresh(ticket).status is Status.OPEN


def test_a_new_ticket_of_staff_takes_fields(desk, agent, alice, field, read):
    field("Weight", "number", required="agents"), field("Gift", "checkbox")
    browser = desk.browser(agent)
    page = read(browser, "/desk/tickets/new")
    assert 'name="fields.weight"' in page.text
    words = {"who": alice.email, "subject": "S", "message": "M"}
    answer = browser.post("/desk/tickets/new", data={**words, "fields.weight": "x"})
    assert answer.status_code == 422 and "A number is needed here." in answer.text
    answer = browser.post("/desk/tickets/new", data={**words, "fields.weight": "2.50"})
    assert answer.status_code == 302
    rows = desk.api(agent).get("/support-ticket").json["data"]
    assert len(rows) == 1
    assert fields.values(About.TICKET, [rows[0]["id"]])[rows[0]["id"]] == {"weight": "2.5"}
