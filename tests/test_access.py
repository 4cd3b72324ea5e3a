"""Roles x routes x own and other people's objects, generated from the URL map.

A new view without a rule stops the program; a new argument in an address fails here until the
table knows an own and a strange object for it.
"""

import re

import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule

from helpdesk import clock
from helpdesk.accounts import links, sessions, tokens
from helpdesk.accounts.factors import devices
from helpdesk.accounts.factors.models import Passkey
from helpdesk.accounts.models import DESK, RateLimit
from helpdesk.api.endpoints import registry
from helpdesk.database import db, transaction
from helpdesk.jobs import enqueue
from helpdesk.jobs.models import State
from helpdesk.macros.actions import MacroDraft, ReplyDraft, add_macro, add_reply
from helpdesk.macros.steps import Steps
from helpdesk.mail.mailboxes import actions as mailboxes
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import Outcome, Sending
from helpdesk.mail.sending.links import link_of, token_of
from helpdesk.people.actions import add_company, add_note
from helpdesk.privacy.archives import ask_for_copy
from helpdesk.tickets import queries
from helpdesk.tickets.actions import Along, Changes
from helpdesk.tickets.models import Status
from helpdesk.views.actions import ViewDraft, save_view
from helpdesk.webhooks import actions as webhooks
from helpdesk.webhooks.actions import WebhookDraft
from helpdesk.webhooks.models import Attempt
from tests.desk import PREFIX
from tests.mail.letters import letter
from tests.mail.rows import came_by_mail, outgoing, received

ROLES = ("nobody", "customer", "vendor", "agent", "admin")
# What each rule of web/access.py lets in; the others are sent to sign in, to the desk, or away.
ADMITTED = {
    "anyone": {"nobody", "customer", "vendor", "agent", "admin"},
    "signed_in": {"customer", "vendor", "agent", "admin"},
    "customers_only": {"customer", "vendor"},
    "customers_or_guests": {"customer", "vendor"},
    "staff_only": {"agent", "admin"},
    "admin_only": {"admin"},
}
OF_CUSTOMERS = ("signed_in", "customers_only", "customers_or_guests")
# All that the link of a mail opens, of the one request that it names.
FOR_GUESTS = {
    ("GET", "web.portal.show"),
    ("GET", "web.portal.file"),
    ("POST", "web.portal.reply"),
    ("POST", "web.portal.change_status"),
    ("POST", "web.portal.leave"),
}
MISSING = 999_999
# These send people on, whoever comes.
SENDS_ON = {
    "web.accounts.sign_in",
    "web.accounts.sign_in_by_passkey",
    "web.accounts.sign_out",
    "web.accounts.sign_up",
    "web.accounts.second_step",
    "web.accounts.take_second_step",
    "web.accounts.passkey_for_second_step",
    "web.accounts.start_over",
}


@pytest.fixture
def people(desk, alice, vendor, agent, admin):
    return {"nobody": None, "customer": alice, "vendor": vendor, "agent": agent, "admin": admin}


def saved_reply(agent):
    draft = ReplyDraft(name="Secret", is_shared=True, body="Dear {{requester.name}},")
    return add_reply(agent, draft)


def macro(agent):
    steps = Steps(words="Secret", along=Along(changes=Changes(status=Status.RESOLVED)))
    return add_macro(agent, MacroDraft(name="Secret", is_shared=True, steps=steps))


def failed_job():
    with transaction():
        job = enqueue("housekeeping", key="secret")
        job.state, job.last_error = State.FAILED, "Secret"
        job.finished_at = job.created_at
    return job


def mailbox():
    return mailboxes.add(DESK, MailboxDraft(name="secret", address="secret@shop.example")).id


def webhook():
    """A webhook that was told something, and answered."""
    draft = WebhookDraft("Secret", "https://secret.example/hook", ["ticket.opened"])
    made, _secret = webhooks.make(DESK, draft)
    delivery = webhooks.test(DESK, made)
    attempt = {"begun_at": clock.now(), "took_ms": 7, "status": 500, "answer": "Secret"}
    with transaction():
        delivery.body = '{"data":{"secret":"Secret"}}'
        db.session.add(Attempt(delivery_id=delivery.id, error="Secret", **attempt))
    return {"webhook_id": made.id, "delivery_id": delivery.id}


