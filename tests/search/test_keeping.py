"""The index says what the tickets say, whatever is done to them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import jobs
from helpdesk.accounts import actions as accounts
from helpdesk.database import db, transaction
from helpdesk.people.actions import merging as people
from helpdesk.search import catching_up, documents
from helpdesk.search.engines.sqlite import create_index, triggers
from helpdesk.search.keeping import Index
from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Message, Place, Ticket

from .index import connection, contents, is_true, vocabulary


def last_deed():
    return connection().execute("SELECT batch FROM events ORDER BY id DESC LIMIT 1").fetchone()[0]


def test_whatever_is_done_the_index_says_what_the_tickets_say(desk, alice, bob, agent, admin):
    lamps, other = desk.category("Lamps"), desk.category("Other")
    one = desk.ticket(alice, "Broken lamp", "It flickers", tags=["vip"], category_id=lamps.id)
    two = desk.ticket(bob, "灯坏了", "Straße 12", files=[desk.file("Ångström.png")])
    three = desk.ticket(alice, "Third", "Wörter and underscores a_b", description="Something else")
    assert is_true()
    desk.reply(agent, one, "Have you tried", files=[desk.file()])
    desk.note(agent, one, "Secret", files=[desk.file("secret.png")])
    second = desk.reply(alice, one, "I have")
    assert is_true()
    actions.update(
        agent, one, Changes(subject="Two lamps", tags=["late", "vip"], category_id=other.id)
    )
    assert is_true()
    actions.undo(agent, last_deed())
    assert is_true()
    new = actions.split(agent, second, "Another matter")
    assert is_true()
    actions.merge(agent, [new, three], one)
    assert is_true()
    actions.undo(agent, last_deed())
    assert is_true()
    actions.move(agent, two, alice)
    assert is_true()
    actions.undo(agent, last_deed())
    assert is_true()
    accounts.change_profile(alice, alice, name="Alicia", email="alicia@shop.example", language="en")
    assert is_true()
    people.merge(admin, alice, bob)
    assert is_true()
    actions.undo(admin, last_deed())
    assert is_true()
    actions.place(agent, two, Place.BIN)
    assert is_true()
    actions.purge(admin, two)
    assert is_true()
    assert two.id not in {ticket_id for ticket_id, _first in contents()}
    assert "angstrom" in vocabulary()
    db.session.rollback()
    jobs.run_due(desk.app)
    assert "angstrom" not in vocabulary()
    assert {term for found in contents().values() for *_, term in found if "_" not in term} == (
        vocabulary()
    )
    desk.ticket(alice, "Ångström again")
    assert "angstrom" in vocabulary()


def test_what_is_rolled_back_leaves_no_words(desk, alice):
    ticket = desk.ticket(alice)
    before = contents()
    with pytest.raises(ZeroDivisionError), transaction():
        desk.ticket(alice, "Never", "xylophone")
        desk.reply(alice, ticket, "xylophone")
        raise ZeroDivisionError
    assert contents() == before
    desk.ticket(alice, "Then", "xylophone")  # a word that was only nearly known before
    assert is_true()
    assert (
        connection().execute("SELECT 1 FROM search_vocabulary WHERE word = 'xylophone'").fetchone()
    )


def test_a_long_ticket_has_several_documents_and_a_reply_writes_only_the_last(
    desk, alice, agent, monkeypatch
):
    monkeypatch.setattr(documents, "FULL", 40)
    ticket = desk.ticket(alice, "Long", "one two three four five six seven eight nine ten")
    assert [first for _id, first in contents()] == [0]
    second = desk.reply(agent, ticket, "eleven twelve")
    assert [first for _id, first in contents()] == [0, second.id]
    written = []
    write = Index._write
    monkeypatch.setattr(
        Index, "_write", lambda *all, **more: (written.append(all[2]), write(*all, **more))
    )
    desk.note(agent, ticket, "thirteen fourteen fifteen sixteen seventeen")
    assert [first for first, _end in written] == [second.id]
    third = desk.reply(alice, ticket, "eighteen")
    assert [first for first, _end in written] == [second.id, second.id, third.id]
    assert is_true()
    actions.update(agent, ticket, Changes(tags=["late"]))
    assert [first for first, _end in written][3:4] == [0]
    assert is_true()
    actions.split(agent, third, "Elsewhere")
    actions.undo(agent, last_deed())
    assert is_true()


def test_a_ticket_that_comes_late_is_put_aside(desk, alice, travel):
    travel(hours=1)
    newer = desk.ticket(alice)
    travel(hours=0)
    older = desk.ticket(alice)
    query = "SELECT ticket_id, slot < 1099511627776 FROM search_documents ORDER BY slot"
    assert connection().execute(query).fetchall() == [(newer.id, True), (older.id, False)]


def test_what_is_changed_past_all_actions_is_seen_too(desk, alice):
    ticket, _other = desk.ticket(alice), desk.ticket(alice)
    with transaction():
        db.session.execute(
            sa.update(Ticket)
            .where(Ticket.id == ticket.id)
            .values(created_at=ticket.created_at - timedelta(1))
        )
    with transaction():
        db.session.execute(sa.update(Message).values(body="By hand"))
    assert is_true()


def test_names_of_very_many_follow_soon(desk, alice, monkeypatch):
    monkeypatch.setattr(catching_up, "MOST_AT_ONCE", 2)
    for _ in range(5):
        desk.ticket(alice)
    accounts.change_profile(alice, alice, name="Zuzana", email=alice.email, language="en")
    waiting = "SELECT count(*) FROM search_later"
    assert connection().execute(waiting).fetchone() == (3,)
    db.session.rollback()
    jobs.run_due(desk.app)
    assert connection().execute(waiting).fetchone() == (0,)
    assert is_true()


@pytest.mark.sqlite
def test_the_triggers_are_those_of_the_program(desk):
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search%'"
    assert sorted(sql for (sql,) in connection().execute(query)) == sorted(triggers())
    query = "SELECT sql FROM sqlite_master WHERE name = 'search_index'"
    assert connection().execute(query).fetchone() == (create_index(),)
