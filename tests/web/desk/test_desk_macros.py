"""Macros on a ticket's pages: chosen, looked at, applied, undone; in bulk; in the palette."""

import re
from html import unescape

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.macros import actions as macros
from helpdesk.macros.actions import MacroDraft
from helpdesk.shop.actions import set_hold
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority, Status
from tests.macros.conftest import macro, steps

__all__ = ["macro", "steps"]

FIELDS = ("once", "last_message_id", "seen_held", "mark", "seen", "told_blanks")


@pytest.fixture
def ticket(desk, alice):
    return desk.ticket(alice)


@pytest.fixture
def browser(desk, agent):
    return desk.browser(agent)


@pytest.fixture
def form(browser, ticket):
    """The form of a macro's page: ``form(made)``, or of a page that came back."""

    def form(made, page=None):
        page = page or browser.get(path(ticket, made)).text
        found = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in FIELDS}
        data = {name: unescape(match[1]) for name, match in found.items() if match}
        return data | ({"message": text_of(page)} if "<textarea" in page else {})

    return form


def text_of(page):
    found = re.search(r'<textarea[^>]*name="message"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return unescape(found[1]).strip()


def path(ticket, made):
    return f"/desk/tickets/{ticket.id}/macros/{made.id}"


def plan_of(page):
    """Each line of the plan: its label, and what it says."""
    lines = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return {label: " ".join(re.sub(r"<[^>]+>", " ", rest).split()) for label, rest in lines}


def test_they_are_listed_with_what_they_do(browser, ticket, agent, macro):
    made = macro(agent, "Words", "Close <it>", "Returns", status=Status.CLOSED, add=["late"])
    for headers in ({}, {"HX-Request": "true"}):
        text = browser.get(f"/desk/tickets/{ticket.id}/macros?view=open", headers=headers).text
        assert "Close &lt;it&gt;" in text and "Returns" in text and "Closed" in text
        assert f"{path(ticket, made)}?view=open" in text
    assert "Nothing found" in browser.get(f"/desk/tickets/{ticket.id}/macros?find=xyzzy").text


def test_a_preview_says_from_what_to_what(desk, browser, ticket, agent, macro, field):
    field("Gift", "checkbox")
    lamps = desk.category("Lamps")
    made = macro(
        agent, me=True, status=Status.PENDING, priority=Priority.NORMAL, category_id=lamps.id,
        add=["b", "a"], fields={"gift": True},
    )  # fmt: skip
    page = browser.get(path(ticket, made)).text
    assert plan_of(page) == {
        "Status": "Open Pending",
        "Assignee": "nobody Ana Gent",
        "Category": "none Lamps",
        "Tags": "none a, b",
        "Gift": "No Yes",
        "Priority": "Normal as it is",
    }
    assert desk.fresh(ticket).status == "open"


def test_it_is_applied_and_undone(desk, browser, ticket, agent, macro, form):
    made = macro(agent, me=True, status=Status.RESOLVED, add=["done"])
    answer = browser.post(path(ticket, made) + "?view=open", data=form(made))
    assert answer.location == f"/desk/tickets/{ticket.id}?view=open"
    page = browser.get(answer.location).text
    assert "“Close it” is applied." in page and "Ana Gent used the macro “Close it”" in page
    fresh = desk.fresh(ticket)
    assert (fresh.status, fresh.assignee_id, fresh.tag_names) == ("resolved", agent.id, ["done"])
    browser.post(re.search(r'action="(/desk/undo/\w+)"', page)[1])
    fresh = desk.fresh(ticket)
    assert (fresh.status, fresh.assignee_id, fresh.tag_names) == ("open", None, [])
    browser.post(path(ticket, made), data=form(made))
    assert "as the macro would make it" in browser.get(path(ticket, made)).text
    answer = browser.post(path(ticket, made), data=form(made), follow_redirects=True)
    assert "Nothing had to be changed." in answer.text


def test_a_reply_is_changed_by_hand_held_and_sent_once(
    desk, browser, ticket, alice, agent, macro, form, travel
):
    set_hold(DESK, 10)
    made = macro(agent, "Hello {{requester.name}}!", status=Status.RESOLVED)
    data = form(made)
    assert data["message"] == "Hello Alice Moor!"
    data["message"] += " And **thanks**."
    for _ in range(2):
        assert browser.post(path(ticket, made), data=data).status_code == 302
    assert desk.fresh(ticket).message_count == 1
    travel(seconds=30)
    actions.release_due()
    words = [one.body for one in queries.conversation(alice, desk.fresh(ticket))]
    assert words[1:] == ["Hello Alice Moor! And **thanks**."]
    assert desk.fresh(ticket).status == "resolved"


def test_a_reply_that_is_called_back_takes_all_with_it(
    desk, browser, ticket, agent, macro, form, travel
):
    set_hold(DESK, 10)
    made = macro(agent, "Hello!", status=Status.RESOLVED, add=["done"])
    page = browser.post(path(ticket, made), data=form(made), follow_redirects=True).text
    browser.post(re.search(r'action="(/desk/held/\w+/call-back)[?"]', page)[1])
    back = browser.get(f"/desk/tickets/{ticket.id}").text
    assert text_of(back) == "Hello!"
    assert "used the macro" in page and "used the macro" not in back
    travel(seconds=30)
    actions.release_due()
    fresh = desk.fresh(ticket)
    assert (fresh.message_count, fresh.status, fresh.tag_names) == (1, "open", [])


def test_a_colleague_who_has_just_answered_is_seen_first(
    desk, browser, ticket, admin, agent, macro, form
):
    set_hold(DESK, 10)
    made = macro(agent, "Hello!")
    data = form(made)
    actions.send_reply(admin, ticket, "Mine was first", seconds=10)
    answer = browser.post(path(ticket, made), data=data)
    assert answer.status_code == 409 and "Ada Min has just answered" in answer.text
    assert browser.post(path(ticket, made), data=form(made, answer.text)).status_code == 302


def test_what_is_missing_is_shown_before_and_asked_for_once(
    desk, browser, ticket, agent, macro, form
):
    made = macro(agent, "Of {{requester.company}}")
    page = browser.get(path(ticket, made)).text
    assert "Nothing is known for {{requester.company}}" in page
    data = form(made, page)
    more = browser.post(path(ticket, made), data=data | {"message": "{{x}} {{requester.company}}"})
    assert more.status_code == 422 and "Nothing is known for {{x}}" in more.text
    assert "{{x}} {{requester.company}}" in form(made, more.text)["message"]
    assert browser.post(path(ticket, made), data=data).status_code == 302


def test_what_somebody_changed_meanwhile_is_said(desk, browser, ticket, admin, macro, form, agent):
    made = macro(agent, priority=Priority.HIGH, status=Status.PENDING)
    data = form(made)
    actions.update(admin, ticket, Changes(priority=Priority.URGENT))
    answer = browser.post(path(ticket, made), data=data)
    assert answer.status_code == 409 and "priority (urgent)" in answer.text
    assert plan_of(answer.text)["Priority"] == "Urgent High"
    assert desk.fresh(ticket).status == "open"
    assert browser.post(path(ticket, made), data=form(made, answer.text)).status_code == 302
    assert desk.fresh(ticket).priority == "high"


def test_words_that_came_meanwhile_and_a_macro_that_changed(
    desk, browser, ticket, alice, agent, admin, macro, steps, form
):
    made = macro(agent, "Hello!")
    data = form(made)
    desk.reply(alice, ticket, "It works now.")
    answer = browser.post(path(ticket, made), data=data | {"message": "Mine"})
    assert answer.status_code == 409 and "somebody else wrote" in answer.text
    data = form(made, answer.text)
    assert data["message"] == "Mine"
    draft = MacroDraft(name="Close it", is_shared=True, steps=steps(status=Status.CLOSED))
    macros.update_macro(admin, made.id, draft)
    answer = browser.post(path(ticket, made), data=data)
    assert answer.status_code == 409 and "changed this macro meanwhile" in answer.text
    macros.delete_macro(admin, made.id)
    assert browser.post(path(ticket, made), data=data).status_code == 302  # "Mine" is a draft now
    assert desk.fresh(ticket).status == "open"


def test_where_it_can_not_be_applied_there_is_no_button(desk, browser, ticket, agent, macro):
    made = macro(agent, "Hello!")
    actions.change_status(agent, ticket, Status.CLOSED)
    page = browser.get(path(ticket, made)).text
    assert "This request is closed" in page and "Send and apply" not in page
    answer = browser.post(path(ticket, made), data={"message": "Hello!"})
    assert answer.status_code == 409 and answer.text.count("This request is closed") >= 1


def test_a_required_field_is_asked_for(desk, browser, ticket, agent, macro, field, form):
    field("Reason", required="agents")
    made = macro(agent, status=Status.RESOLVED)
    answer = browser.post(path(ticket, made), data=form(made))
    assert answer.status_code == 422 and "“Reason” must be filled in" in answer.text


@pytest.mark.parametrize(
    "seen", ["[" * 9000, "{", '{"status": {"a": 1}}', '["x"]', "\0", '{"priority": "\\ud800"}', ""]
)
def test_a_form_that_says_anything(desk, browser, ticket, agent, macro, form, seen):
    made = macro(agent, priority=Priority.HIGH)
    answer = browser.post(path(ticket, made), data=form(made) | {"seen": seen})
    assert answer.status_code in (302, 409)
    browser.post(path(ticket, made), data={"mark": "x", "last_message_id": "9" * 99})


def test_a_preview_of_the_words_without_script(browser, ticket, agent, macro, form):
    made = macro(agent, "Hello!")
    data = form(made) | {"do": "preview", "message": "**Bold**"}
    answer = browser.post(path(ticket, made), data=data)
    assert answer.status_code == 200 and "<strong>Bold</strong>" in answer.text


def test_somebody_elses_private_macro_is_none(desk, ticket, agent, admin, macro, alice):
    made = macro(agent, name="Secret", status=Status.CLOSED, shared=False)
    for who, status in ((admin, 404), (alice, 403)):
        for method in ("GET", "POST"):
            answer = desk.browser(who).open(path(ticket, made), method=method)
            assert answer.status_code == status and "Secret" not in answer.text
    assert desk.fresh(ticket).status == "open"


def test_a_preview_costs_the_same_for_little_and_much(desk, browser, alice, agent, macro, field):
    for number in range(8):
        field(f"Field {number}")
    lamps, costs = desk.category("Lamps"), []
    small = macro(agent, "{{shop.name}}", "Small", assignee_id=agent.id,
                  category_id=lamps.id, fields={"field_0": "x"})  # fmt: skip
    large = macro(agent, "{{requester.company}} {{shop.name}}", "Large", assignee_id=agent.id,
                  category_id=lamps.id, status=Status.RESOLVED, add=["a", "b"],
                  fields={f"field_{n}": "x" for n in range(8)})  # fmt: skip
    ticket = desk.ticket(alice)
    for made in (small, large):
        browser.get(path(ticket, made))
        with desk.counted() as statements:
            assert browser.get(path(ticket, made)).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_the_palette_finds_them(desk, browser, agent, admin, macro):
    mine = macro(agent, name="Close it quietly", status=Status.CLOSED)
    macro(admin, name="Close it secretly", status=Status.CLOSED, shared=False)
    for asked in ("macro", "quiet", "macro close"):
        page = browser.get(f"/desk/palette?q={asked}").text
        assert f'data-command="macro-{mine.id}"' in page
        assert "Macro: Close it quietly" in page and "secretly" not in page
    assert "Macro:" not in browser.get("/desk/palette").text


def test_a_macro_without_words_is_for_many(desk, browser, alice, agent, macro):
    tickets = [desk.ticket(alice), desk.ticket(alice)]
    tidy = macro(agent, name="Tidy", folder="Old", me=True, status=Status.CLOSED)
    loud = macro(agent, "Words", name="Loud")
    page = browser.get("/desk/bulk?view=open").text
    assert f'<option value="{tidy.id}">Old / Tidy</option>' in page and "Loud" not in page
    data = {"action": "macro", "ids": [one.id for one in tickets]}
    answer = browser.post("/desk/bulk", data=data | {"macro": tidy.id}, follow_redirects=True)
    assert "2 tickets changed." in answer.text
    assert {desk.fresh(one).status for one in tickets} == {"closed"}
    browser.post(re.search(r'action="(/desk/undo/\w+)"', answer.text)[1])
    assert {desk.fresh(one).status for one in tickets} == {"open"}
    answer = browser.post("/desk/bulk", data=data | {"macro": loud.id})
    assert answer.status_code == 422 and "apply it ticket by ticket" in answer.text
    for wrong in ("", "x", "999"):
        answer = browser.post("/desk/bulk", data=data | {"macro": wrong})
        assert answer.status_code in (404, 422)


def test_words_for_a_macro_that_is_gone_become_a_draft(desk, alice, agent):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)

    answer = browser.post(f"/desk/tickets/{ticket.id}/macros/999", data={"message": "Precious"})

    assert answer.status_code == 302
    page = browser.get(f"/desk/tickets/{ticket.id}").text
    assert "There is no such macro." in page
    assert "Precious</textarea>" in page