def mail_of(message):
    """Let *message* have come by mail, with all that can be seen of one; another mail is held."""
    received(outcome=Outcome.HELD, reason="Secret")
    outgoing(message, state=Sending.FAILED, said="550 Secret")
    outgoing(message, recipient="secret@x.example")
    return came_by_mail(
        message,
        letter(html="<p>Secret</p>"),
        has_html=True,
        sender="Secret <secret@x.example>",
        quoted="> Secret",
        signature="Secret",
        remarks=["Secret"],
        copied=[{"name": "Secret", "email": f"secret{number}@x.example"} for number in range(5)],
    )


def factors_of(user):
    """A passkey and a trusted browser of *user*, as the database has them."""
    now = clock.now()
    passkey = Passkey(
        user_id=user.id,
        credential_id="secret",
        public_key="secret",
        transports="",
        name="Secret",
        created_at=now,
    )
    with transaction():
        seen = devices.see(user, "", "192.0.2.1", "")
        devices.trust(user, seen.device)
        db.session.add(passkey)
    return {"passkey_id": passkey.id, "device_id": seen.device.id}


@pytest.fixture
def world(desk, people, field):
    """Values for every argument of an address: a stranger's object, and one that isn't there."""
    stranger = desk.user("customer", "Stranger Danger")
    ticket = desk.ticket(stranger, "Secret lamp", "Nobody else may know.", files=[desk.file()])
    attachment = queries.conversation(DESK, ticket)[0].attachments[0]
    category = desk.category("Lamps")
    tokens.add_token(DESK, stranger, "theirs")
    theirs = {
        "batch": "0" * 32,
        "notice_id": 1,
        "message_id": attachment.message_id,
        "id": ticket.id,
        "ticket_id": ticket.id,
        "key": attachment.key,
        "name": "lamp.png",
        "token": "1-forged",
        "view": "open",
        "category_id": category.id,
        "customer_id": stranger.id,
        "note_id": add_note(DESK, stranger, "Secret").id,
        "archive_id": ask_for_copy(people["admin"], stranger).id,
        "company_id": add_company(DESK, "Secret").id,
        "kind": "answered",
        "job_id": failed_job().id,
        "field_id": field("Order number").id,
        "reply_id": saved_reply(people["agent"]).id,
        "macro_id": macro(people["agent"]).id,
        "mailbox_id": mailbox(),
        "user_id": stranger.id,
        "session_id": 1,
        "token_id": tokens.tokens_of(stranger)[0].id,
        "version": "0",
        "path": "css/portal.css",
        "table": "volume",
        "received_id": mail_of(attachment.message).received_id,
        "outgoing_id": outgoing(attachment.message).id,
        **factors_of(stranger),
        **webhook(),
        "saved_id": save_view(desk.user("agent"), ViewDraft(name="Secret")).id,
    }
    sessions.open_session(stranger, "192.0.2.1", "")
    links.setup_token()
    missing = {
        name: MISSING if isinstance(value, int) else "0" * len(value)
        for name, value in theirs.items()
    }
    return {"theirs": theirs, "missing": missing | {"view": "open"}, "ticket": ticket}


