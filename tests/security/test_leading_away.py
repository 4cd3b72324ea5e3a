"""Nobody is led away from the desk, given a session of somebody else's, or a header of theirs."""

import re

import pytest

from tests.desk import PASSWORD

AWAY = [
    "http://evil.example/",
    "HTTPS://evil.example",
    "http:evil.example",
    "http:/evil.example",
    "///evil.example",
    "////evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "\\/evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "/\x00/evil.example",
    "/\x7f/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/tickets/..//evil.example",
    "/;//evil.example",
    "/@evil.example",
    "evil.example",
    "@evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "data:text/html,<script>alert(1)</script>",
    "JavaScript:alert(1)",
    "//[::1",
    "/[::1",
    "/\u2028/evil.example",
    "\u200b//evil.example",
    "\uff0f\uff0fevil.example",
    "/tickets/1?x=" + "y" * 20_000,
    "/static/0/css/portal.css",
    "/backend/api/docs",
]
OURS = re.compile(r"/(tickets|desk|static|backend)?([/?][^\\\s]*)?")


@pytest.mark.parametrize("target", AWAY)
@pytest.mark.parametrize("role", ["customer", "agent"])
def test_signing_in_leads_to_a_page_of_the_desk(desk, role, target):
    user = desk.user(role)
    form = {"email": user.email, "password": PASSWORD}
    answer = desk.browser().post("/sign-in", query_string={"next": target}, data=form)
    assert answer.status_code == 302
    assert OURS.fullmatch(answer.location) and not answer.location.startswith("//")
    assert len(answer.headers.getlist("Location")) == 1


@pytest.mark.parametrize("target", AWAY)
def test_so_do_the_forms_that_come_back_to_where_they_were(desk, agent, alice, target):
    ticket = desk.ticket(alice)
    form = {"next": target, "ids": str(ticket.id), "status": "resolved"}
    answer = desk.browser(agent).post("/desk/bulk", data=form)
    assert "evil" not in answer.headers.get("Location", "").partition("?")[0]
    assert not answer.headers.get("Location", "").startswith("//")


@pytest.mark.parametrize("end", ["\r\nX-Evil: 1", "\nX-Evil: 1", "\r\n\r\n<script>", "\x00"])
def test_no_word_of_an_address_becomes_a_header(desk, agent, alice, end):
    ticket = desk.ticket(alice, f"Lamp {end}".replace("\0", ""))
    browser = desk.browser(agent)
    for path in (
        "/desk/views/all",
        f"/desk/tickets/{ticket.id}",
        "/desk/filter",
        "/desk/customers",
    ):
        for name in ("q", "view", "sort", "status", "after", "name"):
            answer = browser.get(path, query_string={name: f"x{end}"})
            assert answer.status_code < 500
            assert "X-Evil" not in answer.headers


def test_a_session_that_somebody_had_before_is_worth_nothing_afterwards(desk, alice):
    """Whoever put a cookie into the browser of another doesn't become them when they sign in."""
    attacker, victim = desk.browser(), desk.browser()
    desk.app.config["WTF_CSRF_ENABLED"] = True
    page = attacker.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    planted = attacker.get_cookie("helpdesk").value
    victim.set_cookie("helpdesk", planted)
    form = {"email": alice.email, "password": PASSWORD, "csrf_token": token}
    assert victim.post("/sign-in", data=form).status_code == 302
    assert victim.get_cookie("helpdesk").value != planted
    assert victim.get("/tickets").status_code == 200
    assert attacker.get("/tickets").status_code == 302
    assert victim.post("/sign-out", data={"csrf_token": token}).status_code == 400  # a new one, too


def test_a_form_token_of_one_session_is_none_of_another(desk, alice, bob):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    page = desk.browser(bob).get("/tickets/new").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    form = {"subject": "x", "message": "y", "csrf_token": token}
    assert desk.browser(alice).post("/tickets", data=form).status_code == 400
