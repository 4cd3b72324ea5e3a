"""Opening, replying, noting: what the words of a ticket do to it."""

import pytest

from helpdesk.errors import Invalid, NotAllowed, NotFound, TooLarge, WrongState
from helpdesk.files import store
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Format, Place, Status


def test_a_new_ticket_is_open_and_waits_for_us(desk, alice):
    ticket = desk.ticket(alice, "Broken lamp", "It arrived in two pieces.")
    assert ticket.ref == f"TKT{ticket.id}"
    assert (ticket.status, ticket.waiting_since) == (Status.OPEN, ticket.created_at)
    assert ticket.last_words == "It arrived in two pieces."
    assert [m.body for m in queries.conversation(alice, ticket)] == ["It arrived in two pieces."]


def test_description_and_message_stand_in_for_each_other(desk, alice):
    only = desk.ticket(alice, message="", description="Described")
    both = desk.ticket(alice, message="Said", description="Described")
    assert [m.body for m in queries.conversation(alice, only)] == ["Described"]
    assert [m.body for m in queries.conversation(alice, both)] == ["Said"]
    assert both.description == "Described"


def test_every_bad_field_is_told_at_once(desk, alice):
    with pytest.raises(Invalid) as told:
        desk.ticket(alice, subject=" ", message="\0", category_id=99, tags=["x" * 41])
    assert set(told.value.fields) == {"subject", "message", "category_id", "tags"}


def test_an_answer_makes_the_ticket_wait_for_the_customer_and_a_reply_opens_it(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.reply(agent, ticket, "A new one leaves today.")
    assert (ticket.status, ticket.waiting_since) == (Status.PENDING, None)
    desk.reply(alice, ticket, "It came broken too.")
    ticket = desk.fresh(ticket)
    assert ticket.status is Status.OPEN
    assert ticket.waiting_since is not None
    assert ticket.last_words == "It came broken too."


def test_an_agent_chooses_the_status_that_goes_with_the_answer(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.reply(agent, ticket, "Done.", status=Status.RESOLVED)
    assert desk.fresh(ticket).status is Status.RESOLVED


def test_nobody_replies_on_a_closed_ticket(desk, alice, agent):
    ticket = desk.ticket(alice)
    actions.change_status(alice, ticket, Status.CLOSED)
    for actor in (alice, agent):
        with pytest.raises(WrongState):
            desk.reply(actor, ticket)
    desk.note(agent, ticket, "A note is still possible.")


def test_a_customer_never_sees_a_note(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.note(agent, ticket, "She is a regular.")
    assert [m.internal for m in queries.conversation(agent, ticket)] == [False, True]
    assert [m.internal for m in queries.conversation(alice, ticket)] == [False]
    assert desk.fresh(ticket).last_words == "It is broken."
    with pytest.raises(NotAllowed):
        desk.note(alice, ticket)


def test_the_file_of_a_note_is_for_staff_only(desk, alice, agent):
    ticket = desk.ticket(alice, files=[desk.file("theirs.png")])
    note = desk.note(agent, ticket, files=[desk.file("ours.png")])
    assert queries.attachment(agent, note.attachments[0].key).file_name == "ours.png"
    with pytest.raises(NotFound):
        queries.attachment(alice, note.attachments[0].key)


def test_the_file_of_a_ticket_is_for_its_people_only(desk, alice, bob, agent):
    ticket = desk.ticket(alice, files=[desk.file()])
    key = queries.conversation(alice, ticket)[0].attachments[0].key
    assert queries.attachment(alice, key).size == queries.attachment(agent, key).size
    with pytest.raises(NotFound):
        queries.attachment(bob, key)


def test_nothing_is_left_of_a_ticket_that_fails(desk, alice):
    with pytest.raises(Invalid):
        desk.ticket(alice, subject="", files=[desk.file()])
    with pytest.raises(TooLarge):
        desk.ticket(alice, files=[desk.file() for _ in range(11)])
    assert list(store().names()) == []
    assert queries.count(alice, queries.Filters()) == 0


def test_an_upload_is_claimed_once_and_only_by_its_uploader(desk, alice, bob):
    uploaded = actions.upload(alice, desk.file())
    with pytest.raises(NotFound):
        queries.unclaimed_upload(bob, uploaded.key)
    desk.ticket(alice, files=[queries.unclaimed_upload(alice, uploaded.key)])
    with pytest.raises(NotFound):
        queries.unclaimed_upload(alice, uploaded.key)
    with pytest.raises(Invalid):
        desk.ticket(alice, files=[uploaded])


def test_somebody_elses_ticket_is_not_there(desk, alice, bob, vendor, agent):
    ticket = desk.ticket(alice)
    assert queries.get(agent, ticket.id).id == ticket.id
    for stranger in (bob, vendor):
        with pytest.raises(NotFound):
            queries.get(stranger, ticket.id)
        with pytest.raises(NotAllowed):
            desk.reply(stranger, ticket)


def test_staff_open_a_ticket_for_a_customer_but_customers_only_for_themselves(
    desk, alice, bob, agent
):
    ticket = actions.open_ticket(agent, actions.Draft("By phone", "She called."), requester=alice)
    assert queries.get(alice, ticket.id).requester_id == alice.id
    with pytest.raises(NotAllowed):
        actions.open_ticket(bob, actions.Draft("By phone", "Hm."), requester=alice)


def test_lists_show_the_words_of_an_answer_without_its_markup(desk, alice, agent):
    ticket = desk.ticket(alice, message="**Not** markup.")
    assert ticket.last_words == "**Not** markup."
    words = "**Sorry!**\n\n- A [new one](https://shop.example/) leaves *today*."
    actions.reply(agent, ticket, words, format=Format.MARKDOWN)
    assert ticket.last_words == "Sorry! - A new one leaves today."


def test_the_ticket_to_write_on_is_the_one_that_is_shown(desk, alice, bob, agent):
    mine, other, merged = desk.ticket(alice), desk.ticket(bob), desk.ticket(alice)
    actions.merge(agent, [merged], mine)
    assert queries.to_write_on(alice, merged.id) is queries.get(alice, merged.id) is mine
    assert queries.to_write_on(agent, merged.id) is queries.get(agent, merged.id) is merged
    for reader, number in (
        (alice, other.id),
        (bob, mine.id),
        (agent, 4711),
        (agent, 0),
        (bob, 2**63),
    ):
        with pytest.raises(NotFound):
            queries.to_write_on(reader, number)
    actions.place(agent, other, Place.BIN)
    with pytest.raises(NotFound):
        queries.to_write_on(bob, other.id)
    assert queries.to_write_on(agent, other.id) is other
