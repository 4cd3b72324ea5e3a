"""Two accounts become one, and two again."""

import threading

import pytest
import sqlalchemy as sa

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import queries as users
from helpdesk.accounts import sessions, tokens
from helpdesk.accounts.actions import Visitor
from helpdesk.accounts.models import DESK, ApiToken, Role, User
from helpdesk.database import db, transaction
from helpdesk.errors import Conflict, Invalid, NotFound, NotSignedIn, WrongState
from helpdesk.fields import queries as fields
from helpdesk.fields.models import About
from helpdesk.people import actions, queries
from helpdesk.people.actions import Details
from helpdesk.tickets import actions as tickets
from helpdesk.tickets.models import Message, Ticket
from tests.desk import PASSWORD

HERE = Visitor("192.0.2.1")


@pytest.fixture
def twins(desk, agent, alice, bob, field):
    """Two accounts of one person with something of everything."""
    field("Account", about="customer"), field("Phone", about="customer")
    actions.update_person(agent, alice, Details(fields={"account": "A"}))
    actions.update_person(agent, bob, Details(fields={"account": "B", "phone": "123"}))
    for user in (alice, bob):
        first = desk.ticket(user, f"First of {user.name}", files=[desk.file()])
        desk.reply(agent, first, "Hello")
        desk.reply(user, first, "Thank you", files=[desk.file("more.png")])
        desk.note(agent, first, "A note")
        actions.add_note(agent, user, f"About {user.name}")
        desk.ticket(user, f"Second of {user.name}")
        tickets.upload(user, desk.file("waiting.png"))
    return alice, bob


def json_of_all_tickets(desk, agent):
    """Every ticket as the API has it, to the byte."""
    api = desk.api(agent)
    ids = [row["id"] for row in api.get("/support-ticket?limit=500").json["data"]]
    return [api.get("/support-ticket?limit=500").data] + [
        api.get(f"/support-ticket/{id_}").data for id_ in ids
    ]


def subjects(desk, user):
    answer = desk.api(user).get("/customer-support-ticket")
    return sorted(row["subject"] for row in answer.json["data"])


def user(id_):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(User, id_)


def test_the_kept_one_has_everything(desk, agent, twins):
    alice, bob = twins
    event = actions.merge(agent, alice, bob)
    assert subjects(desk, alice) == [
        "First of Alice Moor",
        "First of Bob Lind",
        "Second of Alice Moor",
        "Second of Bob Lind",
    ]
    assert [note.body for note in queries.notes(agent, alice)] == [
        "About Bob Lind",
        "About Alice Moor",
    ]
    kept = fields.values(About.CUSTOMER, [alice.id])[alice.id]
    assert kept == {"account": "A", "phone": "123"}
    of_bob = desk.api(alice).get("/customer-support-ticket?keyword=Bob").json["data"]
    [first] = [row for row in of_bob if row["subject"] == "First of Bob Lind"]
    said = desk.api(alice).get(f"/customer-support-ticket/{first['id']}").json["data"]
    assert {m["postedBy"]["name"] for m in said["ticketMessage"]} == {"Alice Moor", "Ana Gent"}
    assert said["userId"] == alice.id
    assert event.after["messages"] and event.after["uploads"] and len(event.after["tickets"]) == 2
    page = desk.browser(alice).get(f"/tickets/{first['id']}").text
    assert "You" in page and "Bob Lind</span>" not in page


def test_the_other_account_is_shut_and_nothing_tells_why(desk, agent, twins):
    alice, bob = twins
    token, browser = tokens.add_token(bob, bob, "script"), desk.browser(bob)
    sessions_before = sessions.sessions_of(bob)
    assert sessions_before and browser.get("/tickets").status_code == 200
    actions.merge(agent, alice, bob)
    bob = user(bob.id)
    assert (bob.is_active, bob.merged_into_id) == (False, alice.id)
    assert browser.get("/tickets").status_code == 302
    assert tokens.find(token) is None
    assert sessions.sessions_of(bob) == []
    with pytest.raises(NotSignedIn) as merged:
        accounts.authenticate(HERE, bob.email, PASSWORD)
    with pytest.raises(NotSignedIn) as unknown:
        accounts.authenticate(HERE, "nobody@shop.example", PASSWORD)
    assert merged.value.message == unknown.value.message
    assert accounts.request_reset(HERE, bob.email) is None
    with pytest.raises(Invalid):
        accounts.sign_up(HERE, "Bob", bob.email, PASSWORD)
    with pytest.raises(WrongState):
        accounts.enable_user(DESK, bob)


