"""Making the index anew: it says the same, in order, whatever happens meanwhile."""

import pytest

from helpdesk import search
from helpdesk.database import transaction
from helpdesk.errors import HelpdeskError
from helpdesk.search import rebuilding
from helpdesk.search.models import ASIDE

from .index import connection, contents, is_sqlite, is_true


def tickets_in_order():
    query = "SELECT ticket_id FROM search_documents WHERE slot < ? ORDER BY slot"
    return [id_ for (id_,) in connection().execute(query, (ASIDE,)).fetchall()]


def tables():
    tables = (
        "SELECT name FROM sqlite_master WHERE name LIKE 'search%'"
        if is_sqlite()
        else "SELECT relname FROM pg_class WHERE relname ~ '(^|_)search_' AND relkind <> 't'"
    )
    return sorted(name for (name,) in connection().execute(tables).fetchall())


def test_made_anew_it_says_the_same_and_who_came_late_is_in_place(desk, alice, travel):
    before = tables()
    made = {}
    for days in (3, 1, 2):
        travel(days=-days)
        made[days] = desk.ticket(alice, f"Lamp of {days} days").id
    assert tickets_in_order() == [made[3], made[1]]
    travel(days=0)
    assert search.rebuild() == 3
    assert tickets_in_order() == [made[3], made[2], made[1]]
    assert tables() == before
    assert is_true()


def test_what_changes_meanwhile_is_in_it(desk, alice, bob, agent):
    tickets = [desk.ticket(alice, f"Lamp {number}") for number in range(5)]

    def meanwhile(done):
        desk.reply(agent, tickets[0], f"Reply {done}")
        desk.reply(alice, tickets[4], f"Answer {done}")
        desk.ticket(bob, f"New {done}")

    assert search.rebuild(lambda done: meanwhile(done) if done < 6 else None, a_time=2) > 5
    assert len(contents()) == 5 + 2
    assert is_true()
    desk.reply(agent, tickets[1], "After it")
    assert is_true()


def test_one_that_died_is_forgotten_by_the_next(desk, alice):
    before = tables()
    for number in range(4):
        desk.ticket(alice, f"Lamp {number}")
    with pytest.raises(ZeroDivisionError):
        search.rebuild(lambda done: 1 // 0, a_time=2)
    desk.ticket(alice, "One more")
    assert is_true()
    assert search.rebuild(a_time=2) == 5
    assert tables() == before
    assert is_true()


def test_words_that_are_missing_or_wrong_are_mended(desk, alice, agent):
    ticket, other = desk.ticket(alice, "Lamp"), desk.ticket(alice, "Chair")
    with transaction():
        slot = "rowid" if is_sqlite() else "slot"
        connection().execute(f"DELETE FROM search_index WHERE {slot} = 1")
        connection().execute("DELETE FROM search_documents WHERE ticket_id = ?", (other.id,))
    search.rebuild()
    assert is_true()
    assert tickets_in_order() == [ticket.id, other.id]


def test_an_index_with_many_who_came_late_is_made_anew_by_itself(desk, alice, travel, monkeypatch):
    monkeypatch.setattr(rebuilding, "MOST_ASIDE", 2)
    for days in (0, -1, -2, -3, -4):
        travel(days=days)
        desk.ticket(alice)
    travel(days=0)
    assert tickets_in_order() == [1]
    search.tidy_up()
    assert tickets_in_order() == [5, 4, 3, 2, 1]
    before = tickets_in_order()
    travel(days=-2)
    desk.ticket(alice)
    search.tidy_up()
    assert tickets_in_order() == before


def test_of_two_at_once_the_later_one_is_done(desk, alice):
    for number in range(4):
        desk.ticket(alice, f"Lamp {number}")
    with pytest.raises(HelpdeskError):
        search.rebuild(lambda done: search.rebuild() if done == 2 else None, a_time=2)
    assert is_true()
    assert "search_again" not in tables()
