"""What the doctor says of the index of words."""

import pytest

from helpdesk import search
from helpdesk.database import transaction
from helpdesk.operations.doctor import words as search_checks
from helpdesk.search import documents
from helpdesk.search.engines import connection
from helpdesk.search.schema import COLUMNS
from tests.search.index import is_sqlite


def change(statement):
    with transaction():
        connection().execute(statement)


OTHER_WORDS = ", ".join(f"{name} = 'other'" for name in COLUMNS)
ON_POSTGRESQL = (
    ("rowid", "slot"),
    (OTHER_WORDS, "notes = ' other '"),
    ("search_messages_insert", "search_messages_insert ON messages"),
    (
        "(slot, said) VALUES (99, 'lamp')",
        "SELECT 99, words, subject, said, files, notes, note_files, people, tags FROM search_index"
        " WHERE slot = 1",
    ),
)


@pytest.fixture
def tickets(desk, alice, agent, monkeypatch):
    monkeypatch.setattr(documents, "FULL", 40)
    found = [desk.ticket(alice, f"Lamp {number}", "It flickers, 灯") for number in range(3)]
    for number in range(4):
        desk.reply(agent, found[0], f"A reply of more than forty letters, so it's long {number}")
    return found


def test_an_index_that_agrees_is_good(tickets):
    level, sentence, *_ = search_checks.index()
    assert (level, str(sentence)[:33]) == ("ok", "Tickets in the index of words: 6;")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("DELETE FROM search_documents WHERE slot = 1", "tickets that are not in it: 1"),
        ("DELETE FROM search_index WHERE rowid = 2", "what is in it and of no ticket: 1"),
        (f"UPDATE search_index SET {OTHER_WORDS} WHERE rowid = 3", "tickets 3 say something else"),
        ("DROP TRIGGER search_messages_insert", "nothing notices"),
        (
            "INSERT INTO search_index (rowid, said) VALUES (99, 'lamp')",
            "what is in it and of no ticket: 1",
        ),
    ],
)
def test_whatever_is_wrong_is_said_and_mended(tickets, fault, said):
    for ours, theirs in () if is_sqlite() else ON_POSTGRESQL:
        fault = fault.replace(ours, theirs)
    change(fault)
    level, sentence, *_ = search_checks.index()
    assert level == "error"
    assert said in str(sentence)
    search.rebuild()
    assert search_checks.index()[0] == "ok"
