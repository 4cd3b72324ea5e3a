"""Pieces that are made once: for what they show, and in the reader's language."""

import html

from helpdesk.tickets import actions
from helpdesk.tickets.models import Priority
from helpdesk.web.made import LARGEST, made


def rows_of(browser, path="/desk/views/all"):
    page = browser.get(path).text
    return page.partition('<ol class="rows">')[2].partition("</ol>")[0]


def test_a_piece_is_made_once_for_what_it_shows():
    asked = []

    def piece(shown):
        asked.append(shown)
        return f"<b>{shown}</b>"

    for shown in (1, 2, 1):
        assert made(piece, shown) == f"<b>{shown}</b>"
    assert asked == [1, 2]
    large = "x" * LARGEST
    for _ in range(2):
        assert made(piece, large) == f"<b>{large}</b>"
    assert asked == [1, 2, large, large]


def test_words_are_no_html_where_html_of_the_same_letters_was_shown(desk, agent):
    """A subject with a mark in it, and one in which the word that is looked for is marked."""
    lamp = desk.ticket(desk.user(), "A lamp", message="Of glass")
    browser = desk.browser(agent)
    marked = "A <mark>lamp</mark>"
    assert marked in rows_of(browser, "/desk/views/all?q=lamp")
    actions.update(agent, lamp, actions.Changes(subject=marked))
    for path in ("/desk/views/all", "/desk/views/all?q=glass", "/desk/views/all"):
        shown = rows_of(browser, path)
        assert marked not in shown
        assert html.escape(marked) in shown


def test_a_row_says_what_its_reader_has_read_and_begun(desk, alice, agent):
    other, ticket = desk.browser(desk.user("agent")), desk.ticket(alice)
    browser = desk.browser(agent)
    assert "is-unread" in rows_of(browser)
    browser.post(f"/desk/tickets/{ticket.id}/read")
    assert "is-unread" not in rows_of(browser)
    assert "is-unread" in rows_of(other)


def test_a_row_is_never_older_than_its_ticket(desk, alice, agent, travel):
    ticket, browser = desk.ticket(alice, "Broken lamp"), desk.browser(agent)
    assert "Broken lamp" in rows_of(browser)
    urgent = Priority.URGENT
    changes = actions.Changes(subject="Broken chair", assignee_id=agent.id, priority=urgent)
    actions.update(agent, ticket, changes)
    row = rows_of(browser)
    for words in ("Broken chair", agent.name, 'data-priority="urgent"'):
        assert words in row
    assert "is-late" not in row
    travel(days=2)
    assert "is-late" in rows_of(browser)
    assert "2 days" in rows_of(browser)
