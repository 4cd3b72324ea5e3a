"""Drafts of the composer, on the desk's pages."""

import re

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.shop.actions import set_hold
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import MessageKind
from tests.desk import upload

JSON = {"Accept": "application/json"}


@pytest.fixture
def save(desk):
    """Saves a draft as the composer's script does: ``save(browser, ticket, message="…")``."""

    def save(browser, ticket, **fields):
        data = {"kind": "reply", "draft_seen": "0"} | fields
        answer = browser.post(f"/desk/tickets/{ticket.id}/draft", data=data, headers=JSON)
        assert answer.status_code == 200, answer.text
        return answer.json

    return save


def draft(actor, ticket):
    db.session.rollback()
    return queries.draft_of(actor, ticket.id)


def test_what_is_typed_is_there_on_every_device(desk, alice, agent, admin, read, save):
    ticket = desk.ticket(alice)
    file = actions.upload(agent, desk.file())
    told = save(
        desk.browser(agent),
        ticket,
        message="Dear <Alice>,\r\n\r\n",
        kind="note",
        note_status="resolved",
        assign="me",
        kept=file.key,
    )
    assert told == {"revision": 1, "other": ""}
    page = read(desk.browser(agent), f"/desk/tickets/{ticket.id}")
    assert "Dear &lt;Alice&gt;,\n\n</textarea>" in page.text.replace("\r", "")
    assert 'value="note" id="kind-note" checked' in page.text
    assert (page.hidden("note_status"), page.chosen("assign")) == ("resolved", "me")
    assert page.hidden("draft_seen") == "1"
    assert f'name="kept" value="{file.key}" checked' in page.text
    assert "Draft saved" in page.text
    assert "Keep and set Resolved" in page.text
    other = read(desk.browser(admin), f"/desk/tickets/{ticket.id}").text
    assert "Dear &lt;" not in other
    assert file.key not in other


def test_the_list_marks_what_one_has_begun_oneself(desk, alice, agent, admin, read, save):
    ticket, _other = desk.ticket(alice), desk.ticket(alice)
    save(desk.browser(agent), ticket, message="Dear")
    rows = read(desk.browser(agent), "/desk/views/open").text
    assert rows.count('class="row-draft"') == 1
    part = {"HX-Request": "true", "HX-Target": "pane"}
    row = desk.browser(agent).get(f"/desk/tickets/{ticket.id}", headers=part).text
    assert row.count('class="row-draft"') == 1
    assert 'class="row-draft"' not in read(desk.browser(admin), "/desk/views/open").text


def test_another_window_s_words_are_shown_beside(desk, alice, agent, read, save):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    assert save(browser, ticket, message="From the desk")["revision"] == 1
    told = save(browser, ticket, message="From the <phone>", draft_seen="0")
    assert told == {"revision": 2, "other": "From the desk"}
    page = read(browser, f"/desk/tickets/{ticket.id}").text
    assert "From the &lt;phone&gt;</textarea>" in page
    assert '<blockquote dir="auto" data-other-words>From the desk</blockquote>' in page
    told = save(browser, ticket, message="From the phone", draft_seen="2", settled="yes")
    assert told["other"] == ""


def test_sending_and_keeping_a_note_end_a_draft(desk, alice, agent, compose, save):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    for kind in ("note", "reply"):
        save(browser, ticket, message="Dear")
        compose(browser, ticket, kind=kind, message="Dear Alice", reply_status="open")
        assert draft(agent, ticket) is None


def test_a_send_that_fails_leaves_the_draft(desk, alice, bob, agent, compose, save):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    save(browser, ticket, message="Dear")
    answer = compose(browser, ticket, message="Dear Alice", assign=bob.id)
    assert answer.status_code == 422
    assert draft(agent, ticket).body == "Dear"
    assert " data-unsaved" in answer.text


def test_discarding_keeps_the_last_keys_and_is_taken_back(desk, alice, agent, read, save):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    save(browser, ticket, message="Dear")
    data = {"message": "Dear Alice", "kind": "note", "draft_seen": "1"}
    answer = browser.post(f"/desk/tickets/{ticket.id}/draft/discard?view=open", data=data)
    page = read(browser, answer.location)
    assert "Dear Alice" not in page.text
    assert "The draft is discarded." in page.text
    restore = re.search(r'action="([^"]+/draft/restore\?view=open)"', page.text)[1]
    page = read(browser, browser.post(restore).location)
    assert "Dear Alice</textarea>" in page.text
    assert draft(agent, ticket).kind is MessageKind.NOTE
    again = browser.post(restore, follow_redirects=True)
    assert "no discarded draft" in again.text


