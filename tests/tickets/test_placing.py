"""Spam, the bin and what comes after it; links; another requester; another subject."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK
from helpdesk.api.models import IdempotencyKey
from helpdesk.database import db, transaction
from helpdesk.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from helpdesk.events import Event
from helpdesk.files import store
from helpdesk.jobs import run_due
from helpdesk.notices.models import Notice
from helpdesk.operations.housekeeping import empty_bin
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Attachment, Draft, Message, MessageKind, Place, Ticket


def broken_references():
    """The columns that name a row that isn't there."""
    found = []
    for table in db.metadata.sorted_tables:
        for key in table.foreign_keys:
            there = key.column.table.alias().c[key.column.name]
            broken = key.parent.is_not(None) & key.parent.not_in(sa.select(there))
            if db.session.execute(sa.select(table).where(broken).limit(1)).first():
                found.append(str(key.parent))
    return found


def newest_batch():
    return db.session.query(Event).order_by(Event.id.desc()).first().batch


def listed(actor, *places):
    filters = queries.Filters(places=places or (Place.INBOX,))
    return [row.id for row in queries.listing(actor, filters, queries.Page()).rows]


def test_of_spam_its_requester_notices_nothing(desk, alice, agent):
    ticket = desk.ticket(alice)
    seen = desk.api(alice).get(f"/customer-support-ticket/{ticket.id}").data
    actions.place(agent, ticket, Place.SPAM)
    assert desk.api(alice).get(f"/customer-support-ticket/{ticket.id}").data == seen
    assert (listed(alice), listed(agent), listed(agent, Place.SPAM)) == (
        [ticket.id],
        [],
        [ticket.id],
    )
    desk.reply(alice, queries.get(alice, ticket.id), "Hello?")
    assert desk.fresh(ticket).place is Place.SPAM


def test_deleted_it_is_gone_for_its_requester_and_comes_back(desk, alice, agent):
    ticket = desk.ticket(alice)
    event = actions.place(agent, ticket, Place.BIN)
    with pytest.raises(NotFound):
        queries.get(alice, ticket.id)
    assert listed(agent, Place.BIN) == [ticket.id]
    assert actions.place(agent, ticket, Place.BIN) is None
    actions.undo(agent, event.batch)
    assert queries.get(alice, ticket.id).placed_at is None
    with pytest.raises(NotAllowed):
        actions.place(alice, ticket, Place.BIN)


def test_deleted_spam_goes_back_into_spam(desk, alice, agent):
    ticket = desk.ticket(alice)
    actions.place(agent, ticket, Place.SPAM)
    event = actions.place(agent, ticket, Place.BIN)
    actions.undo(agent, event.batch)
    assert desk.fresh(ticket).place is Place.SPAM


def test_thirty_days_later_nothing_is_left_but_the_number_and_the_events(
    desk, alice, agent, admin, travel
):
    ticket = desk.ticket(alice, "Secret", "Secret words", files=[desk.file()], tags=["vip"])
    merged = desk.ticket(alice, "Secret too", "More secrets", files=[desk.file()])
    other = desk.ticket(alice, "Stays")
    actions.merge(agent, [merged], ticket)
    actions.link(agent, ticket, other)
    desk.note(agent, ticket, "Secret note", [desk.file()])
    upload = actions.upload(agent, desk.file())
    with transaction():
        draft = Draft(
            ticket_id=ticket.id,
            user_id=agent.id,
            kind=MessageKind.NOTE,
            body="Secret draft",
            choices={},
            modified_at=clock.now(),
        )
        db.session.add(draft)
        db.session.flush()
        db.session.get(Attachment, upload.id).draft_id = draft.id
    files = list(db.session.scalars(sa.select(Attachment.stored_name)))
    assert len(files) == 4
    deleted = actions.place(agent, ticket, Place.BIN)

    travel(days=29, hours=23)
    empty_bin()
    assert desk.fresh(ticket).subject == "Secret"
    travel(days=30, minutes=1)
    empty_bin()

    db.session.expire_all()
    with pytest.raises(NotFound):
        queries.get(agent, ticket.id)
    for id_ in (ticket.id, merged.id):
        row = db.session.get(Ticket, id_)
        assert (row.place, row.subject, row.description, row.last_words) == ("purged", "", "", "")
        assert (row.tags, row.merged_into_id) == ([], None)
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 1
    assert [name for name in files if store().size(name) is not None] == []
    assert not db.session.execute(sa.select(Notice).where(Notice.ticket_id == ticket.id)).all()
    assert broken_references() == []
    db.session.rollback()
    run_due(desk.app, ["search"])  # which forgets its words
    for table in db.metadata.sorted_tables:
        assert "secret" not in str(db.session.execute(sa.select(table)).all()).lower(), table.name
    assert db.session.scalar(sa.select(sa.func.count()).where(Event.ticket_id == ticket.id)) > 3
    with pytest.raises(Conflict):
        actions.undo(agent, deleted.batch)
    assert desk.ticket(alice).id > other.id


