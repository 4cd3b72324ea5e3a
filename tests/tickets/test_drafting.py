"""Drafts: kept as somebody types, theirs alone, never lost to another window."""

import pytest
import sqlalchemy as sa

from helpdesk.database import db
from helpdesk.errors import Conflict, Invalid, NotAllowed
from helpdesk.operations.housekeeping import drop_unclaimed_uploads
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import (
    discard_draft,
    drop_discarded_drafts,
    drop_draft,
    restore_draft,
    revision_of,
    save_draft,
)
from helpdesk.tickets.models import Attachment, Draft, MessageKind


def test_a_draft_is_kept_and_changed_and_discarded(desk, alice, agent):
    ticket = desk.ticket(alice)
    save_draft(agent, ticket, "  Dear Al", choices={"assign": "me"})
    save_draft(agent, ticket, "  Dear Alice,\r\n", kind=MessageKind.NOTE)

    found = queries.draft_of(agent, ticket.id)
    assert (found.body, found.kind) == ("  Dear Alice,\n", MessageKind.NOTE)
    assert db.session.scalar(sa.select(sa.func.count(Draft.id))) == 1
    discard_draft(agent, ticket)
    discard_draft(agent, ticket)
    assert queries.draft_of(agent, ticket.id) is None


def test_an_empty_draft_is_none(desk, alice, agent):
    ticket = desk.ticket(alice)
    assert save_draft(agent, ticket, " \n").draft is None
    save_draft(agent, ticket, "Words")
    assert save_draft(agent, ticket, "").draft is None
    assert queries.draft_of(agent, ticket.id) is None


