"""What the doctor says of the index of words."""

import pytest

from helpdesk import search
from helpdesk.database import db, transaction
from helpdesk.operations.doctor import words as search_checks
from helpdesk.search import documents
from helpdesk.search.schema import COLUMNS


def change(statement):
    with transaction():
        db.session().driver_connection().execute(statement)


OTHER_WORDS = ", ".join(f"{name} = 'other'" for name in COLUMNS)


@pytest.fixture
def tickets(desk, alice, agent, monkeypatch):
    monkeypatch.setattr(documents, "FULL", 40)
    found = [desk.ticket(alice, f"Lamp {number}", "It flickers, 灯") for number in range(3)]
    for number in range(4):
        desk.reply(agent, found[0], f"A reply of more than forty letters, so it's long {number}")
    return found


def test_an_index_that_agrees_is_good(tickets):
    level, sentence, *_ = search_checks.index()
    assert (level, str(sentence)[:41]) == ("ok", "The index of words has 6 documents; those")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("DELETE FROM search_documents WHERE slot = 1", "1 tickets are not in it"),
        ("DELETE FROM search_index WHERE rowid = 2", "1 of its documents are of no ticket"),
        (f"UPDATE search_index SET {OTHER_WORDS} WHERE rowid = 3", "tickets 3 say something else"),
        ("DROP TRIGGER search_messages_insert", "nothing notices"),
        (
            "INSERT INTO search_index (rowid, said) VALUES (99, 'lamp')",
            "1 of its documents are of no ticket",
        ),
    ],
)
def test_whatever_is_wrong_is_said_and_mended(tickets, fault, said):
    change(fault)
    level, sentence, *_ = search_checks.index()
    assert level == "error"
    assert said in str(sentence)
    search.rebuild()
    assert search_checks.index()[0] == "ok"
