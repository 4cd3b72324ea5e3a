"""How many queries the desk's pages send: the same for few and for many."""

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Priority
from tests.mail.rows import came_by_mail, outgoing

PART = {"HX-Request": "true", "HX-Target": "pane"}


def queries_of(desk, browser, path, headers=None):
    browser.get(path, headers=headers)  # what is kept in memory is read once
    desk.user()  # and the rest again once anybody has written
    with desk.counted() as statements:
        assert browser.get(path, headers=headers).status_code == 200
    return len(statements)


@pytest.mark.parametrize("query", ["", "?q=lamp", "?priority=normal&sort=newest"])
def test_a_list_costs_the_same_for_3_and_30_rows(desk, agent, query):
    browser, costs = desk.browser(agent), []
    for many in (3, 27):
        for number in range(many):
            ticket = desk.ticket(desk.user(), f"Lamp {number}", files=[desk.file()])
            actions.update(agent, ticket, Changes(assignee_id=desk.user("agent").id))
        costs.append(queries_of(desk, browser, f"/desk/views/open{query}"))
    assert costs[0] == costs[1]
    assert costs[0] <= 11


@pytest.mark.parametrize(("headers", "most"), [({}, 12), (PART, 6)], ids=["page", "part"])
def test_a_ticket_costs_the_same_for_3_and_30_messages(desk, alice, agent, headers, most):
    lamps, bulbs = desk.category("Lamps"), desk.category("Bulbs")
    ticket = desk.ticket(alice)
    browser, costs = desk.browser(agent), []
    for many in (3, 27):
        for number in range(many):
            desk.note(desk.user("agent"), ticket, files=[desk.file()])
            asked = desk.reply(alice, ticket, "And?", files=[desk.file()])
            people = [{"name": "Bo", "email": desk.user().email}, {"email": "new@x.example"}]
            came_by_mail(asked, quoted="As in TKT1", copied=people, related_ticket_id=1)
            outgoing(asked)
            changes = Changes(
                category_id=(lamps, bulbs)[number % 2].id,
                assignee_id=desk.user("agent").id,
                priority=(Priority.LOW, Priority.HIGH)[number % 2],
                tags=[f"tag {number}"],
            )
            actions.update(agent, ticket, changes)
            desk.ticket(alice)
        costs.append(queries_of(desk, browser, f"/desk/tickets/{ticket.id}?view=all", headers))
    assert costs[0] == costs[1]
    assert costs[0] <= most
