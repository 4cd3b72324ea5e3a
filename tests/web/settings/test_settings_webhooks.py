"""The pages of the webhooks: made, changed, tried, looked at, sent again."""

import re

import pytest

from helpdesk import jobs
from helpdesk.accounts.models import DESK
from helpdesk.audit import queries as audit
from helpdesk.database import db, transaction
from helpdesk.webhooks import LANE, actions
from helpdesk.webhooks.models import DeliveryState, Webhook
from tests.webhooks.receiver import LOOPBACK, receiving

WEBHOOKS = "/desk/settings/webhooks"


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def desk(make_desk):
    return make_desk(HELPDESK_WEBHOOKS_PRIVATE=LOOPBACK)


def form(receiver, **changed):
    return {
        "name": "Chat",
        "url": receiver.url,
        "may_be_plain": "y",
        "kinds": ["ticket.opened", "ticket.replied"],
    } | changed


def made(desk, receiver, *kinds):
    draft = actions.WebhookDraft("Chat", receiver.url, kinds or ["ticket.opened"], True)
    return actions.make(DESK, draft)[0]


def send(desk):
    jobs.run_due(desk.app, [LANE])


def test_a_webhook_is_made_and_its_secret_shown_this_once(desk, admin, receiver, alice):
    browser = desk.browser(admin)
    answer = browser.post(WEBHOOKS, data=form(receiver))

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.text)[0]
    webhook = db.session.query(Webhook).one()
    assert secret not in browser.get(f"{WEBHOOKS}/{webhook.id}").text
    desk.ticket(alice)
    send(desk)
    assert receiver.calls[0].is_signed_with(secret)


def test_every_bad_field_is_told_and_what_was_typed_stays(desk, admin):
    bad = {"name": " ", "url": "http://169.254.169.254/x", "kinds": ["evil", "ticket.macro"]}
    answer = desk.browser(admin).post(WEBHOOKS, data=bad)

    assert answer.status_code == 422
    assert "not an address of the internet" in answer.text
    assert "Choose at least one event." in answer.text
    assert "This field is required." in answer.text
    assert 'value="http://169.254.169.254/x"' in answer.text
    assert db.session.query(Webhook).all() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "a\0b"},
        {"name": "x" * 101},
        {"url": "https://example.org/\r\nX: 1"},
        {"url": "https://" + "a" * 5000},
        {"kinds": ["x"] * 400},
    ],
)
def test_evil_forms_are_sent_back(desk, admin, receiver, changed):
    answer = desk.browser(admin).post(WEBHOOKS, data=form(receiver, **changed))
    assert answer.status_code == 422


def test_a_test_is_sent_and_its_answer_shown(desk, admin, receiver):
    webhook, browser = made(desk, receiver), desk.browser(admin)
    receiver.answer = b"<script>alert(1)</script>"
    answer = browser.post(f"{WEBHOOKS}/{webhook.id}/test")
    page = answer.headers["Location"]
    assert "It is being sent." in browser.get(page).text

    send(desk)

    assert receiver.kinds == ["webhook.test"]
    text = browser.get(page).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert receiver.calls[0].id in text
    assert "200" in text


def test_a_delivery_is_sent_again_from_its_page(desk, admin, receiver, alice):
    webhook, browser = made(desk, receiver), desk.browser(admin)
    desk.ticket(alice)
    send(desk)
    listed = browser.get(f"{WEBHOOKS}/{webhook.id}/deliveries").text
    page = re.search(rf"{WEBHOOKS}/{webhook.id}/deliveries/\d+", listed)[0]
    browser.post(f"{page}/replay")
    send(desk)

    first, second = receiver.calls
    assert first.id == second.id


def test_what_was_given_up_is_sent_again_by_one_button(desk, admin, receiver, alice):
    webhook, browser = made(desk, receiver), desk.browser(admin)
    desk.ticket(alice)
    with transaction():
        db.session.query(Webhook).one().failures = 9
        db.session.execute(
            db.text("UPDATE webhook_deliveries SET state = 'failed', finished_at = created_at")
        )
    address = f"{WEBHOOKS}/{webhook.id}/deliveries"
    assert "Send again what was given up" in browser.get(f"{address}?state=failed").text
    browser.post(f"{address}/replay")
    send(desk)

    assert len(receiver.calls) == 1
    assert "Send again what was given up" not in browser.get(address).text


