"""A link in a mail opens one request, for reading and answering; nothing else of its owner's."""

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.mail.models import OutgoingMail
from helpdesk.mail.sending import links, unsubscribing
from helpdesk.people.actions import merge
from helpdesk.tickets import actions as tickets
from helpdesk.tickets import queries
from helpdesk.tickets.models import Follower, Place, Status
from tests.conftest import PNG, upload


@pytest.fixture
def ticket(desk, alice):
    return desk.ticket(alice, "Broken lamp", "It is broken.", files=[desk.file()])


def link(ticket, user):
    with transaction():
        return links.token_of(links.link_of(ticket, user))


@pytest.fixture
def guest(desk, alice, ticket):
    """A browser without a sign-in that has followed the link."""
    client = desk.browser()
    answer = client.get(f"/r/{link(ticket, alice)}")
    assert answer.status_code == 303
    assert answer.location == f"/request/{ticket.id}"
    return client


def test_the_link_becomes_a_cookie_that_opens_the_request(desk, guest, ticket, alice):
    page = guest.get(f"/request/{ticket.id}")

    assert page.status_code == 200
    assert "It is broken." in page.text
    assert f"/request/{ticket.id}/files/" in page.text
    assert alice.email not in page.text
    cookie = guest.get_cookie("request_link", path=f"/request/{ticket.id}")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.max_age == 30 * 24 * 3600


def test_the_cookie_is_not_sent_and_no_good_elsewhere(desk, guest, ticket, alice):
    other = desk.ticket(alice, "A secret")
    token = link(ticket, alice)
    assert guest.get_cookie("request_link", path="/") is None
    for path in (f"/request/{other.id}", f"/tickets/{other.id}", "/tickets", "/account"):
        guest.set_cookie("request_link", token, path=path)
        answer = guest.get(path)
        assert answer.status_code in (302, 404), path
        assert "A secret" not in answer.text
    assert guest.get(f"/tickets/{ticket.id}").status_code == 302


def test_without_the_cookie_there_is_nothing(desk, ticket):
    for path in (f"/request/{ticket.id}", f"/request/{ticket.id}/files/{'0' * 32}/x.png"):
        assert desk.browser().get(path).status_code == 404
    assert desk.browser().post(f"/request/{ticket.id}/reply").status_code == 404


def test_an_answer_by_link_is_the_owners(desk, guest, ticket, alice):
    form = {"message": "Still broken", "files": upload(PNG, "again.png")}
    answer = guest.post(f"/request/{ticket.id}/reply", data=form)

    assert answer.status_code == 302
    assert answer.location == f"/request/{ticket.id}#end"
    [_first, reply] = queries.conversation(DESK, ticket)
    assert (reply.body, reply.author_id) == ("Still broken", alice.id)
    assert [file.file_name for file in reply.attachments] == ["again.png"]
    assert "Still broken" in guest.get(f"/request/{ticket.id}").text


def test_a_bad_answer_comes_back(guest, ticket):
    answer = guest.post(f"/request/{ticket.id}/reply", data={"message": ""})

    assert answer.status_code == 422
    assert f'action="/request/{ticket.id}/reply' in answer.text


def test_files_of_the_request_and_no_others(desk, guest, ticket, alice, agent):
    other = desk.ticket(alice, files=[desk.file("secret.png")])
    note = desk.note(agent, ticket, "Ours", files=[desk.file("ours.png")])
    [own] = queries.conversation(alice, ticket)[0].attachments
    [strange] = queries.conversation(alice, other)[0].attachments
    [internal] = note.attachments

    base = f"/request/{ticket.id}/files"
    assert guest.get(f"{base}/{own.key}/lamp.png").data == PNG
    assert guest.get(f"{base}/{strange.key}/secret.png").status_code == 404
    assert guest.get(f"{base}/{internal.key}/ours.png").status_code == 404
    assert "Ours" not in guest.get(f"/request/{ticket.id}").text


def test_status_is_not_to_be_changed_by_link(desk, guest, ticket, agent):
    assert "/status" not in guest.get(f"/request/{ticket.id}").text
    assert guest.post(f"/tickets/{ticket.id}/status", data={"status": "closed"}).status_code == 302
    assert desk.fresh(ticket).status is Status.OPEN
    tickets.change_status(agent, ticket, Status.CLOSED)
    page = guest.get(f"/request/{ticket.id}").text
    assert "sign in and open it again" in page


