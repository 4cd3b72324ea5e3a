"""Merging, and taking apart again: nothing is lost, and everything is as it was."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from helpdesk.events import Event
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.actions.recounting import repeated
from helpdesk.tickets.models import Draft, Message, MessageKind, Place, Status, TicketLink


def merge(actor, *tickets):
    """Merges all but the last into the last; the name of the deed."""
    *sources, target = (queries.get(DESK, ticket.id) for ticket in tickets)
    return actions.merge(actor, sources, target)[0].batch


def words(actor, ticket):
    db.session.rollback()
    db.session.expire_all()
    return [m.body for m in queries.conversation(actor, queries.get(actor, ticket.id))]


@pytest.fixture
def pair(desk, alice, agent, travel):
    """Two tickets of Alice with words, notes and files, half an hour apart."""
    first = desk.ticket(alice, "Lamp", "It broke.", files=[desk.file("a.png")], tags=["lamps"])
    travel(minutes=10)
    second = desk.ticket(alice, "Lamp again", "It broke, I said.", tags=["late"])
    travel(minutes=20)
    desk.reply(agent, first, "Sorry!", files=[desk.file("b.png"), desk.file("c.png")])
    desk.note(agent, second, "Twice the same.", files=[desk.file("d.png")])
    travel(minutes=30)
    return first, second


def test_the_words_of_both_are_one_conversation(desk, alice, agent, pair):
    first, second = pair
    merge(agent, second, first)

    assert words(agent, first) == ["It broke.", "It broke, I said.", "Sorry!", "Twice the same."]
    assert words(agent, second) == []
    target, source = desk.fresh(first), desk.fresh(second)
    assert (source.place, source.merged_into_id) == (Place.MERGED, first.id)
    assert (target.message_count, target.file_count, target.last_words) == (3, 3, "Sorry!")
    assert target.tag_names == ["lamps", "late"]


def test_a_question_that_waits_makes_the_whole_wait(desk, agent, pair):
    first, second = pair
    assert desk.fresh(first).status is Status.PENDING
    merge(agent, second, first)
    target = desk.fresh(first)
    assert (target.status, target.waiting_since) == (Status.OPEN, desk.fresh(second).created_at)


def test_what_was_split_off_since_is_put_back_first(desk, alice, agent, pair):
    first, second = pair
    batch = merge(agent, second, first)
    message = next(
        m for m in queries.conversation(agent, desk.fresh(first)) if m.body == "It broke, I said."
    )
    new = actions.split(agent, message, "Another lamp")
    splitting = db.session.scalar(
        sa.select(Event.batch).where(Event.kind == "ticket.split", Event.ticket_id == new.id)
    )

    with pytest.raises(Conflict, match=f"split off into {new.ref}"):
        actions.undo(agent, batch)
    assert words(agent, new) == ["It broke, I said."]

    actions.undo(agent, splitting)
    actions.undo(agent, batch)
    assert words(agent, first) == ["It broke.", "Sorry!"]
    assert words(agent, second) == ["It broke, I said.", "Twice the same."]


def test_a_merge_that_a_colleague_made_anew_stays(desk, agent, admin, pair):
    first, second = pair
    batch = merge(agent, second, first)
    actions.undo(admin, batch)
    merge(admin, second, first)

    with pytest.raises(Conflict):
        actions.undo(agent, batch)
    assert desk.fresh(second).place is Place.MERGED


def test_what_a_ticket_repeats_is_what_its_messages_say(desk, agent, pair):
    first, second = pair
    for ticket in pair:
        fresh = desk.fresh(ticket)
        assert {n: getattr(fresh, n) for n in vars(repeated(fresh))} == vars(repeated(fresh))
    merge(agent, second, first)
    for ticket in pair:
        fresh = desk.fresh(ticket)
        assert {n: getattr(fresh, n) for n in vars(repeated(fresh))} == vars(repeated(fresh))


def test_undone_it_is_as_it_was_to_the_byte(desk, agent, pair, export):
    before = export(*pair)
    batch = merge(agent, *pair)
    assert export(*pair) != before

    actions.undo(agent, batch)

    assert export(*pair) == before


@pytest.mark.parametrize("order", ["last first", "first first"])
def test_nested_merges_are_undone_in_either_order(desk, alice, agent, pair, export, travel, order):
    first, second = pair
    third = desk.ticket(alice, "And a shade", "Torn.", tags=["shades"])
    desk.reply(agent, third, "Oh.", status=Status.RESOLVED)
    every = (first, second, third)
    before = export(*every)
    travel(minutes=40)
    inner = merge(agent, first, second)
    travel(minutes=50)
    outer = merge(agent, second, third)
    assert len(words(agent, third)) == 6

    for batch in (outer, inner) if order == "last first" else (inner, outer):
        travel(minutes=60)
        actions.undo(agent, batch)

    assert export(*every) == before


def test_what_is_left_of_a_nested_merge_is_counted_anew(desk, alice, agent, pair):
    outer = desk.ticket(alice, "And a shade", "Torn.")
    inner = merge(agent, *pair)
    merge(agent, pair[1], outer)

    actions.undo(agent, inner)

    ticket = desk.fresh(outer)
    says = vars(repeated(ticket))
    assert {name: getattr(ticket, name) for name in says} == says


@pytest.mark.parametrize("order", ["last first", "first first"])
def test_two_merges_into_one_are_undone_in_either_order(
    desk, alice, agent, pair, export, travel, order
):
    first, second = pair
    target = desk.ticket(alice, "And a shade", "Torn.")
    desk.reply(agent, target, "Oh.", status=Status.RESOLVED)
    every = (first, second, target)
    before = export(*every)
    travel(minutes=40)
    one = merge(agent, first, target)
    travel(minutes=50)
    other = merge(agent, second, target)

    for batch in (other, one) if order == "last first" else (one, other):
        travel(minutes=60)
        actions.undo(agent, batch)

    assert export(*every) == before


def test_several_at_once_are_one_deed(desk, alice, agent, pair, export):
    target = desk.ticket(alice, "And a shade", "Torn.")
    before = export(*pair, target)
    batch = merge(agent, *pair, target)
    actions.undo(agent, batch)
    assert export(*pair, target) == before


def test_what_was_written_meanwhile_stays_where_it_was_written(
    desk, alice, agent, pair, export, travel
):
    first, second = pair
    source = export(second)
    batch = merge(agent, second, first)
    travel(minutes=40)
    desk.reply(alice, queries.get(alice, first.id), "And the shade!")

    actions.undo(agent, batch)

    assert export(second) == source
    assert words(agent, first) == ["It broke.", "Sorry!", "And the shade!"]
    target = desk.fresh(first)
    assert (target.status, target.last_words) == (Status.OPEN, "And the shade!")
    assert target.waiting_since == target.last_customer_at


def test_fifty_messages_with_files_come_back(desk, alice, agent, export, travel):
    first, second = desk.ticket(alice), desk.ticket(alice, "Other")
    for number in range(50):
        travel(minutes=number + 1)
        desk.reply(
            [alice, agent][number % 2], second, f"Word {number}", [desk.file(f"{number}.png")]
        )
    before = export(first, second)
    travel(minutes=60)
    batch = merge(agent, second, first)
    assert desk.fresh(first).file_count == 50
    travel(minutes=61)
    actions.undo(agent, batch)
    assert export(first, second) == before


def test_an_undo_of_the_undo_merges_again(desk, agent, pair, export, travel):
    before = export(*pair)
    batch = merge(agent, *pair)
    merged = words(agent, pair[1])
    travel(minutes=40)
    undone = actions.undo(agent, batch)
    travel(minutes=50)
    again = actions.undo(agent, undone.batch)
    assert words(agent, pair[1]) == merged
    travel(minutes=60)
    actions.undo(agent, again.batch)
    assert export(*pair) == before


def test_a_stranger_s_words_are_never_mixed_in(desk, alice, bob, agent):
    first, second = desk.ticket(alice, message="Of Alice"), desk.ticket(bob, message="Of Bob")
    with pytest.raises(WrongState, match=r"Alice Moor.*Bob Lind.*Move one of them"):
        merge(agent, first, second)
    assert words(bob, second) == ["Of Bob"]


def test_neither_once_more_nor_into_itself_nor_into_the_bin(desk, alice, agent):
    first, second, third = (desk.ticket(alice) for _ in range(3))
    with pytest.raises(Invalid):
        merge(agent, first, first)
    merge(agent, first, second)
    with pytest.raises(WrongState, match=f"merged into TKT{second.id}"):
        merge(agent, first, third)
    with pytest.raises(WrongState):
        merge(agent, third, first)
    actions.place(agent, queries.get(DESK, second.id), Place.BIN)
    with pytest.raises(WrongState):
        merge(agent, third, second)
    with pytest.raises(NotAllowed):
        merge(alice, third, third)


def test_of_several_all_or_none_are_merged(desk, alice, bob, agent):
    first, second, target = desk.ticket(alice), desk.ticket(bob), desk.ticket(alice)
    with pytest.raises(WrongState):
        merge(agent, first, second, target)
    assert desk.fresh(first).place is Place.INBOX


def test_the_old_number_leads_its_customer_on_and_nobody_else(desk, alice, bob, agent, pair):
    first, second = pair
    merge(agent, second, first)
    assert queries.get(alice, second.id).id == first.id
    with pytest.raises(NotFound):
        queries.get(bob, second.id)


def test_drafts_and_links_go_along_and_come_back(desk, alice, agent, admin, pair):
    first, second = pair
    other = desk.ticket(alice)
    actions.link(agent, second, other)
    from helpdesk import clock
    from helpdesk.database import transaction

    with transaction():
        for user, ticket in ((agent, first), (agent, second), (admin, second)):
            db.session.add(
                Draft(
                    ticket_id=ticket.id,
                    user_id=user.id,
                    kind=MessageKind.REPLY,
                    body=f"{user.name} on {ticket.id}",
                    choices={},
                    modified_at=clock.now(),
                )
            )

    def drafts():
        return sorted(db.session.execute(sa.select(Draft.ticket_id, Draft.body)).all())

    def links():
        return sorted(db.session.execute(sa.select(TicketLink.low_id, TicketLink.high_id)).all())

    before = drafts(), links()
    batch = merge(agent, second, first)
    assert (first.id, f"{admin.name} on {second.id}") in drafts()
    assert (second.id, f"{agent.name} on {second.id}") in drafts()
    assert (first.id, other.id) in links()
    actions.undo(agent, batch)
    assert (drafts(), links()) == before


def test_what_was_taken_apart_by_hand_is_not_undone(desk, alice, agent, pair):
    first, second = pair
    batch = merge(agent, second, first)
    actions.undo(agent, batch)
    with pytest.raises(Conflict, match="undone already"):
        actions.undo(agent, batch)


def test_no_message_is_ever_lost_or_doubled(desk, agent, pair):
    def every():
        return sorted(db.session.scalars(sa.select(Message.id)))

    before = every()
    batch = merge(agent, *pair)
    assert every() == before
    actions.undo(agent, batch)
    assert every() == before


def test_fields_that_somebody_changed_since_stay(desk, agent, pair):
    first, second = pair
    batch = merge(agent, second, first)
    actions.update(agent, queries.get(DESK, first.id), Changes(tags=["new"]))
    actions.undo(agent, batch)
    assert desk.fresh(first).tag_names == ["new"]
    assert words(agent, second) == ["It broke, I said.", "Twice the same."]