def test_the_old_address_leads_staff_to_the_kept_one(desk, agent, twins):
    alice, bob = twins
    actions.merge(agent, alice, bob)
    assert users.person_at(f" {bob.email.upper()} ").id == alice.id
    assert users.person_at(alice.email).id == alice.id
    assert users.person_at("nobody@shop.example") is None
    answer = desk.api(agent).post(
        "/support-ticket", json={"emailId": bob.email, "subject": "S", "message": "M"}
    )
    assert answer.json["data"]["userId"] == alice.id
    third = desk.user("customer", "Third")
    actions.merge(agent, third, alice)
    assert users.person_at(bob.email).id == third.id


def test_undo_puts_everything_back_to_the_byte(desk, agent, twins):
    alice, bob = twins
    token = tokens.add_token(bob, bob, "script")
    for one in (alice, bob):
        desk.token(one)
    before = json_of_all_tickets(desk, agent)
    theirs = [subjects(desk, alice), subjects(desk, bob)]
    filled = fields.values(About.CUSTOMER, [alice.id, bob.id])
    event = actions.merge(agent, alice, bob)
    assert json_of_all_tickets(desk, agent) != before
    undone = tickets.undo(agent, event.batch)
    assert json_of_all_tickets(desk, agent) == before
    assert [subjects(desk, alice), subjects(desk, bob)] == theirs
    assert fields.values(About.CUSTOMER, [alice.id, bob.id]) == filled
    assert [note.body for note in queries.notes(agent, bob)] == ["About Bob Lind"]
    assert tokens.find(token).id == bob.id
    assert accounts.authenticate(HERE, bob.email, PASSWORD).id == bob.id
    with pytest.raises(Conflict):
        tickets.undo(agent, event.batch)
    tickets.undo(agent, undone.batch)
    assert len(subjects(desk, alice)) == 4
    actions.unmerge(agent, user(bob.id))
    assert json_of_all_tickets(desk, agent) == before


def test_undo_leaves_what_happened_since(desk, agent, twins):
    alice, bob = twins
    third = desk.user("customer", "Third")
    event = actions.merge(agent, alice, bob)
    since = desk.ticket(alice, "Since")
    moved = db.session.get(Ticket, event.after["tickets"][0])
    with desk.app.app_context(), transaction():
        db.session.execute(
            sa.update(Ticket).where(Ticket.id == moved.id).values(requester_id=third.id)
        )
    actions.update_person(agent, alice, Details(fields={"phone": "456"}))
    actions.unmerge(agent, user(bob.id))
    assert "Since" in subjects(desk, user(alice.id))
    assert desk.fresh(since).requester_id == alice.id
    assert desk.fresh(moved).requester_id == third.id
    assert subjects(desk, user(bob.id)) == ["Second of Bob Lind"]


def test_words_that_the_other_never_could_read_are_not_given_to_them(desk, agent, twins):
    alice, bob = twins
    event = actions.merge(agent, alice, bob)
    first, second = (db.session.get(Ticket, id_) for id_ in event.after["tickets"])
    desk.reply(alice, first, "Mine, not his")
    desk.note(agent, second, "Only ours")
    actions.unmerge(agent, user(bob.id))
    assert subjects(desk, user(bob.id)) == ["Second of Bob Lind"]
    said = desk.api(user(alice.id)).get(f"/customer-support-ticket/{first.id}").json["data"]
    names = {one["postedBy"]["name"] for one in said["ticketMessage"]}
    assert names == {"Alice Moor", "Ana Gent"}


def test_a_disabled_account_stays_disabled_after_an_undo(desk, agent, admin, twins):
    alice, bob = twins
    accounts.disable_user(admin, bob)
    shut = bob.disabled_at
    actions.merge(agent, alice, bob)
    actions.unmerge(agent, user(bob.id))
    assert user(bob.id).disabled_at == shut
    assert (
        db.session.scalars(
            sa.select(ApiToken).where(ApiToken.user_id == bob.id, ApiToken.revoked_at.is_(None))
        ).all()
        == []
    )


