"""Passkeys in a real browser with an authenticator that is none of metal; codes and their pages."""

import json
import socket
import threading

import pytest
from playwright.sync_api import expect

from helpdesk.accounts import links, sessions, tokens
from helpdesk.accounts.factors import managing, passkeys, rules
from helpdesk.accounts.factors.models import Passkey
from helpdesk.accounts.factors.rules import Whom
from helpdesk.accounts.models import EmailState, LinkPurpose, User
from helpdesk.database import db, transaction
from helpdesk.serving import Server
from tests.accounts.test_second_step import with_app
from tests.browser.conftest import awake
from tests.browser.test_accessibility import complaints, complaints_in_both
from tests.desk import PASSWORD

pytestmark = pytest.mark.browser
LONG = sessions.PROVED.total_seconds() + 1


@pytest.fixture
def desk(make_desk, port: socket.socket):
    """A desk whose name is localhost: passkeys belong to a name."""
    sock = port.dup()
    number = sock.getsockname()[1]
    url = f"http://localhost:{number}"
    desk = make_desk(HELPDESK_PORT=str(number), HELPDESK_BASE_URL=url)
    desk.app.config["WTF_CSRF_ENABLED"] = True
    desk.url = url
    server = Server(desk.app, desk.app.config["HELPDESK"], sock)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield desk
    server.stop()
    thread.join(30)


class Authenticator:
    """A virtual one in the browser of *page*, which says yes to everything."""

    def __init__(self, page, **options):
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        chosen = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": chosen | options})
        self.id = made["authenticatorId"]

    def send(self, what, **more):
        return self.session.send(f"WebAuthn.{what}", {"authenticatorId": self.id} | more)

    @property
    def keys(self):
        return self.send("getCredentials")["credentials"]


def sign_in(page, user):
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page, name="My phone"):
    awake(page)
    page.goto("/account/security")
    awake(page)
    page.get_by_label("What to call it").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have kept them").wait_for()


@pytest.fixture
def at_home(desk, open_page, alice):
    """Alice's own window, in which she has made a passkey; she is signed out again."""
    page = open_page("/account/security", user=alice)
    page.authenticator = Authenticator(page)
    add_passkey(page)
    assert page.locator("#recovery-codes").inner_text().count("\n") >= 9
    page.goto("/account")
    page.context.clear_cookies()
    return page


def test_a_passkey_is_the_second_step(desk, at_home, alice):
    page = at_home
    sign_in(page, alice)
    page.get_by_role("heading", name="One more step").wait_for()
    awake(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="My requests").first.wait_for()
    page.goto("/account/security")
    assert "last used" in page.locator(".things").first.inner_text()
    assert page.complaints == []