def test_a_draft_is_its_writer_s_alone(desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    save_draft(agent, ticket, "Mine", [actions.upload(agent, desk.file())])
    assert queries.draft_of(admin, ticket.id) is None
    assert queries.draft_of(alice, ticket.id) is None
    assert queries.drafted(admin, [ticket.id]) == set()
    assert queries.drafted(agent, [ticket.id]) == {ticket.id}
    save_draft(admin, ticket, "Another")
    assert queries.draft_of(agent, ticket.id).body == "Mine"
    with pytest.raises(NotAllowed):
        save_draft(alice, ticket, "Hm")


def test_the_newer_words_win_and_the_older_are_kept_beside_them(desk, alice, agent):
    ticket = desk.ticket(alice)
    seen = revision_of(save_draft(agent, ticket, "Dear").draft)
    save_draft(agent, ticket, "Dear Alice, from the phone", seen=seen)

    saved = save_draft(agent, ticket, "Dear Alice, from the desk", seen=seen)

    assert saved.draft.body == "Dear Alice, from the desk"
    assert saved.other == "Dear Alice, from the phone"
    again = save_draft(agent, ticket, "Dear Alice, more", seen=revision_of(saved.draft))
    assert again.other == "Dear Alice, from the phone"  # until somebody has seen it
    settled = save_draft(
        agent, ticket, "Dear Alice, all", seen=revision_of(again.draft), settled=True
    )
    assert settled.other == ""


def test_an_empty_window_removes_no_other_s_words(desk, alice, agent):
    ticket = desk.ticket(alice)
    save_draft(agent, ticket, "From the phone", seen=0)
    saved = save_draft(agent, ticket, "", seen=0)
    assert saved.other == "From the phone"
    assert queries.draft_of(agent, ticket.id).body == "From the phone"


def test_files_wait_with_a_draft_and_go_with_it(desk, alice, agent, travel):
    ticket = desk.ticket(alice)
    kept, dropped = (actions.upload(agent, desk.file(name)) for name in ("a.png", "b.png"))
    save_draft(agent, ticket, "Look", [kept, dropped])
    save_draft(agent, ticket, "Look", [kept])
    travel(days=3)
    drop_unclaimed_uploads()
    found = queries.draft_files(queries.draft_of(agent, ticket.id))
    assert [file.file_name for file in found] == ["a.png"]
    discard_draft(agent, ticket)
    drop_unclaimed_uploads()
    assert queries.draft_files(restore_draft(agent, ticket)) == found
    discard_draft(agent, ticket)
    travel(days=5)
    drop_discarded_drafts()
    drop_unclaimed_uploads()
    assert db.session.scalars(sa.select(Attachment)).all() == []


def test_a_file_of_a_draft_is_sent_with_the_message(desk, alice, agent):
    ticket = desk.ticket(alice)
    uploaded = actions.upload(agent, desk.file())
    save_draft(agent, ticket, "Look", [uploaded])
    message = desk.reply(agent, ticket, "Look", [uploaded])
    discard_draft(agent, ticket)
    db.session.rollback()
    assert [file.draft_id for file in message.attachments] == [None]


def test_nobody_keeps_somebody_else_s_file_with_a_draft(desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    theirs = actions.upload(admin, desk.file())
    save_draft(agent, ticket, "Look", [theirs])
    assert queries.draft_files(queries.draft_of(agent, ticket.id)) == []


def test_a_draft_that_can_not_be_kept_is_refused(desk, alice, agent):
    ticket = desk.ticket(alice)
    for body in ("a\0b", "x" * 100_001, " " * 300_000 + "x"):
        with pytest.raises(Invalid):
            save_draft(agent, ticket, body)
    save_draft(agent, ticket, "x", choices={"revision": "9", "long": "y" * 200, "assign": "me"})
    assert queries.draft_of(agent, ticket.id).choices == {"assign": "me", "revision": "1"}


def test_a_discarded_draft_comes_back_until_another_is_begun(desk, alice, agent):
    ticket = desk.ticket(alice)
    with pytest.raises(Conflict):
        restore_draft(agent, ticket)
    save_draft(agent, ticket, "First")
    with pytest.raises(Conflict):
        restore_draft(agent, ticket)
    discard_draft(agent, ticket)
    assert queries.draft_of(agent, ticket.id) is None
    assert queries.drafted(agent, [ticket.id]) == set()
    assert restore_draft(agent, ticket).body == "First"
    discard_draft(agent, ticket)
    assert save_draft(agent, ticket, "Second", seen=0).other == ""
    with pytest.raises(Conflict):
        restore_draft(agent, ticket)
    assert queries.draft_of(agent, ticket.id).body == "Second"
    with pytest.raises(NotAllowed):
        restore_draft(alice, ticket)


def test_files_of_a_discarded_draft_are_not_the_next_one_s(desk, alice, agent):
    ticket = desk.ticket(alice)
    save_draft(agent, ticket, "First", [actions.upload(agent, desk.file())])
    discard_draft(agent, ticket)
    draft = save_draft(agent, ticket, "Second").draft
    assert queries.draft_files(draft) == []


def test_words_of_three_windows_are_all_kept(desk, alice, agent):
    ticket = desk.ticket(alice)
    save_draft(agent, ticket, "aaa words", seen=0)
    save_draft(agent, ticket, "bbb words", seen=0)
    saved = save_draft(agent, ticket, "ccc words", seen=1)
    assert (saved.draft.body, saved.other) == ("ccc words", "aaa words\n\nbbb words")


def test_what_another_window_wrote_outlives_what_is_sent(desk, alice, agent):
    ticket = desk.ticket(alice)
    save_draft(agent, ticket, "A long words", seen=0)
    seen = revision_of(save_draft(agent, ticket, "short B", seen=0).draft)

    assert drop_draft(agent, ticket, "short B", seen=seen) == "A long words"
    assert queries.draft_of(agent, ticket.id).body == "A long words"
    assert drop_draft(agent, ticket, "Something else", seen=0) == "A long words"
    assert drop_draft(agent, ticket, "And A long words, too", seen=0) == ""
    assert queries.draft_of(agent, ticket.id) is None


def test_a_late_save_brings_nothing_back_that_was_sent(desk, alice, agent):
    ticket = desk.ticket(alice)
    seen = revision_of(save_draft(agent, ticket, "sent words").draft)
    desk.reply(agent, ticket, "sent words")
    drop_draft(agent, ticket, "sent words", seen=seen)

    assert save_draft(agent, ticket, "sent words", seen=seen).draft is None
    assert save_draft(agent, ticket, "other words", seen=seen).draft.body == "other words"


def test_what_is_called_back_leaves_the_other_windows_words(desk, alice, agent):
    ticket = desk.ticket(alice)
    held = actions.hold_reply(agent, ticket, "held one", seconds=30)
    save_draft(agent, ticket, "aaa words", seen=0)
    save_draft(agent, ticket, "bbb words", seen=0)

    draft = actions.call_back(agent, actions.name_of(held))

    assert (draft.body, draft.choices[actions.OTHER]) == ("held one\n\nbbb words", "aaa words")