def test_who_cannot_be_merged(desk, agent, admin, alice, bob, vendor):
    for kept, other, error in (
        (alice, alice, Invalid),
        (alice, vendor, Invalid),
        (alice, admin, NotFound),
        (agent, alice, NotFound),
    ):
        with pytest.raises(error):
            actions.merge(agent, kept, other)
    accounts.disable_user(admin, alice)
    with pytest.raises(WrongState):
        actions.merge(agent, alice, bob)
    actions.merge(agent, bob, alice)
    third = desk.user("customer", "Third")
    for kept, other in ((bob, alice), (alice, bob), (third, alice), (alice, third)):
        with pytest.raises(WrongState):
            actions.merge(agent, kept, other)
    with pytest.raises(WrongState):
        actions.unmerge(agent, bob)


def test_a_chain_is_undone_from_its_end(desk, agent, twins):
    alice, bob = twins
    third = desk.user("customer", "Third")
    before = json_of_all_tickets(desk, agent)
    actions.merge(agent, alice, bob)
    actions.merge(agent, third, alice)
    with pytest.raises(Conflict):
        actions.unmerge(agent, user(bob.id))
    actions.unmerge(agent, user(alice.id))
    actions.unmerge(agent, user(bob.id))
    assert json_of_all_tickets(desk, agent) == before