def test_who_is_signed_in_goes_to_their_own_page(desk, ticket, alice, bob):
    token = link(ticket, alice)

    assert desk.browser(alice).get(f"/r/{token}").location == f"/tickets/{ticket.id}"
    client = desk.browser(bob)
    client.get(f"/r/{token}")
    page = client.get(f"/request/{ticket.id}")
    assert page.status_code == 200
    client.post(f"/request/{ticket.id}/reply", data={"message": "By hand"})
    assert queries.conversation(DESK, ticket)[-1].author_id == alice.id
    assert client.get(f"/tickets/{ticket.id}").status_code == 404


@pytest.mark.parametrize("end", ["revoked", "disabled", "moved", "deleted", "merged"])
def test_links_end(desk, guest, ticket, alice, bob, agent, admin, end):
    token = link(ticket, alice)
    if end == "revoked":
        assert links.revoke(agent, ticket) == 1
    elif end == "disabled":
        accounts.disable_user(admin, alice)
    elif end == "moved":
        tickets.move(agent, ticket, bob)
    elif end == "deleted":
        tickets.place(agent, ticket, Place.BIN)
    else:
        merge(agent, bob, alice)

    assert guest.get(f"/request/{ticket.id}").status_code == 404
    assert guest.post(f"/request/{ticket.id}/reply", data={"message": "x"}).status_code == 404
    again = desk.browser().get(f"/r/{token}")
    assert again.status_code == (303 if end == "deleted" else 404)


def test_a_revoked_link_has_a_successor(desk, guest, ticket, alice, agent):
    before = link(ticket, alice)
    links.revoke(agent, ticket)
    after = link(ticket, alice)

    assert before != after
    assert desk.browser().get(f"/r/{before}").status_code == 404
    assert desk.browser().get(f"/r/{after}").status_code == 303


def test_a_merged_request_is_where_its_words_are(desk, guest, ticket, alice, agent):
    target = desk.ticket(alice, "The other one")
    tickets.merge(agent, [ticket], target)

    page = guest.get(f"/request/{ticket.id}")
    assert "It is broken." in page.text
    guest.post(f"/request/{ticket.id}/reply", data={"message": "Here"})
    assert queries.conversation(DESK, target)[-1].body == "Here"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "1",
        "1-",
        "1-" + "0" * 32,
        "9" * 30 + "-x",
        "-1-x",
        "1-\u2028",
        "ü-" + "0" * 32,
        "1%00-x",
    ],
)
def test_any_other_token_opens_nothing(desk, ticket, alice, token):
    link(ticket, alice)
    assert desk.browser().get(f"/r/{token}").status_code == 404
    client = desk.browser()
    client.set_cookie("request_link", token, path=f"/request/{ticket.id}")
    assert client.get(f"/request/{ticket.id}").status_code == 404


def test_looking_writes_nothing(desk, guest, ticket, alice):
    token = link(ticket, alice)
    with desk.counted() as statements:
        desk.browser().get(f"/r/{token}")
        guest.get(f"/request/{ticket.id}")
    assert not [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.fixture
def answered(make_desk):
    """A desk that sends, with a ticket that Bob follows, and the mail of an answer to him."""
    desk = make_desk(
        HELPDESK_SMTP_URL="smtp://localhost:1", HELPDESK_MAIL_FROM="support@shop.example"
    )
    alice, bob, agent = desk.user(name="Alice Moor"), desk.user(name="Bob Lind"), desk.user("agent")
    ticket = desk.ticket(alice)
    tickets.follow(agent, ticket, bob)
    desk.reply(agent, ticket)
    mail = db.session.query(OutgoingMail).filter_by(recipient=bob.email).one()
    return desk, ticket, mail


def test_a_follower_stops_without_signing_in(answered):
    desk, _ticket, mail = answered
    path = unsubscribing.path_of(mail)
    desk.app.config["WTF_CSRF_ENABLED"] = True

    page = desk.browser().get(path)
    assert page.status_code == 200
    assert db.session.query(Follower).count() == 1
    done = desk.browser().post(path, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    db.session.rollback()
    assert db.session.query(Follower).count() == 0
    assert desk.browser().post(path).status_code == 200
    assert desk.browser().post(path[:-1] + "x").status_code == 404
