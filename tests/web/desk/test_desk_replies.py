"""Saved replies on a ticket: proposed, chosen without script, and what is missing told once."""

import re
from html import unescape

import pytest

from helpdesk.tickets import queries
from tests.macros.conftest import saved

__all__ = ["saved"]

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def ticket(desk, alice):
    return desk.ticket(alice)


@pytest.fixture
def browser(desk, agent):
    return desk.browser(agent)


def proposals(browser, ticket, q=""):
    return browser.get(f"/desk/complete/replies?ticket={ticket.id}&q={q}").json


def text_of(page):
    found = re.search(r'<textarea[^>]*name="message"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return unescape(found[1]).strip()


def test_they_are_proposed_filled_in_for_the_ticket(browser, ticket, agent, admin, saved):
    saved(agent, "Hello {{requester.first_name}}!", "Hello", "Greetings")
    saved(admin, "Bye {{requester.company}}", "Bye", shared=True)
    saved(admin, "Secret", "Secret")
    [bye, hello] = proposals(browser, ticket)
    assert hello == {
        "label": "Hello",
        "detail": "Greetings · Hello {{requester.first_name}}!",
        "insert": "Hello Alice!",
        "says": "",
    }
    assert "{{requester.company}}" in bye["says"] and bye["insert"] == "Bye {{requester.company}}"
    assert [one["label"] for one in proposals(browser, ticket, "greet")] == ["Hello"]
    for odd in ("%00", "%ED%A0%80", '"', "a" * 5000):
        assert browser.get(f"/desk/complete/replies?ticket={ticket.id}&q={odd}").status_code == 200
    for id_ in ("", "0", "x", "999", "9" * 40):
        assert browser.get(f"/desk/complete/replies?ticket={id_}").status_code == 404


def test_a_list_for_the_dialog_and_a_page_without(browser, ticket, agent, saved):
    one = saved(agent, "Hello <b>you</b>", "Hello <i>", "Greetings")
    part = browser.get(f"/desk/tickets/{ticket.id}/replies", headers=SCRIPT).text
    page = browser.get(f"/desk/tickets/{ticket.id}/replies").text
    assert "<html" not in part and "<html" in page
    for text in (part, page):
        assert f"/desk/tickets/{ticket.id}/replies/{one.id}" in text
        assert "Hello &lt;i&gt;" in text and "<b>you" not in text
    found = browser.get(f"/desk/tickets/{ticket.id}/replies?find=xyzzy", headers=SCRIPT).text
    assert "Nothing found" in found
    answer = browser.get(f"/desk/tickets/{ticket.id}/replies/{one.id}")
    assert answer.json["insert"] == "Hello <b>you</b>"


def test_without_script_what_was_written_comes_back_with_the_reply_below(
    desk, browser, ticket, agent, saved
):
    one = saved(agent, "Hello {{requester.name}}, of {{requester.company}}")
    words = {"kind": "reply", "message": "Dear\r\n<you>", "reply_status": "resolved"}
    answer = browser.post(f"/desk/tickets/{ticket.id}/replies", data=words)
    carried = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', answer.text)
    data = {name: unescape(value) for name, value in carried if name != "csrf_token"}
    assert data["message"] == "Dear\r\n<you>"
    assert text_of(browser.get(f"/desk/tickets/{ticket.id}").text) == "Dear\n<you>"  # kept anyway
    answer = browser.post(f"/desk/tickets/{ticket.id}/replies", data=data | {"find": "thank"})
    assert one.name in answer.text
    answer = browser.post(f"/desk/tickets/{ticket.id}/replies/{one.id}", data=data)
    assert answer.status_code == 200
    assert text_of(answer.text).split() == (
        ["Dear", "<you>", "Hello", "Alice", "Moor,", "of", "{{requester.company}}"]
    )
    assert "Nothing is known for {{requester.company}}" in answer.text
    assert desk.fresh(ticket).message_count == 1


def test_a_file_is_carried_along(desk, browser, ticket, agent, saved):
    from tests.desk import upload

    one = saved(agent)
    data = {"kind": "reply", "message": "See", "files": upload()}
    answer = browser.post(f"/desk/tickets/{ticket.id}/replies", data=data)
    [key] = re.findall(r'name="kept" value="(\w+)"', answer.text)
    answer = browser.post(f"/desk/tickets/{ticket.id}/replies/{one.id}", data={"kept": key})
    assert f'value="{key}" checked' in answer.text


def test_what_is_missing_refuses_the_send_once(desk, browser, ticket, compose):
    words = "Dear {{requester.company}},"
    answer = compose(browser, ticket, message=words)
    assert answer.status_code == 422
    assert "Nothing is known for {{requester.company}}" in answer.text
    assert 'id="composer-message-error"' in answer.text and 'aria-invalid="true"' in answer.text
    assert desk.fresh(ticket).message_count == 1
    told = unescape(re.search(r'name="told_blanks" value="([^"]*)"', answer.text)[1])
    other = compose(browser, ticket, message=f"{words} {{{{x}}}}", told_blanks=told)
    assert other.status_code == 422
    answer = compose(browser, ticket, message=words, told_blanks=told)
    assert answer.status_code == 302


def test_a_note_may_have_anything_in_it(browser, ticket, compose):
    answer = compose(browser, ticket, kind="note", message="Write {{requester.name}} there")
    assert answer.status_code == 302


@pytest.mark.parametrize("name", ["{{agent.email}}", "**x**", "<img src=x onerror=alert(1)>"])
def test_a_customers_name_reaches_the_customer_as_it_is(desk, browser, agent, saved, compose, name):
    requester = desk.user("customer", name, "odd@shop.example")
    ticket = desk.ticket(requester)
    saved(agent, "Dear {{requester.name}},")
    [one] = proposals(browser, ticket)
    assert one["says"] == ""
    answer = compose(browser, ticket, message=one["insert"], reply_status="open")
    assert answer.status_code == 302
    shown = desk.browser(requester)
    page = desk.browser(agent).get(f"/desk/tickets/{ticket.id}").text
    assert "<img src=x" not in page and "<strong>x</strong>" not in page
    assert shown.get(f"/tickets/{ticket.id}").status_code == 200


def test_customers_reach_none_of_it(desk, alice, ticket, agent, saved):
    one = saved(agent, "Secret words", "Secret name", shared=True)
    browser = desk.browser(alice)
    for path in (
        f"/desk/complete/replies?ticket={ticket.id}",
        f"/desk/tickets/{ticket.id}/replies",
        f"/desk/tickets/{ticket.id}/replies/{one.id}",
        f"/desk/settings/replies/{one.id}",
    ):
        answer = browser.get(path)
        assert answer.status_code == 403 and "Secret" not in answer.text
    assert queries.get(agent, ticket.id).message_count == 1


def test_a_private_one_is_nobody_elses(desk, ticket, agent, admin, saved):
    one = saved(agent, "Secret")
    browser = desk.browser(admin)
    for method, path in (
        ("GET", f"/desk/tickets/{ticket.id}/replies/{one.id}"),
        ("POST", f"/desk/tickets/{ticket.id}/replies/{one.id}"),
        ("GET", f"/desk/settings/replies/{one.id}"),
        ("POST", f"/desk/settings/replies/{one.id}/delete"),
        ("POST", f"/desk/settings/replies/{one.id}/share"),
    ):
        assert browser.open(path, method=method).status_code == 404
    assert proposals(browser, ticket) == []


def test_proposing_costs_the_same_for_few_and_many(desk, browser, ticket, agent, saved, field):
    field("Order number")
    costs = []
    body = "{{requester.company}} {{ticket.field.order_number}} {{shop.name}} {{ticket.category}}"
    for many in (1, 7):
        for number in range(many):
            saved(desk.user("agent"), body, f"{many} {number}", shared=True)
        proposals(browser, ticket)
        with desk.counted() as statements:
            proposals(browser, ticket)
        costs.append(len(statements))
    assert costs[0] == costs[1]