def test_two_who_merge_crosswise_at_once(desk, agent, alice, bob):
    said, barrier = [], threading.Barrier(2)

    def merge(kept_id, other_id):
        with desk.app.app_context():
            kept, other = db.session.get(User, kept_id), db.session.get(User, other_id)
            barrier.wait()
            try:
                actions.merge(DESK, kept, other)
                said.append("merged")
            except WrongState:
                said.append("too late")

    pairs = [(alice.id, bob.id), (bob.id, alice.id)]
    threads = [threading.Thread(target=merge, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["merged", "too late"]


def test_a_merge_costs_the_same_for_many_tickets(desk, agent, alice, bob):
    with desk.counted() as few:
        actions.merge(agent, alice, bob)
    actions.unmerge(agent, user(bob.id))
    for number in range(30):
        desk.ticket(bob, f"Ticket {number}")
    with desk.counted() as many:
        actions.merge(agent, alice, user(bob.id))
    assert len(many) <= len(few) + 4  # each list that isn't empty is moved in one statement


def test_a_merged_account_is_shut_already(desk, agent, admin, twins):
    """Else it would be let in again, with its tokens, when the merge is undone."""
    alice, bob = twins
    actions.merge(agent, alice, bob)
    with pytest.raises(WrongState):
        accounts.disable_user(admin, user(bob.id))
    answer = desk.browser(admin).post(f"/desk/settings/users/{bob.id}/disable")
    assert (answer.status_code, "undo that first" in answer.text) == (409, True)
    actions.unmerge(agent, user(bob.id))
    accounts.disable_user(admin, user(bob.id))
    assert not user(bob.id).is_active


def test_log_ins_of_the_other_end_for_good(desk, agent, twins):
    alice, bob = twins
    script = tokens.add_token(bob, bob, "script")
    login = tokens.add_token(bob, bob, "log-in", 30, from_login=True)
    actions.merge(agent, alice, bob)
    accounts.set_password(DESK, user(bob.id), "a lamp in the cellar")
    actions.unmerge(agent, user(bob.id))
    assert tokens.find(script).id == bob.id
    assert tokens.find(login) is None


def test_who_is_merged_keeps_their_role(desk, agent, admin, twins):
    """Of staff nobody can be taken apart: the merge would be there for ever."""
    alice, bob = twins
    actions.merge(agent, alice, bob)
    for one, role in ((alice, Role.VENDOR), (bob, Role.AGENT)):
        with pytest.raises(WrongState):
            accounts.change_role(admin, user(one.id), role)
    api = desk.api(agent)
    assert api.delete(f"/support-ticket/customers/{bob.id}/merge").status_code == 200
    accounts.change_role(admin, user(bob.id), Role.AGENT)
    assert user(bob.id).is_staff


def requesters(*ids):
    db.session.rollback()
    db.session.expire_all()
    return {db.session.get(Ticket, id_).requester_id for id_ in ids}


def ids_of(desk, who):
    rows = desk.api(user(who.id)).get("/customer-support-ticket").json["data"]
    return sorted(row["id"] for row in rows)


def test_what_staff_have_written_since_keeps_no_ticket(desk, agent, twins):
    alice, bob = twins
    event = actions.merge(agent, alice, bob)
    first, _second = (db.session.get(Ticket, id_) for id_ in event.after["tickets"])
    desk.reply(agent, first, "Here you are")
    assert queries.would_stay(agent, user(bob.id)) == []
    undone = actions.unmerge(agent, user(bob.id))
    assert undone.after == {"stayed": []}
    assert ids_of(desk, bob) == event.after["tickets"]
    said = desk.api(user(bob.id)).get(f"/customer-support-ticket/{first.id}").text
    assert "Here you are" in said and "Bob Lind" in said


def test_what_stays_is_named_before_and_after(desk, agent, twins):
    alice, bob = twins
    event = actions.merge(agent, alice, bob)
    first, second = event.after["tickets"]
    desk.reply(alice, db.session.get(Ticket, first), "Mine, not his")
    browser = desk.browser(agent)
    page = browser.get(f"/desk/customers/{bob.id}").text
    assert f'/desk/tickets/{first}">TKT{first}</a>' in page and f"TKT{second}<" not in page
    answer = browser.post(f"/desk/customers/{bob.id}/unmerge")
    page = browser.get(answer.location).text
    assert "1 ticket stays with Alice Moor" in page
    assert f'<a href="/desk/tickets/{first}">TKT{first}</a>' in page.partition("1 ticket stays")[2]

    api, path = desk.api(agent), f"/support-ticket/customers/{bob.id}/merge"
    merged = api.post(f"/support-ticket/customers/{alice.id}/merge", json={"otherId": bob.id}).json[
        "data"
    ]
    assert merged["stayed"] == []
    desk.reply(user(alice.id), db.session.get(Ticket, second), "Mine too")
    undone = api.post("/support-ticket/undo", json={"batch": merged["batch"]}).json["data"]
    assert undone["changedSince"] == [second]
    api.post("/support-ticket/undo", json={"batch": undone["batch"]})
    assert api.delete(path).json["data"]["stayed"] == []  # all that is Bob's by now


def test_an_undo_says_what_stayed(desk, agent, twins):
    alice, bob = twins
    event = actions.merge(agent, alice, bob)
    first = event.after["tickets"][0]
    desk.reply(alice, db.session.get(Ticket, first), "Mine, not his")
    browser = desk.browser(agent)
    answer = browser.post(f"/desk/undo/{event.batch}", data={"next": "/desk/customers"})
    assert f"TKT{first} was changed again since" in browser.get(answer.location).text


def test_a_ticket_of_the_kept_ones_in_the_others_keeps_it(desk, agent, twins):
    """Though only staff have written in it: its words are about somebody else."""
    alice, bob = twins
    draft = tickets.Draft(subject="Of Alice", message="Words of ours")
    on_behalf = tickets.open_ticket(agent, draft, requester=alice)
    event = actions.merge(agent, alice, bob)
    first, second = event.after["tickets"]
    tickets.merge(agent, [on_behalf], db.session.get(Ticket, second))
    assert [one.id for one in queries.would_stay(agent, user(bob.id))] == [second]
    undone = actions.unmerge(agent, user(bob.id))
    assert undone.after == {"stayed": [second]}
    assert ids_of(desk, bob) == [first]
    assert requesters(on_behalf.id, second) == {alice.id}


def test_the_others_ticket_in_one_of_the_kept_ones_stays_with_it(desk, agent, twins):
    alice, bob = twins
    mine = ids_of(desk, alice)[0]
    event = actions.merge(agent, alice, bob)
    first, second = event.after["tickets"]
    merged = tickets.merge(agent, [db.session.get(Ticket, first)], db.session.get(Ticket, mine))
    undone = actions.unmerge(agent, user(bob.id))
    assert undone.after == {"stayed": [first]}
    assert ids_of(desk, bob) == [second]
    text = desk.api(user(alice.id)).get(f"/customer-support-ticket/{mine}").text
    assert "Bob Lind" not in text  # all in it are the kept one's words, as they were
    tickets.undo(agent, merged[0].batch)
    assert requesters(first) == {alice.id}


def test_tickets_of_the_other_that_were_merged_or_split_go_back_together(desk, agent, twins):
    alice, bob = twins
    event = actions.merge(agent, alice, bob)
    first, second = event.after["tickets"]
    tickets.merge(agent, [db.session.get(Ticket, second)], db.session.get(Ticket, first))
    thanks = db.session.scalar(
        sa.select(Message).where(Message.ticket_id == first, Message.body == "Thank you")
    )
    split = tickets.split(agent, thanks, "A new one")
    undone = actions.unmerge(agent, user(bob.id))
    assert undone.after == {"stayed": []}
    assert requesters(first, second, split.id) == {bob.id}
    assert ids_of(desk, alice) and split.id in ids_of(desk, bob)
