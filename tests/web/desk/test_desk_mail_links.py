"""Staff end the links in the mails of a ticket."""

from helpdesk.database import transaction
from helpdesk.mail.sending import links


def link(ticket):
    with transaction():
        return f"/r/{links.token_of(links.link_of(ticket, ticket.requester))}"


def test_the_menu_ends_them_and_the_history_says_so(desk, alice, agent):
    ticket = desk.ticket(alice)
    browser, page = desk.browser(agent), f"/desk/tickets/{ticket.id}"
    assert "End the links in mails" not in browser.get(page).text  # there are none
    path = link(ticket)
    assert "End the links in mails" in browser.get(page).text
    assert desk.browser().get(path).status_code == 303
    answer = browser.post(f"{page}/mail-links/end?view=all")
    assert answer.status_code == 302 and answer.location.startswith(page)
    shown = browser.get(answer.location).text
    assert "open nothing any more" in shown
    assert "Ana Gent ended the links in its mails" in shown
    assert "End the links in mails" not in shown
    assert desk.browser().get(path).status_code == 404
    browser.post(f"{page}/mail-links/end")
    shown = browser.get(page).text
    assert "Nothing was changed." in shown
    assert shown.count("ended the links") == 1


def test_those_of_other_tickets_go_on(desk, alice, agent):
    ticket, other = desk.ticket(alice), desk.ticket(alice, "A chair")
    paths = [link(ticket), link(other)]
    desk.browser(agent).post(f"/desk/tickets/{ticket.id}/mail-links/end")
    assert [desk.browser().get(path).status_code for path in paths] == [404, 303]
