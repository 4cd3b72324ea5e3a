"""What people see when something is in the way."""

import pytest

from helpdesk.web import templating
from helpdesk.web.portal import ticket as ticket_page


def test_a_page_that_is_not_there_says_where_to_go(desk, alice, agent):
    for user, way in ((None, "/sign-in"), (alice, "/tickets"), (agent, "/desk")):
        answer = desk.browser(user).get("/no-such-page")
        assert answer.status_code == 404
        assert "We can&#39;t find that" in answer.text or "We can't find that" in answer.text
        assert f'href="{way}' in answer.text


def test_a_page_for_staff_is_refused_to_customers_in_words(desk, alice):
    answer = desk.browser(alice).get("/desk")
    assert answer.status_code == 403 and "for the shop&#39;s staff" in answer.text


def test_a_method_that_a_page_does_not_take_is_named(desk, alice):
    answer = desk.browser(alice).delete("/tickets")
    assert answer.status_code == 405 and "POST" in answer.headers["Allow"]


def test_a_failure_of_ours_tells_a_number_and_no_detail(desk, alice, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the secret detail")

    monkeypatch.setattr(ticket_page, "opened", fail)
    ticket = desk.ticket(alice)
    answer = desk.browser(alice).get(f"/tickets/{ticket.id}")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text and "<code>" in answer.text


def test_a_failure_of_the_database_still_gives_a_page(desk, monkeypatch):
    def fail():
        raise RuntimeError("the secret detail")

    monkeypatch.setattr(templating, "look", fail)
    answer = desk.browser().get("/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret detail" not in answer.text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-up", "/forgot-password", "/no-such-page"])
def test_every_page_has_one_heading_a_title_a_language_and_a_main_part(desk, path):
    page = desk.browser().get(path).text
    assert page.count("<h1") == 1 and page.count("<main") == 1
    assert '<html lang="en" dir="ltr"' in page and "<title>" in page
