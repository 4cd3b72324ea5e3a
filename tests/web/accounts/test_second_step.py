"""The second step on pages: asked for, not to be gone around, and set up."""

import re

import pytest

from helpdesk import clock
from helpdesk.accounts import actions, sessions
from helpdesk.accounts.entering import Visitor
from helpdesk.accounts.factors import app, ceremony, codes, managing, rules, totp
from helpdesk.accounts.factors.rules import Whom
from helpdesk.database import db
from tests.accounts.test_second_step import with_app
from tests.desk import PASSWORD


def sign_in(browser, user, path="/sign-in"):
    return browser.post(path, data={"email": user.email, "password": PASSWORD})


def anew(read, user_id):
    """What *read* says now, and not in the moment of an earlier question."""
    db.session.rollback()
    db.session.expire_all()
    return read(user_id)


@pytest.fixture
def made(desk, alice):
    """Her recovery codes."""
    return with_app(alice)[1]


def test_a_password_leads_to_the_second_step_and_on_from_there(desk, alice, made):
    browser = desk.browser()
    answer = sign_in(browser, alice, "/sign-in?next=/tickets/new")
    assert answer.location == "/sign-in/second-step?next=/tickets/new"
    assert "Type the code" in browser.get(answer.location).text
    assert browser.get("/account").location.startswith("/sign-in?")
    answer = browser.post(answer.location, data={"code": made[0]})
    assert answer.location == "/tickets/new"
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_leads_to_no_other_host(desk, alice, made, target):
    browser = desk.browser()
    sign_in(browser, alice)
    answer = browser.post(f"/sign-in/second-step?next={target}", data={"code": made[0]})
    assert answer.location == "/tickets"


def test_a_cookie_from_before_the_second_step_opens_nothing_after_it(desk, alice, made):
    browser, thief = desk.browser(), desk.browser()
    sign_in(browser, alice)
    thief.set_cookie("helpdesk", browser.get_cookie("helpdesk").value)
    browser.post("/sign-in/second-step", data={"code": made[0]})
    assert thief.get("/account").location.startswith("/sign-in?")
    answer = thief.post("/sign-in/second-step", data={"code": made[1]})
    assert answer.location == "/sign-in"
    assert anew(codes.left, alice.id) == codes.MANY - 1


@pytest.mark.parametrize("data", [{}, {"code": "000000"}, {"answer": "x"}, {"answer": "{}"}])
def test_what_is_wrong_is_said(desk, alice, made, data):
    browser = desk.browser()
    sign_in(browser, alice)
    answer = browser.post("/sign-in/second-step", data=data)
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text


def test_a_first_step_signs_out_who_was_there_before(desk, alice, bob, made):
    browser = desk.browser(bob)
    answer = sign_in(browser, alice)
    assert browser.get("/account").location.startswith("/sign-in?")
    assert "One more step" in browser.get(answer.location).text


def test_without_a_first_step_there_is_no_second(desk, alice, made):
    browser = desk.browser()
    for answer in (
        browser.get("/sign-in/second-step"),
        browser.post("/sign-in/second-step", data={"code": made[0]}),
    ):
        assert answer.location == "/sign-in"
    assert anew(codes.left, alice.id) == codes.MANY


def test_a_link_for_a_new_password_is_no_way_around_it(desk, alice, made):
    from helpdesk.accounts import links

    link = actions.request_reset(Visitor("192.0.2.1"), alice.email)
    browser = desk.browser()
    answer = browser.post(
        f"/set-password/{links.token_of(link)}", data={"password": "a new lamp in the window"}
    )
    assert answer.location.startswith("/sign-in/second-step")
    assert browser.get("/account").location.startswith("/sign-in?")


def test_a_device_is_remembered_and_asked_again(desk, alice, made):
    browser = desk.browser()
    sign_in(browser, alice)
    browser.post("/sign-in/second-step", data={"code": made[0], "trust": "y"})
    page = browser.get("/account/security").text
    assert "Trusted devices" in page
    browser.post("/sign-out")
    assert sign_in(browser, alice).location == "/tickets"
    [path] = re.findall(r'action="(/account/security/devices/\d+/distrust)"', page)
    browser.post(path)
    browser.post("/sign-out")
    assert sign_in(browser, alice).location.startswith("/sign-in/second-step")