def test_a_passkey_alone_is_enough(desk, at_home, alice):
    page = at_home
    page.goto("/sign-in?next=/account/security")
    awake(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Two-step sign-in").wait_for()
    assert alice.name in page.locator("header.bar").inner_text()
    assert page.complaints == []


def test_alone_it_must_have_seen_who_it_is(desk, open_page, alice):
    """A stick without a PIN is a second step, and no more."""
    page = open_page("/account/security", user=alice)
    Authenticator(page, hasUserVerification=False, isUserVerified=False, transport="usb")
    add_passkey(page, "A stick")
    page.context.clear_cookies()
    sign_in(page, alice)
    page.get_by_role("heading", name="One more step").wait_for()
    awake(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="My requests").first.wait_for()
    page.context.clear_cookies()
    page.goto("/sign-in")
    awake(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.locator("[data-passkey-said]:not([hidden])").wait_for()


def test_a_cancelled_question_is_told_in_words(desk, at_home, alice):
    page = at_home
    page.authenticator.send("setUserVerified", isUserVerified=False)
    page.goto("/sign-in")
    awake(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("No passkey was shown").wait_for()


def answer_of(page, path):
    """What the browser answers to the question at *path*, without sending it."""
    return page.evaluate(
        """async (path) => {
          const said = await (await fetch(path)).json();
          const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(said);
          return JSON.stringify((await navigator.credentials.get({ publicKey })).toJSON());
        }""",
        path,
    )


def test_an_answer_opens_once_and_only_what_was_asked(desk, at_home, alice):
    page = at_home
    page.goto("/sign-in")
    answer = answer_of(page, "/sign-in/passkey")
    desk.app.config["WTF_CSRF_ENABLED"] = False
    sent = desk.browser().post("/sign-in/passkey", data={"answer": answer})
    assert sent.location == "/tickets"
    again = desk.browser().post("/sign-in/passkey", data={"answer": answer})
    assert again.location == "/sign-in"
    other = desk.browser()
    other.post("/sign-in", data={"email": alice.email, "password": PASSWORD})
    elsewhere = answer_of(page, "/sign-in/passkey")
    assert other.post("/sign-in/second-step", data={"answer": elsewhere}).status_code != 302


def test_a_forged_answer_opens_nothing(desk, at_home, alice, bob):
    page = at_home
    page.goto("/sign-in")
    desk.app.config["WTF_CSRF_ENABLED"] = False

    def refused(change):
        answer = json.loads(answer_of(page, "/sign-in/passkey"))
        change(answer)
        sent = desk.browser().post("/sign-in/passkey", data={"answer": json.dumps(answer)})
        assert sent.location == "/sign-in"

    def signature(answer):
        answer["response"]["signature"] = answer["response"]["signature"][:-8] + "AAAAAAAA"

    def identity(answer):
        answer["id"] = answer["rawId"] = "c29tZWJvZHkgZWxzZQ"

    def handle(answer):
        answer["response"]["userHandle"] = "c29tZWJvZHkgZWxzZQ"

    def odd_handle(answer):
        answer["response"]["userHandle"] = 5

    for change in (signature, identity, handle, odd_handle):
        refused(change)
    with transaction():  # a copy of the key that has been used elsewhere
        db.session.query(Passkey).update({"sign_count": 10_000})
    refused(lambda answer: None)


def test_a_passkey_of_somebody_else_is_no_second_step(desk, at_home, alice, bob, open_page):
    with_app(bob)
    page = at_home
    sign_in(page, bob)
    page.get_by_role("heading", name="One more step").wait_for()
    assert page.get_by_role("button", name="Use a passkey").count() == 0
    answer = answer_of(page, "/sign-in/passkey")
    desk.app.config["WTF_CSRF_ENABLED"] = False
    browser = desk.browser()
    browser.post("/sign-in", data={"email": bob.email, "password": PASSWORD})
    assert browser.post("/sign-in/second-step", data={"answer": answer}).status_code != 302


def test_a_passkey_shows_that_it_is_still_them(desk, open_page, alice, travel):
    page = open_page("/account/security", user=alice)
    Authenticator(page)
    add_passkey(page)
    travel(seconds=LONG)
    page.goto("/account")
    tokens_part = page.locator("#tokens")
    tokens_part.get_by_label("What it is for").fill("Nightly")
    tokens_part.get_by_role("button", name="Make a token").click()
    page.get_by_role("heading", name="Is it still you?").wait_for()
    awake(page)
    assert complaints(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.locator("#new-token").wait_for()
    assert [token.name for token in tokens.tokens_of(alice)] == ["Nightly"]
    assert page.complaints == []


def test_only_an_answer_of_ones_own_to_this_very_question_shows_it(desk, at_home, alice, travel):
    page = at_home
    page.goto("/sign-in")
    desk.app.config["WTF_CSRF_ENABLED"] = False
    browser = desk.browser()
    browser.post("/sign-in/passkey", data={"answer": answer_of(page, "/sign-in/passkey")})
    travel(seconds=LONG)
    asked = browser.get("/account/prove/passkey").text

    def shown(answer):
        sent = browser.post("/account/tokens", data={"name": "x", "proof_answer": answer})
        return "new-token" in sent.text, sent.status_code

    for wrong in (answer_of(page, "/sign-in/passkey"), "{}", "\0", "[" * 30_000, asked):
        made, status = shown(wrong)
        assert not made and 400 <= status < 500
    assert "show that it is still you" in browser.post("/account/tokens", data={"name": "x"}).text


def test_a_device_has_one_passkey_of_an_account(desk, open_page, alice):
    page = open_page("/account/security", user=alice)
    authenticator = Authenticator(page)
    add_passkey(page)
    page.goto("/account/security")
    awake(page)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("has a passkey for this account already").wait_for()
    assert len(authenticator.keys) == 1


def test_they_are_renamed_and_removed(desk, open_page, alice):
    page = open_page("/account/security", user=alice)
    Authenticator(page)
    add_passkey(page, "Old <b>name</b>")
    page.goto("/account/security")
    awake(page)
    page.locator("summary", has_text="Rename").click()
    page.get_by_label("New name").fill("Kitchen laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Kitchen laptop").first.wait_for()
    awake(page)
    page.get_by_role("button", name="Remove Kitchen laptop").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_role("heading", name="It is off").wait_for()
    db.session.rollback()
    assert not managing.summary(alice.id).is_on
    assert passkeys.of(alice.id) == []


def test_codes_are_kept_as_a_file(desk, open_page, alice):
    page = open_page("/account/security", user=alice)
    Authenticator(page)
    add_passkey(page)
    awake(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    text = download.value.path().read_text()
    assert alice.email in text
    assert page.locator("#recovery-codes").inner_text().split("\n")[0] in text


def test_without_scripts_the_page_says_that_passkeys_need_them(desk, open_page, alice):
    page = open_page("/account/security", user=alice, javascript=False)
    page.get_by_text("Passkeys need JavaScript").wait_for()
    assert page.get_by_role("button", name="Add a passkey").count() == 0
    assert page.get_by_role("button", name="Set up an app").is_visible()


def test_nothing_keeps_anybody_out_of_it(desk, open_page, alice):
    """The pages that one comes to only in the middle of something, as axe sees them."""
    page = open_page("/account/security", user=alice, reduced_motion="reduce")
    Authenticator(page)
    assert complaints_in_both(page) == []
    awake(page)
    page.get_by_role("button", name="Set up an app").click()
    page.get_by_role("heading", name="Set up an app").wait_for()
    page.get_by_text("It can't? Type this instead").click()
    assert complaints_in_both(page) == []
    page.goto("/account/security")
    add_passkey(page)
    assert complaints_in_both(page) == []
    page.goto("/account/security")
    assert complaints_in_both(page) == []
    page.goto("/account/prove")
    assert complaints_in_both(page) == []
    page.context.clear_cookies()
    page.goto("/sign-in")
    assert complaints_in_both(page) == []
    sign_in(page, alice)
    page.get_by_role("heading", name="One more step").wait_for()
    awake(page)
    page.get_by_label("Recovery code").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("alert").wait_for()
    assert complaints_in_both(page) == []


def test_nothing_keeps_anybody_out_of_confirming(desk, open_page, alice):
    with transaction():
        db.session.get(User, alice.id).email_state = EmailState.DOUBTED
        link = links.make(LinkPurpose.CONFIRM, alice, address=alice.email)
    page = open_page("/tickets", user=alice)
    page.get_by_role("heading", name="Confirm your address").wait_for()
    assert complaints(page) == []
    page.goto(f"/confirm-email/{links.token_of(link)}")
    assert complaints(page) == []
    page.get_by_role("button", name="Yes, it is mine").click()
    page.get_by_text("is confirmed").wait_for()


def test_a_rule_that_begins_while_one_writes_loses_no_word(desk, agent, admin, alice, open_page):
    ticket = desk.ticket(alice)
    page = awake(open_page(f"/desk/tickets/{ticket.id}", user=agent))
    field = page.locator("form[data-composer] textarea[name=message]")
    field.fill("It leaves today.")
    rules.require_of(admin, Whom.STAFF)
    page.get_by_role("button", name="Send and set Pending").first.click()
    told = page.locator(".flashes .alert", has_text="wants a second step of you")
    expect(told).to_be_visible()
    expect(field).to_have_value("It leaves today.")
    told.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("Two-step sign-in")
    with_app(db.session.merge(agent))
    page.goto(f"/desk/tickets/{ticket.id}")
    expect(field).to_have_value("It leaves today.")