def test_discarding_nothing_says_so(desk, alice, agent):
    ticket = desk.ticket(alice)
    path = f"/desk/tickets/{ticket.id}/draft/discard"
    answer = desk.browser(agent).post(path, follow_redirects=True)
    assert "There is no draft here any more." in answer.text


def test_without_script_a_button_keeps_it_with_its_files(desk, alice, agent, read):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    data = {"message": "Dear", "kind": "reply", "draft_seen": "0", "files": upload()}
    answer = browser.post(f"/desk/tickets/{ticket.id}/draft", data=data)
    page = read(browser, answer.location).text
    assert "Draft saved." in page
    assert "Dear</textarea>" in page
    assert "lamp.png" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"message": "a\0b"},
        {"message": "x" * 100_001},
        {"message": " " * 300_000 + "x"},
    ],
)
def test_what_can_not_be_kept_is_refused(desk, alice, agent, fields):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    answer = browser.post(
        f"/desk/tickets/{ticket.id}/draft", data={"kind": "reply"} | fields, headers=JSON
    )
    assert answer.status_code == 422
    assert draft(agent, ticket) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"draft_seen": "x"},
        {"draft_seen": "9" * 40},
        {"kind": ""},
        {"assign": "x" * 5000, "reply_status": "nonsense", "note_status": "\ud800"},
        {"kept": "0" * 32},
        {"then": "nonsense"},
    ],
)
def test_nonsense_beside_the_words_does_no_harm(desk, alice, agent, read, save, fields):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    fields = {k: v.encode("utf-8", "surrogatepass") for k, v in fields.items()}
    save(browser, ticket, message="Dear", **fields)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    assert "Dear</textarea>" in page.text
    assert page.hidden("reply_status") == "pending"


def test_a_customer_gets_nothing_of_drafts_and_held_replies(
    desk, alice, agent, read, compose, save
):
    set_hold(DESK, 60)
    ticket = desk.ticket(alice)
    drafted, held = (actions.upload(agent, desk.file(f"{name}.png")) for name in "dh")
    compose(desk.browser(agent), ticket, message="Secret held words", kept=held.key)
    save(desk.browser(agent), ticket, message="Secret drafted words", kept=drafted.key)
    [name] = re.findall(
        r'data-held="(\w+)"', desk.browser(agent).get(f"/desk/tickets/{ticket.id}").text
    )
    portal, api = desk.browser(alice), desk.api(alice)
    for path in ("/", "/tickets", f"/tickets/{ticket.id}", "/tickets?q=held", "/account"):
        assert "Secret" not in portal.get(path, follow_redirects=True).text
    assert "pending" not in portal.get(f"/tickets/{ticket.id}").text
    for file in (drafted, held):
        path = f"tickets/{ticket.id}/files/{file.key}/d.png"
        assert portal.get(f"/{path}").status_code == 404
        assert portal.get(f"/desk/{path}").status_code == 403
        shown = api.get(f"/customer-support-ticket/attachment/{file.key}")
        assert shown.status_code == 404
    for path in ("", f"/{ticket.id}", "?keyword=held"):
        text = api.get(f"/customer-support-ticket{path}").text
        assert "Secret" not in text
        assert name not in text
    for path in ("draft", "draft/discard", "draft/restore"):
        assert portal.post(f"/desk/tickets/{ticket.id}/{path}").status_code == 403
    assert portal.post(f"/desk/held/{name}/call-back").status_code == 403
    assert draft(agent, ticket).body == "Secret drafted words"


def test_one_draft_sent_from_two_windows_is_one_message(desk, alice, agent, save):
    set_hold(DESK, 60)
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    save(browser, ticket, message="same words")
    form = {"kind": "reply", "message": "same words", "draft_seen": "1"}
    for once in ("a" * 32, "b" * 32):
        answer = browser.post(f"/desk/tickets/{ticket.id}/messages", data=form | {"once": once})
        assert answer.status_code == 302
    db.session.rollback()
    assert len(queries.held_on(agent, ticket)) == 1
    assert "This was sent already" in browser.get(f"/desk/tickets/{ticket.id}").text


def test_what_another_window_wrote_is_a_draft_after_sending(desk, alice, agent, save):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    save(browser, ticket, message="A long words")
    form = {"kind": "reply", "message": "short B", "draft_seen": "0"}
    browser.post(f"/desk/tickets/{ticket.id}/messages", data=form)
    assert draft(agent, ticket).body == "A long words"
    assert "is your draft now" in browser.get(f"/desk/tickets/{ticket.id}").text
