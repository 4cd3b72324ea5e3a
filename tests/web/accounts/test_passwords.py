"""Forgotten passwords and links to set one, in a browser."""

from helpdesk.accounts import actions, limits, links
from helpdesk.accounts.models import DESK, LinkPurpose, Role
from helpdesk.database import db

NEW = "a lamp on the table"


def ask(desk, email):
    """What the page says, and the path of the link that was made, if one was."""
    browser = desk.browser()
    answer = browser.post("/forgot-password", data={"email": email}, follow_redirects=True)
    db.session.rollback()
    made = [link for link in links.open_resets() if link.user.email == email.lower()]
    return answer, made and f"/set-password/{links.token_of(made[0])}"


def test_the_answer_does_not_tell_whether_there_is_an_account(desk, alice, bob):
    actions.disable_user(DESK, bob)
    known, link = ask(desk, alice.email)
    unknown, no_link = ask(desk, "nobody@shop.example")
    disabled, no_link_either = ask(desk, bob.email)
    assert known.status_code == unknown.status_code == disabled.status_code == 200
    assert known.text == unknown.text == disabled.text
    assert link and not no_link and not no_link_either


def test_the_link_sets_a_password_once_and_signs_in(desk, alice):
    _answer, link = ask(desk, alice.email.upper())
    browser = desk.browser()
    assert alice.email in browser.get(link).text
    answer = browser.post(link, data={"password": NEW})
    assert (answer.status_code, answer.location) == (302, "/tickets")
    assert browser.get("/account").status_code == 200
    assert browser.get(link).status_code == 404
    assert browser.post(link, data={"password": "another one again"}).status_code == 404
    signs_in = {"email": alice.email, "password": NEW}
    assert desk.browser().post("/sign-in", data=signs_in).status_code == 302


def test_a_link_ends_after_an_hour(desk, alice, travel):
    _answer, link = ask(desk, alice.email)
    travel(minutes=59)
    assert desk.browser().get(link).status_code == 200
    travel(minutes=60)
    assert desk.browser().get(link).status_code == 404


def test_a_new_password_ends_every_session(desk, alice):
    elsewhere = desk.browser(alice)
    _answer, link = ask(desk, alice.email)
    desk.browser().post(link, data={"password": NEW})
    assert elsewhere.get("/account").status_code == 302


def test_a_bad_new_password_comes_back_and_the_link_still_works(desk, alice):
    _answer, link = ask(desk, alice.email)
    browser = desk.browser()
    answer = browser.post(link, data={"password": "short"})
    assert answer.status_code == 422 and "at least 8 characters" in answer.text
    assert browser.post(link, data={"password": NEW}).status_code == 302


def test_a_made_up_link_opens_nothing(desk, alice):
    _answer, link = ask(desk, alice.email)
    for wrong in (
        link + "x",
        link[:-1],
        "/set-password/1-0",
        "/set-password/%00",
        "/set-password/é",
    ):
        assert desk.browser().get(wrong).status_code == 404, wrong


def test_an_invitation_lets_staff_set_their_first_password(desk, admin):
    user = actions.add_user(DESK, name="Ines", email="ines@shop.example", role=Role.AGENT)
    token = links.token_of(actions.invite(admin, user))
    answer = desk.browser().post(f"/set-password/{token}", data={"password": NEW})
    assert answer.status_code == 302 and answer.location.startswith("/desk")


def test_a_link_for_setting_up_sets_no_password(desk):
    token = links.token_of(links.make(LinkPurpose.SETUP))
    assert desk.browser().get(f"/set-password/{token}").status_code == 404


def test_asking_too_often_is_refused_in_the_form(desk, alice):
    browser = desk.browser()
    for _ in range(limits.RESET.most):
        answer = browser.post("/forgot-password", data={"email": alice.email})
        assert answer.status_code == 302
    answer = browser.post("/forgot-password", data={"email": alice.email})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert 'name="email"' in answer.text
