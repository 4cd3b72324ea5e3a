"""A ticket's page: what it tells, and its fields with two people at them."""

import html
import re

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority, Status


def test_the_page_says_whose_it_is_and_what_else_they_asked(desk, alice, bob, agent, read):
    earlier = [desk.ticket(alice, f"Earlier {number}") for number in range(6)]
    desk.ticket(bob, "Not theirs")
    ticket = desk.ticket(alice, "Broken lamp")
    text = read(desk.browser(agent), f"/desk/tickets/{ticket.id}").text
    panel = text.partition('class="panel customer"')[2]
    assert 'href="mailto:alice.moor@shop.example"' in panel
    assert [f"Earlier {n}" in panel for n in range(6)] == [False, True, True, True, True, True]
    assert f'href="/desk/tickets/{earlier[5].id}"' in panel
    assert "Not theirs" not in panel


def test_words_are_in_order_with_what_happened_between(desk, alice, agent, admin, read):
    lamps = desk.category("Lamps")
    ticket = desk.ticket(alice, message="First words")
    changes = Changes(
        assignee_id=agent.id, priority=Priority.HIGH, category_id=lamps.id, tags=["fragile"]
    )
    actions.update(admin, ticket, changes)
    desk.note(admin, ticket, "Second words")
    desk.reply(agent, ticket, "Third words")
    page = html.unescape(read(desk.browser(agent), f"/desk/tickets/{ticket.id}").text)
    told = [
        "First words</div>",
        "4 changes: assignee, priority, category, tags",
        "Ada Min assigned it to Ana Gent",
        "Ada Min changed the priority from normal to high",
        "Ada Min set the category to Lamps",
        "Ada Min added the tags fragile",
        "Second words</div>",
        "Third words</div>",
        "Ana Gent changed the status from open to pending",
    ]
    conversation = page[page.index('class="conversation"') :]
    places = [conversation.index(sentence) for sentence in told]
    assert places == sorted(places)


def test_every_kind_of_change_is_told_in_words(desk, alice, agent, admin, read):
    lamps, bulbs = desk.category("Lamps"), desk.category("Bulbs")
    spare = desk.category("Spare parts", lamps)
    ticket = desk.ticket(alice, category_id=lamps.id, subcategory_id=spare.id, tags=["old"])
    actions.update(agent, ticket, Changes(assignee_id=agent.id))
    actions.update(agent, ticket, Changes(assignee_id=admin.id))
    actions.update(agent, ticket, Changes(assignee_id=None))
    actions.update(agent, ticket, Changes(assignee_id=agent.id))
    actions.update(agent, ticket, Changes(assignee_id=None))
    actions.update(agent, ticket, Changes(category_id=bulbs.id))
    actions.update(agent, ticket, Changes(tags=["new"]))
    actions.update(agent, ticket, Changes(tags=[]))
    actions.delete_category(agent, spare)
    text = html.unescape(read(desk.browser(agent), f"/desk/tickets/{ticket.id}").text)
    for sentence in (
        "Ana Gent took it",
        "Ana Gent passed it on from Ana Gent to Ada Min",
        "Ana Gent unassigned Ada Min",
        "Ana Gent put it back: it is nobody's now",
        "Ana Gent changed the category from Lamps to Bulbs",
        "Ana Gent removed the sub-category, which was Spare parts",
        "Ana Gent added the tags new and removed old",
        "Ana Gent removed the tags new",
    ):
        assert sentence in text


def test_the_form_changes_what_was_touched(desk, alice, agent, admin, save):
    lamps = desk.category("Lamps")
    broken = desk.category("Broken", lamps)
    ticket = desk.ticket(alice, tags=["old"])
    answer = save(
        desk.browser(agent),
        ticket,
        status="pending",
        assignee=admin.id,
        priority="urgent",
        category=f"{lamps.id}-{broken.id}",
        tags="Fragile, old ,  fragile,",
    )
    assert answer.status_code == 302
    ticket = desk.fresh(ticket)
    assert (ticket.status, ticket.priority) == (Status.PENDING, Priority.URGENT)
    assert (ticket.assignee_id, ticket.tag_names) == (admin.id, ["fragile", "old"])
    assert (ticket.category_id, ticket.subcategory_id) == (lamps.id, broken.id)
    save(desk.browser(agent), ticket, assignee="", category="", tags="")
    ticket = desk.fresh(ticket)
    assert (ticket.assignee_id, ticket.category_id, ticket.subcategory_id) == (None, None, None)
    assert ticket.tag_names == []


def test_two_agents_at_the_same_field_are_told(desk, alice, agent, admin, read, save):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    save(desk.browser(admin), ticket, priority="low", status="resolved")
    answer = save(browser, ticket, page, priority="urgent")
    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile: priority (low)" in answer.text
    again = read.page(answer)
    assert again.chosen("priority") == "urgent"  # the wish is still there
    assert "Now: Low" in answer.text  # beside what it would replace
    assert again.chosen("status") == "resolved"  # what wasn't touched is as it is now
    assert desk.fresh(ticket).priority is Priority.LOW

    seen = again.values("seen_status", "seen_priority")
    data = seen | {"status": seen["seen_status"], "priority": "urgent"}
    assert browser.post(f"/desk/tickets/{ticket.id}/update", data=data).status_code == 302
    ticket = desk.fresh(ticket)
    assert (ticket.priority, ticket.status) == (Priority.URGENT, Status.RESOLVED)


def test_two_agents_at_different_fields_both_get_their_way(desk, alice, agent, admin, read, save):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    save(desk.browser(admin), ticket, tags="warranty", assignee=admin.id)
    assert save(browser, ticket, page, priority="high").status_code == 302
    ticket = desk.fresh(ticket)
    assert (ticket.priority, ticket.tag_names) == (Priority.HIGH, ["warranty"])
    assert ticket.assignee_id == admin.id