def test_for_good_at_once_only_by_admins_and_only_from_the_bin(desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    with pytest.raises(WrongState):
        actions.purge(admin, ticket)
    actions.place(agent, ticket, Place.BIN)
    with pytest.raises(NotAllowed):
        actions.purge(agent, queries.get(agent, ticket.id))
    actions.purge(admin, queries.get(admin, ticket.id))
    assert listed(admin, *queries.EVERY_PLACE) == []


def test_links_are_said_once_and_taken_back(desk, alice, bob, agent):
    one, other = desk.ticket(alice), desk.ticket(bob)
    event = actions.link(agent, other, one)
    assert actions.link(agent, one, other) is None
    assert [row.id for row in queries.linked(agent, one)] == [other.id]
    undone = actions.undo(agent, event.batch)
    assert queries.linked(agent, one) == []
    actions.undo(agent, undone.batch)
    assert [row.id for row in queries.linked(agent, other)] == [one.id]
    assert actions.unlink(agent, one, other) and actions.unlink(agent, one, other) is None
    with pytest.raises(Invalid):
        actions.link(agent, one, one)
    with pytest.raises(NotAllowed):
        actions.link(alice, one, other)


def test_another_requester_reads_it_and_the_one_before_does_not(desk, alice, bob, agent):
    ticket = desk.ticket(alice)
    event = actions.move(agent, ticket, bob)
    assert queries.get(bob, ticket.id).requester_kind == "customer"
    with pytest.raises(NotFound):
        queries.get(alice, ticket.id)
    assert actions.move(agent, queries.get(agent, ticket.id), bob) is None
    actions.undo(agent, event.batch)
    assert queries.get(alice, ticket.id)
    with pytest.raises(NotFound):
        queries.get(bob, ticket.id)


def test_moving_is_not_undone_over_words_of_the_new_requester(desk, alice, bob, agent):
    ticket = desk.ticket(alice)
    event = actions.move(agent, ticket, bob)
    desk.reply(bob, queries.get(bob, ticket.id), "My secret.")
    with pytest.raises(Conflict):
        actions.undo(agent, event.batch)
    with pytest.raises(NotFound):
        queries.get(alice, ticket.id)


def test_nobody_who_is_disabled_gets_a_ticket(desk, alice, bob, agent, admin):
    ticket = desk.ticket(alice)
    accounts.disable_user(admin, bob)
    with pytest.raises(Invalid, match="disabled"):
        actions.move(agent, ticket, bob)
    with pytest.raises(NotAllowed):
        actions.move(alice, ticket, alice)


def test_another_subject(desk, alice, agent):
    ticket = desk.ticket(alice, "Lmap")
    [event] = actions.update(agent, ticket, Changes(subject=" Lamp  on fire "))
    assert desk.fresh(ticket).subject == "Lamp on fire"
    actions.undo(agent, event.batch)
    assert desk.fresh(ticket).subject == "Lmap"
    for bad in ("", "x" * 251, "a\0"):
        with pytest.raises(Invalid):
            actions.update(agent, queries.get(DESK, ticket.id), Changes(subject=bad))
    with pytest.raises(NotAllowed):
        actions.update(alice, queries.get(alice, ticket.id), Changes(subject="Mine"))


def test_for_good_is_for_good_in_events_and_kept_answers_too(desk, alice, agent, admin, field):
    field("Order number")
    other = desk.ticket(alice)
    key = {"Idempotency-Key": "once"}
    words = {"subject": "Secret lamp", "message": "My secret", "userId": alice.id}
    id_ = desk.api(agent).post("/support-ticket", json=words, headers=key).json["data"]["id"]
    desk.api(agent).post(
        "/support-ticket", json=words | {"subject": "Kept"}, headers={"Idempotency-Key": "another"}
    )
    ticket = queries.get(agent, id_)
    for value in ("Secret-1", "Secret-2", None):
        actions.update(agent, ticket, Changes(fields={"order_number": value}))
    actions.update(agent, ticket, Changes(subject="A secret", tags=["secret tag"]))
    actions.update(agent, other, Changes(subject="Another"))
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(sa.update(Event).values(after=None))
    actions.place(agent, ticket, Place.BIN)
    actions.purge(admin, queries.get(admin, id_))

    for table in (Event, IdempotencyKey):
        rows = str(db.session.execute(sa.select(table.__table__)).all()).lower()
        gone = rows.replace("my secret", "") if table is IdempotencyKey else rows
        assert "secret" not in gone, table
    kinds = db.session.scalars(sa.select(Event.kind).where(Event.ticket_id == id_)).all()
    assert kinds.count("ticket.field") == 3 and "ticket.subject" in kinds
    [event] = db.session.scalars(
        sa.select(Event).where(Event.ticket_id == other.id, Event.kind == "ticket.subject")
    )
    assert event.after == "Another"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(IdempotencyKey)) == 1
    for change in ({"kind": "x"}, {"ticket_id": other.id}, {"actor_id": None}):
        with pytest.raises(sa.exc.IntegrityError), transaction():
            purged = Event.ticket_id == id_
            db.session.execute(sa.update(Event).where(purged).values(**change))
