"""Tickets that staff open for somebody else."""

import re

import pytest
import sqlalchemy as sa

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import DESK, Role
from helpdesk.database import db
from helpdesk.tickets import queries
from helpdesk.tickets.models import Priority, Ticket
from tests.desk import upload

WORDS = {"subject": "Lamp by phone", "message": "She called: it flickers."}


def tickets():
    db.session.rollback()
    return db.session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()


def test_for_somebody_known_by_their_address(desk, alice, agent):
    lamps = desk.category("Lamps")
    more = {"priority": "high", "category": str(lamps.id), "tags": "Phone, vip", "files": upload()}
    answer = desk.browser(agent).post(
        "/desk/tickets/new", data={**WORDS, **more, "who": " Alice.Moor@shop.example "}
    )
    [ticket] = tickets()
    assert answer.location == f"/desk/tickets/{ticket.id}"
    assert (ticket.requester_id, ticket.subject) == (alice.id, "Lamp by phone")
    assert (ticket.priority, ticket.category_id) == (Priority.HIGH, lamps.id)
    assert ticket.tag_names == ["phone", "vip"]
    [message] = queries.conversation(DESK, ticket)
    assert (message.author_id, len(message.attachments)) == (agent.id, 1)


def test_for_a_new_customer(desk, agent):
    data = {**WORDS, "who": "new@shop.example", "name": "Nora New"}
    assert desk.browser(agent).post("/desk/tickets/new", data=data).status_code == 302
    nora = accounts.by_email("new@shop.example")
    assert (nora.name, nora.role) == ("Nora New", Role.CUSTOMER)
    assert tickets()[0].requester_id == nora.id


def test_a_bad_ticket_makes_no_customer(desk, agent):
    data = {"who": "new@shop.example", "name": "Nora New", "subject": "", "message": ""}
    answer = desk.browser(agent).post("/desk/tickets/new", data=data)
    assert answer.status_code == 422
    assert 'id="subject-error"' in answer.text
    assert accounts.by_email("new@shop.example") is None


def test_a_new_customer_needs_a_name_and_a_good_address(desk, agent):
    answer = desk.browser(agent).post("/desk/tickets/new", data={**WORDS, "who": "a@b@c"})
    assert answer.status_code == 422
    assert 'id="who-error"' in answer.text
    assert 'id="name-error"' in answer.text


def test_somebody_found_by_name_is_chosen(desk, alice, bob, agent):
    browser = desk.browser(agent)
    found = browser.post("/desk/tickets/new", data={**WORDS, "who": "moor", "do": "find"})
    assert "Alice Moor" in found.text
    assert "Bob Lind" not in found.text
    assert "She called: it flickers.</textarea>" in found.text  # nothing typed is lost
    assert tickets() == []
    unclear = browser.post("/desk/tickets/new", data={**WORDS, "who": "moor"})
    assert "Please choose who it is." in unclear.text
    data = {**WORDS, "who": "moor", "requester": str(alice.id)}
    assert browser.post("/desk/tickets/new", data=data).status_code == 302
    assert tickets()[0].requester_id == alice.id


def test_files_are_kept_while_somebody_is_looked_for(desk, alice, agent):
    browser = desk.browser(agent)
    data = {**WORDS, "who": "moor", "do": "find", "files": upload()}
    kept = re.search(
        r'name="kept" value="(\w+)"', browser.post("/desk/tickets/new", data=data).text
    )[1]
    browser.post("/desk/tickets/new", data={**WORDS, "who": alice.email, "kept": kept})
    assert tickets()[0].file_count == 1


def test_nobody_of_that_name(desk, agent):
    answer = desk.browser(agent).post("/desk/tickets/new", data={**WORDS, "who": "Zoe"})
    assert answer.status_code == 422
    assert "please give an e-mail address" in answer.text


def test_another_ticket_for_the_same_customer(desk, alice, agent):
    page = desk.browser(agent).get(f"/desk/tickets/new?requester={alice.id}")
    assert f'value="{alice.id}" checked' in page.text


@pytest.mark.parametrize("requester", ["x", "999999", "9" * 30])
def test_a_customer_who_is_not_there_is_not_chosen(desk, agent, requester):
    page = desk.browser(agent).get(f"/desk/tickets/new?requester={requester}")
    assert page.status_code == 200
    assert 'name="requester"' not in page.text


def test_a_double_click_opens_one(desk, alice, agent, read):
    browser = desk.browser(agent)
    once = read(browser, "/desk/tickets/new").hidden("once")
    data = {**WORDS, "who": alice.email, "once": once}
    first, second = (browser.post("/desk/tickets/new", data=data) for _ in range(2))
    assert len(tickets()) == 1
    assert first.location == second.location