def test_an_app_is_set_up_without_scripts(desk, alice):
    browser = desk.browser(alice)
    assert browser.get("/account/security/app").location == "/account/security"
    answer = browser.post("/account/security/app")
    page = browser.get(answer.location).text
    assert "<svg" in page and "style=" not in page.split("qr-box")[1].split("</div>")[0]
    assert "viewBox=" in page  # a small screen shrinks it instead of cutting it
    secret = anew(app.secret_to_confirm, alice.id)
    assert secret in page.replace(" ", "")
    wrong = browser.post("/account/security/app/confirm", data={"code": "000000"})
    assert wrong.status_code == 422
    code = totp.code_of(secret, totp.step_at(clock.now()))
    shown = browser.post("/account/security/app/confirm", data={"code": code}).text
    assert len(re.findall(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b", shown)) == codes.MANY
    assert anew(managing.summary, alice.id).is_on
    assert browser.get("/account/security/app").location == "/account/security"
    assert secret not in browser.get("/account/security").text


def test_what_a_thief_of_a_session_would_do_asks_for_the_password(desk, alice, made, travel):
    browser = desk.browser(alice)
    travel(minutes=20)
    for path in ("app/remove", "codes", "passkeys"):
        answer = browser.post(f"/account/security/{path}")
        assert answer.status_code == 403 and "Is it still you?" in answer.text
    assert anew(managing.summary, alice.id).has_app
    assert browser.post("/account/prove", data={"proof": "no"}).status_code == 422
    answer = browser.post("/account/prove?next=/account/security", data={"proof": PASSWORD})
    assert answer.location == "/account/security"
    browser.post("/account/security/app/remove")
    assert not anew(managing.summary, alice.id).has_app


def test_who_must_set_it_up_can_do_nothing_before(desk, agent, admin):
    rules.require_of(admin, Whom.STAFF)
    browser = desk.browser()
    sign_in(browser, agent)
    for path in ("/desk/views/open", "/account", "/desk/notices", "/desk/settings/users"):
        assert browser.get(path).location == f"/account/security?next={path}", path
    answer = browser.post("/account/tokens", data={"name": "x"})
    assert answer.status_code == 403 and 'name="name" value="x"' in answer.text
    assert "wants a second step of you" in browser.get("/account/security").text
    browser.post("/account/security/app")
    code = totp.code_of(anew(app.secret_to_confirm, agent.id), totp.step_at(clock.now()))
    assert (
        "recovery codes" in browser.post("/account/security/app/confirm", data={"code": code}).text
    )
    assert browser.get("/desk/views/open").status_code == 200


def test_passkeys_say_why_they_do_not_work_here(desk, alice):
    assert "belong to a name" in desk.browser(alice).get("/account/security").text


def test_passkeys_need_https_or_localhost(make_desk):
    desk = make_desk(HELPDESK_BASE_URL="http://help.shop.example")
    alice = desk.user("customer", "Alice Moor")
    assert "need https" in desk.browser(alice).get("/account/security").text


@pytest.mark.parametrize("method", ["get", "post"])
def test_asking_for_passkeys_tells_nobody_who_has_an_account(make_desk, method):
    desk = make_desk(HELPDESK_BASE_URL="http://localhost:8000")
    alice = desk.user("customer", "Alice Moor")
    for email in (alice.email, "nobody@shop.example"):
        answer = desk.browser().open(f"/sign-in/passkey?email={email}", method=method.upper())
        if method == "get":
            assert answer.json.get("allowCredentials", []) == []
            assert set(answer.json) >= {"challenge", "rpId"}
        else:
            assert answer.location == "/sign-in"


ODD = [
    "x" * 30_000,
    "[]",
    "null",
    "1",
    '{"response": 1}',
    '{"response": {"clientDataJSON": "e30"}}',
    '{"response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiJ4In0"}}',
    '{"id": "\\ud800", "response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOjF9"}}',
    "[" * 19_000,
    '{"a":' * 5_000,
    "\0",
]


@pytest.mark.parametrize("answer", ODD)
def test_odd_answers_are_refused(make_desk, answer):
    desk = make_desk(HELPDESK_BASE_URL="http://localhost:8000")
    alice = desk.user("customer", "Alice Moor")
    with_app(alice)
    browser = desk.browser()
    assert browser.post("/sign-in/passkey", data={"answer": answer}).location == "/sign-in"
    sign_in(browser, alice)
    sent = browser.post("/sign-in/second-step", data={"answer": answer})
    assert sent.status_code == 422
    sent = desk.browser(alice).post("/account/security/passkeys", data={"answer": answer})
    assert sent.status_code == 302


def test_forms_need_their_token(desk, alice, made):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    browser = desk.browser(alice)
    for path in (
        "/sign-in/second-step",
        "/sign-in/passkey",
        "/account/security/app",
        "/account/security/app/remove",
        "/account/security/codes",
        "/account/security/passkeys",
        "/account/prove",
    ):
        assert browser.post(path, data={"code": made[0]}).status_code == 400, path


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("https://Help.Shop.example", "help.shop.example", "https://help.shop.example"),
        ("https://help.shop.example:443", "help.shop.example", "https://help.shop.example"),
        ("https://help.shop.example:8443", "help.shop.example", "https://help.shop.example:8443"),
    ],
)
def test_passkeys_belong_to_the_base_url_as_browsers_write_it(make_desk, url, host, origin):
    make_desk(HELPDESK_BASE_URL=url)
    assert ceremony.why_not() == ""
    assert (ceremony.host(), ceremony.origin()) == (host, origin)


def test_a_new_password_is_no_way_around_what_the_shop_wants(desk, admin, agent):
    agent.session_token = sessions.open_session(agent, "192.0.2.1", "A test")
    rules.require_of(admin, Whom.STAFF)
    new = "another lamp on the table"
    actions.change_password(Visitor("192.0.2.1"), agent, PASSWORD, new)
    assert sessions.find(agent.session_token).needs_factor