def test_a_paused_one_is_resumed_and_a_test_is_refused_meanwhile(desk, admin, receiver):
    webhook, browser = made(desk, receiver), desk.browser(admin)
    browser.post(f"{WEBHOOKS}/{webhook.id}/active")
    answer = browser.post(f"{WEBHOOKS}/{webhook.id}/test", follow_redirects=True)
    assert "This webhook is paused: resume it first." in answer.text
    browser.post(f"{WEBHOOKS}/{webhook.id}/active", data={"on": "yes"})
    db.session.expire_all()
    assert db.session.get(Webhook, webhook.id).is_active


def test_one_that_the_desk_paused_is_told_on_every_page_of_admins(
    desk, admin, agent, receiver, alice
):
    made(desk, receiver)
    receiver.status = 410
    desk.ticket(alice)
    send(desk)

    assert "The webhook “Chat” is paused." in desk.browser(admin).get("/desk/settings/shop").text
    assert "The webhook" not in desk.browser(agent).get("/desk/settings/categories").text
    listed = desk.browser(admin).get(WEBHOOKS).text
    assert "It answered 410" in listed


def test_deeds_stand_in_the_audit_trail_without_the_address(desk, admin, receiver):
    browser = desk.browser(admin)
    browser.post(WEBHOOKS, data=form(receiver, url=f"{receiver.url}/token-in-the-path"))
    webhook = db.session.query(Webhook).one()
    browser.post(f"{WEBHOOKS}/{webhook.id}", data=form(receiver, name="Other"))
    browser.post(f"{WEBHOOKS}/{webhook.id}/secret")
    browser.post(f"{WEBHOOKS}/{webhook.id}/remove")

    db.session.rollback()
    found = audit.page(admin, audit.Filters()).rows
    told = [row.details for row in found if "webhook." in row.details]
    assert [word for row in reversed(told) for word in re.findall(r"webhook\.\w+", row)] == [
        "webhook.added",
        "webhook.changed",
        "webhook.secret",
        "webhook.removed",
    ]
    assert not any("token-in-the-path" in row or "whsec" in row for row in told)


def test_a_page_of_deliveries_costs_the_same_however_many_there_are(desk, admin, receiver, alice):
    webhook, browser = made(desk, receiver), desk.browser(admin)
    address = f"{WEBHOOKS}/{webhook.id}/deliveries"

    def statements():
        browser.get(address)
        with desk.counted() as counted:
            browser.get(address)
        return len(counted)

    desk.ticket(alice)
    send(desk)
    few = statements()
    for _each in range(60):
        actions.test(DESK, webhook)
    for _round in range(4):
        send(desk)

    assert statements() == few
    older = re.search(r'rel="next" href="([^"]+)"', browser.get(address).text)[1]
    second = browser.get(older.replace("&amp;", "&")).text
    assert second.count("/deliveries/") == 11


@pytest.mark.parametrize(
    "query", ["state=x", "before=-1", "before=99999999999999999999", "before=x"]
)
def test_odd_addresses_of_pages(desk, admin, receiver, query):
    webhook = made(desk, receiver)
    answer = desk.browser(admin).get(f"{WEBHOOKS}/{webhook.id}/deliveries?{query}")
    assert answer.status_code == 200


def test_a_delivery_of_another_webhook_is_not_there(desk, admin, receiver):
    one, other = made(desk, receiver), made(desk, receiver)
    delivery = actions.test(DESK, one)
    browser = desk.browser(admin)
    assert browser.get(f"{WEBHOOKS}/{other.id}/deliveries/{delivery.id}").status_code == 404
    assert browser.post(f"{WEBHOOKS}/{other.id}/deliveries/{delivery.id}/replay").status_code == 404
    assert delivery.state is DeliveryState.WAITING


def test_there_is_an_end_to_how_many_there_are(desk, admin, receiver, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 1)
    made(desk, receiver)
    answer = desk.browser(admin).post(WEBHOOKS, data=form(receiver))
    assert answer.status_code == 409
    assert "There are 1 webhooks already" in answer.text