def test_two_agents_of_one_mind_have_no_conflict(desk, alice, agent, admin, read, save):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    save(desk.browser(admin), ticket, priority="high")
    assert save(browser, ticket, page, priority="high").status_code == 302


def test_only_one_of_two_takes_a_ticket(desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    for browser, status in ((desk.browser(agent), 302), (desk.browser(admin), 409)):
        answer = browser.post(f"/desk/tickets/{ticket.id}/assign-me", data={"seen": ""})
        assert answer.status_code == status
    assert "assignee (Ana Gent)" in answer.text
    assert desk.fresh(ticket).assignee_id == agent.id


@pytest.mark.parametrize(
    "field",
    [
        {"status": "burnt"},
        {"priority": "9"},
        {"assignee": "999999"},
        {"category": "999999"},
        {"tags": "x" * 41},
        {"seen_status": "burnt", "status": "closed"},
    ],
)
def test_a_choice_that_is_none_is_told(desk, alice, agent, save, field):
    ticket = desk.ticket(alice)
    answer = save(desk.browser(agent), ticket, **field)
    assert answer.status_code == 422
    assert "Please look at this again" in answer.text
    assert desk.fresh(ticket).version == ticket.version


def test_an_inactive_category_and_a_gone_colleague_stay_until_changed(desk, alice, agent, save):
    from helpdesk.accounts import actions as accounts
    from helpdesk.accounts.models import DESK

    lamps, gone = desk.category("Lamps"), desk.user("agent", "Gone Gent")
    ticket = desk.ticket(alice, category_id=lamps.id)
    actions.update(agent, ticket, Changes(assignee_id=gone.id))
    actions.update_category(agent, lamps, actions.CategoryDraft("Lamps", None, False))
    accounts.disable_user(DESK, gone)
    browser = desk.browser(agent)
    text = browser.get(f"/desk/tickets/{ticket.id}").text
    assert "Lamps (inactive)" in text
    assert "Gone Gent (disabled)" in text
    assert save(browser, ticket, priority="high").status_code == 302
    ticket = desk.fresh(ticket)
    assert (ticket.category_id, ticket.assignee_id) == (lamps.id, gone.id)


def test_a_message_of_the_desk_itself_has_no_author(desk, alice, agent, read):
    from helpdesk.accounts.models import DESK

    ticket = desk.ticket(alice)
    actions.reply(DESK, ticket, "From the terminal")
    assert "From the terminal" in read(desk.browser(agent), f"/desk/tickets/{ticket.id}").text


@pytest.mark.parametrize("ticket_id", ["0", "999999", "9" * 30])
def test_a_ticket_that_is_not_there(desk, agent, ticket_id):
    assert desk.browser(agent).get(f"/desk/tickets/{ticket_id}").status_code == 404


def test_customers_are_turned_away(desk, alice, vendor):
    ticket = desk.ticket(alice)
    for user in (alice, vendor):
        browser = desk.browser(user)
        for path in ("/desk", "/desk/views/all", f"/desk/tickets/{ticket.id}", "/desk/settings"):
            assert browser.get(path).status_code == 403


def test_no_id_is_on_the_page_twice(desk, alice, agent, read):
    ticket = desk.ticket(alice, files=[desk.file()])
    for path in (f"/desk/tickets/{ticket.id}", "/desk/views/all", "/desk/tickets/new"):
        ids = re.findall(r' id="([^"]+)"', read(desk.browser(agent), path).text)
        assert sorted(ids) == sorted(set(ids))


def test_a_description_that_differs_from_the_first_message_is_shown(desk, alice, agent, read):
    same = desk.ticket(alice, message="The lamp hums.")
    other = desk.ticket(alice, message="The lamp hums.", description="Model Vega, bought in May")
    browser = desk.browser(agent)
    assert "<h2>Description</h2>" not in read(browser, f"/desk/tickets/{same.id}").text
    text = read(browser, f"/desk/tickets/{other.id}").text
    assert "Model Vega, bought in May" in text
    assert "The lamp hums.</div>" in text


@pytest.mark.parametrize("junk", ["abc", "1x", "9" * 30, "-1", "1-2-3", "\0", "²"])
@pytest.mark.parametrize("field", ["category", "assignee"])
def test_junk_in_a_field_changes_nothing(desk, alice, agent, save, field, junk):
    lamps = desk.category("Lamps")
    ticket = desk.ticket(alice, category_id=lamps.id)
    actions.update(agent, ticket, Changes(assignee_id=agent.id))
    answer = save(desk.browser(agent), ticket, **{field: junk})
    assert answer.status_code == 422
    assert f'id="set-{field}-error"' in answer.text
    ticket = desk.fresh(ticket)
    assert (ticket.category_id, ticket.assignee_id) == (lamps.id, agent.id)


def test_the_middle_of_a_long_conversation_is_asked_for(desk, alice, agent):
    ticket = desk.ticket(alice, message="The first words")
    ids = [desk.note(agent, ticket, f"Note {number}").id for number in range(160)]
    browser, path = desk.browser(agent), f"/desk/tickets/{ticket.id}?view=all"

    def shown(page):
        return [int(id_) for id_ in re.findall(r'id="message-(\d+)"', page)][1:]

    page = browser.get(path).text
    assert "The first words" in page
    assert "100 earlier messages" in page
    assert shown(page) == ids[100:]
    assert f'href="/desk/tickets/{ticket.id}?view=all&amp;whole=yes"' in page
    page = browser.get(f"{path}&whole=yes").text
    assert shown(page) == ids
    assert "data-earlier" not in page