def pages(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("web."):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule, method, app.view_functions[rule.endpoint].access


def address(app, rule: Rule, values):
    unknown = rule.arguments - values.keys()
    assert not unknown, f"teach this table {unknown} of {rule}"
    _, path = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
    return path


def as_read(answer):
    """The answer without what is random in every page: the token of its forms."""
    return re.sub(r'name="(csrf_token|once|shown)"[^>]*>', "", answer.data.decode(errors="replace"))


def was_let_in(answer):
    to_elsewhere = answer.status_code == 302 and (
        answer.location.startswith("/sign-in") or answer.location.rstrip("/") == "/desk"
    )
    return answer.status_code != 403 and not to_elsewhere


@pytest.mark.parametrize("role", ROLES)
def test_each_page_lets_in_whom_its_rule_says(desk, people, world, role):
    def lets_in_whom_it_says(browser, rule, method, access):
        path = address(desk.app, rule, world["theirs"])
        answer = browser.open(path, method=method)
        assert answer.status_code < 500, (role, method, path)
        if role in ADMITTED[access]:
            assert answer.status_code != 403, (role, method, path)
        else:
            assert not was_let_in(answer), (role, method, path, answer.status_code)

    every = [one for one in pages(desk.app) if one[0].endpoint not in SENDS_ON]
    browser = desk.browser(people[role])
    for rule, method, access in every:
        if method == "GET":
            lets_in_whom_it_says(browser, rule, method, access)
    # None of them signs anybody out; a form may, whoever sends it.
    assert (browser.get("/account").status_code == 200) is (role != "nobody")
    for rule, method, access in every:
        if method != "GET":
            lets_in_whom_it_says(desk.browser(people[role]), rule, method, access)


@pytest.mark.parametrize("role", ["customer", "vendor"])
def test_a_strangers_thing_and_a_missing_one_are_the_same_answer(desk, people, world, role):
    before = desk.fresh(world["ticket"]).version
    for rule, method, access in pages(desk.app):
        if not rule.arguments or access not in OF_CUSTOMERS:
            continue
        client = desk.browser(people[role])
        theirs = client.open(address(desk.app, rule, world["theirs"]), method=method)
        missing = client.open(address(desk.app, rule, world["missing"]), method=method)
        assert theirs.status_code == missing.status_code, (role, method, str(rule))
        assert as_read(theirs) == as_read(missing), (role, method, str(rule))
        assert b"Secret lamp" not in theirs.data
    assert desk.fresh(world["ticket"]).version == before


def cookie_of_link(desk, ticket):
    """What a browser keeps that came by the link of *ticket*."""
    with transaction():
        token = token_of(link_of(ticket, ticket.requester))
    browser = desk.browser()
    assert browser.get(f"/r/{token}").status_code == 303
    return browser.get_cookie("helpdesk-request", path=f"/tickets/{ticket.id}").value


def with_cookies(desk, cookies):
    """A browser that sends *cookies* to every page, whatever they are for."""
    browser = desk.browser()
    for name, value in cookies.items():
        browser.set_cookie(name, value, path="/")
    return browser


def forget_attempts():
    """Whoever asks for so much is asked to wait."""
    there_are = db.session.scalar(sa.select(sa.exists().select_from(RateLimit)))
    db.session.rollback()
    if there_are:
        with transaction():
            db.session.execute(sa.delete(RateLimit))


def opened_by_link(desk, world, reader, rules):
    """What answers a guest otherwise than the same browser without the link, of *rules*."""
    linked = world["ticket"]
    for _ in range(9):  # a number that is no session's
        elsewhere = desk.ticket(linked.requester, "Another", "Theirs too.", files=[desk.file()])
    file = queries.conversation(DESK, elsewhere)[0].attachments[0]
    of_theirs = {"id": elsewhere.id, "ticket_id": elsewhere.id, "key": file.key}
    session = desk.browser(reader).get_cookie("helpdesk")
    cookies = {} if session is None else {"helpdesk": session.value}
    as_guest = cookies | {"helpdesk-request": cookie_of_link(desk, linked)}
    opened = set()
    for rule, method, _access in rules:
        for values in (world["theirs"], world["theirs"] | of_theirs, world["missing"]):
            path = address(desk.app, rule, values)
            answers = []
            for kept in (cookies, as_guest):
                answer = with_cookies(desk, kept).open(path, method=method)
                answers.append((answer.status_code, as_read(answer)))
                forget_attempts()
            if answers[0] != answers[1]:
                assert values is world["theirs"], (method, path)
                opened.add((method, rule.endpoint))
            elif not rule.arguments:
                break
    return opened


@pytest.mark.parametrize("signed_in_as", ["nobody", "customer"])
def test_a_link_opens_its_own_request_and_nothing_else(desk, people, world, signed_in_as):
    rules = [one for one in pages(desk.app) if one[0].endpoint not in SENDS_ON]
    assert opened_by_link(desk, world, people[signed_in_as], rules) == FOR_GUESTS


def test_a_link_opens_nothing_to_staff(desk, agent, people, world):
    rules = [one for one in pages(desk.app) if one[2] == "customers_or_guests"]
    assert {(method, rule.endpoint) for rule, method, _access in rules} == FOR_GUESTS
    assert opened_by_link(desk, world, agent, rules) == set()


def test_a_link_opens_nothing_to_scripts(desk, world):
    browser = with_cookies(desk, {"helpdesk-request": cookie_of_link(desk, world["ticket"])})
    for one in registry.endpoints.values():
        if not one.is_public:
            path = PREFIX + one.path.replace("<id>", str(world["ticket"].id))
            assert browser.open(path, method=one.method).status_code == 401, one.name
