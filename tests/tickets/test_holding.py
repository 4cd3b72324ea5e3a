"""Replies that wait some seconds before they leave, and can be called back until then."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from helpdesk.events import Event
from helpdesk.fields import queries as fields
from helpdesk.fields.models import About
from helpdesk.files import store
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Along, Changes
from helpdesk.tickets.models import Attachment, Draft, Format, HeldReply, Place, Priority, Status

HOLD = 10


@pytest.fixture
def hold():
    """Holds a reply: ``hold(agent, ticket, "Sorry!", status=Status.PENDING)``."""

    def hold(actor, ticket, body="Sorry!", files=(), along=None, **changes):
        along = along or Along(changes=Changes(**changes))
        return actions.hold_reply(
            actor, ticket, body, files, along, seconds=HOLD, format=Format.MARKDOWN
        )

    return hold


@pytest.fixture
def later(travel):
    """Lets the time of a held reply come."""

    def later(**by):
        travel(**(by or {"seconds": HOLD + 1}))
        return actions.release_due()

    return later


def bodies(ticket):
    db.session.rollback()
    return [message.body for message in queries.conversation(DESK, ticket)]


def draft(actor, ticket):
    db.session.rollback()
    return queries.draft_of(actor, ticket.id)


def kinds(ticket):
    found = sa.select(Event.kind).where(Event.ticket_id == ticket.id).order_by(Event.id)
    return db.session.scalars(found).all()


def test_a_held_reply_leaves_once_with_all_that_goes_along(
    desk, alice, agent, admin, hold, later, travel
):
    lamps = desk.category("Lamps")
    ticket = desk.ticket(alice, tags=["old", "vip"])
    along = Along(
        changes=Changes(
            status=Status.RESOLVED,
            assignee_id=admin.id,
            priority=Priority.HIGH,
            category_id=lamps.id,
        ),
        add_tags=["Sent"],
        remove_tags=["old"],
    )
    hold(agent, ticket, "A **new** one leaves today.", [desk.file()], along)
    assert later(seconds=HOLD - 1) == 0
    assert bodies(ticket) == ["It is broken."]

    assert later() == 1
    assert later() == 0

    ticket = desk.fresh(ticket)
    assert bodies(ticket) == ["It is broken.", "A **new** one leaves today."]
    message = queries.conversation(DESK, ticket)[-1]
    assert (message.format, message.author_id) == (Format.MARKDOWN, agent.id)
    assert [file.file_name for file in message.attachments] == ["lamp.png"]
    assert (ticket.status, ticket.assignee_id) == (Status.RESOLVED, admin.id)
    assert (ticket.priority, ticket.category_id) == (Priority.HIGH, lamps.id)
    assert ticket.tag_names == ["sent", "vip"]
    assert (ticket.file_count, ticket.message_count) == (1, 2)
    assert db.session.scalars(sa.select(HeldReply)).all() == []


def test_an_answer_without_a_status_makes_the_ticket_pending_when_it_leaves(
    desk, alice, agent, hold, later
):
    ticket = desk.ticket(alice)
    hold(agent, ticket)
    assert desk.fresh(ticket).status is Status.OPEN
    later()
    ticket = desk.fresh(ticket)
    assert (ticket.status, ticket.waiting_since) == (Status.PENDING, None)


def test_until_it_leaves_nothing_of_it_is_there(desk, alice, agent, hold):
    ticket = desk.ticket(alice)
    before = dict(vars(desk.fresh(ticket)))
    held = hold(agent, ticket, "Secret for now", [desk.file()], status=Status.CLOSED)

    after = vars(desk.fresh(ticket))
    assert {k: v for k, v in after.items() if k != "_sa_instance_state"} == {
        k: v for k, v in before.items() if k != "_sa_instance_state"
    }
    assert bodies(ticket) == ["It is broken."]
    with pytest.raises(NotFound):
        queries.attachment(alice, held.attachments[0].key)
    assert queries.held_on(agent, ticket) == [held]
    with pytest.raises(NotAllowed):
        queries.held_on(alice, ticket)


def test_a_held_reply_is_called_back_into_a_draft(desk, alice, agent, admin, hold, later):
    ticket = desk.ticket(alice)
    held = hold(
        agent, ticket, "Too soon", [desk.file()], status=Status.RESOLVED, assignee_id=admin.id
    )
    name = actions.name_of(held)

    actions.call_back(agent, name)
    actions.call_back(agent, name)  # twice is as good as once

    found = draft(agent, ticket)
    assert found.body == "Too soon"
    assert found.choices.items() >= {"reply_status": "resolved", "assign": str(admin.id)}.items()
    assert [file.file_name for file in queries.draft_files(found)] == ["lamp.png"]
    assert later() == 0
    assert bodies(ticket) == ["It is broken."]


def test_the_undo_of_the_deed_calls_it_back(desk, alice, agent, admin, hold):
    ticket = desk.ticket(alice)
    name = actions.name_of(hold(agent, ticket, "Too soon"))
    with pytest.raises(NotAllowed):
        actions.undo(admin, name)
    actions.undo(agent, name)
    assert draft(agent, ticket).body == "Too soon"
    with pytest.raises(Conflict):
        actions.undo(agent, name)


def test_what_was_begun_since_stays_below_what_is_called_back(desk, alice, agent, hold):
    ticket = desk.ticket(alice)
    held = hold(agent, ticket, "First")
    actions.save_draft(agent, ticket, "Second")
    assert actions.call_back(agent, actions.name_of(held)).body == "First\n\nSecond"


def test_what_has_left_is_not_called_back(desk, alice, agent, hold, later):
    ticket = desk.ticket(alice)
    name = actions.name_of(hold(agent, ticket))
    later()
    for way in (actions.call_back, actions.undo):
        with pytest.raises(Conflict, match="left already"):
            way(agent, name)
    assert draft(agent, ticket) is None


def test_only_the_author_calls_back(desk, alice, agent, admin, hold, later):
    ticket = desk.ticket(alice)
    name = actions.name_of(hold(agent, ticket))
    for other in (admin, alice):
        with pytest.raises(NotAllowed):
            actions.call_back(other, name)
    with pytest.raises(NotFound):
        actions.call_back(agent, "0" * 32)
    assert later() == 1


def test_the_name_of_one_that_has_left_is_never_that_of_another(desk, alice, agent, hold, later):
    ticket = desk.ticket(alice)
    first = actions.name_of(hold(agent, ticket, "First"))
    later()
    hold(agent, ticket, "Second")  # SQLite gives its row the number of the first
    with pytest.raises(Conflict):
        actions.call_back(agent, first)


@pytest.mark.parametrize("place", [Status.CLOSED, Place.BIN, Place.SPAM])
def test_where_it_can_not_leave_it_is_a_draft_again_that_says_why(
    desk, alice, agent, admin, hold, later, place
):
    ticket = desk.ticket(alice)
    hold(agent, ticket, "Nearly", [desk.file()], status=Status.PENDING)
    if place is Status.CLOSED:
        actions.change_status(admin, ticket, Status.CLOSED)
    else:
        put(ticket, place=place)
    assert later() == 1

    found = draft(agent, ticket)
    assert (found.body, found.choices["why"]) == ("Nearly", place.value)
    assert len(queries.draft_files(found)) == 1
    assert bodies(ticket) == ["It is broken."]
    assert kinds(ticket)[-1] == "ticket.reply_returned"


def put(ticket, **columns):
    """Change a ticket as an action of another room does."""
    from helpdesk.database import transaction
    from helpdesk.tickets.models import Ticket

    with transaction():
        db.session.execute(sa.update(Ticket).where(Ticket.id == ticket.id).values(**columns))


def test_where_its_ticket_was_merged_it_goes_to_the_other(desk, alice, agent, hold, later):
    target, middle, ticket = desk.ticket(alice), desk.ticket(alice), desk.ticket(alice)
    hold(agent, ticket, "To both", [desk.file()], status=Status.RESOLVED)
    actions.merge(agent, [ticket], middle)
    actions.merge(agent, [middle], target)
    assert later() == 1
    assert bodies(target).count("To both") == 1
    assert desk.fresh(target).status is Status.PENDING


def test_it_goes_to_the_other_ticket_even_where_a_merge_left_it_behind(
    desk, alice, agent, hold, later
):
    target, ticket = desk.ticket(alice), desk.ticket(alice)
    hold(agent, ticket, "To both", [desk.file()], status=Status.RESOLVED)
    put(ticket, place=Place.MERGED, merged_into_id=target.id)
    assert later() == 1
    assert bodies(target) == ["It is broken.", "To both"]


def test_who_was_shut_out_sends_no_more(desk, alice, agent, admin, hold, later):
    ticket = desk.ticket(alice)
    hold(agent, ticket, "My revenge")
    accounts.disable_user(admin, agent)
    assert later() == 1
    assert bodies(ticket) == ["It is broken."]
    assert draft(agent, ticket).choices["why"] == "account"


def test_who_became_a_customer_sends_no_more(desk, agent, admin, hold, later):
    from helpdesk.accounts.models import Role

    ticket = desk.ticket(agent)  # even on a request of their own
    hold(agent, ticket, "As staff")
    accounts.change_role(admin, agent, Role.CUSTOMER)
    assert later() == 1
    assert bodies(ticket) == ["It is broken."]


def test_a_customer_who_wrote_during_the_hold_does_not_wait_unseen(
    desk, alice, agent, hold, later, travel
):
    ticket = desk.ticket(alice)
    hold(agent, ticket, "Solved!", status=Status.CLOSED, assignee_id=agent.id)
    travel(seconds=5)
    desk.reply(alice, ticket, "Wait, one more thing")
    wrote = desk.fresh(ticket).last_customer_at
    assert later() == 1
    ticket = desk.fresh(ticket)
    assert bodies(ticket)[1:] == ["Wait, one more thing", "Solved!"]
    assert (ticket.status, ticket.waiting_since) == (Status.OPEN, wrote)
    assert ticket.assignee_id == agent.id


def test_what_a_colleague_set_during_the_hold_stays(desk, alice, agent, admin, hold, later):
    ticket = desk.ticket(alice, tags=["a"])
    along = Along(
        changes=Changes(status=Status.PENDING, assignee_id=agent.id, priority=Priority.LOW),
        add_tags=["b"],
    )
    hold(agent, ticket, along=along)
    theirs = Changes(status=Status.RESOLVED, assignee_id=admin.id, tags=["a", "c"])
    actions.update(admin, ticket, theirs)
    later()
    ticket = desk.fresh(ticket)
    assert (ticket.status, ticket.assignee_id) == (Status.RESOLVED, admin.id)
    assert (ticket.priority, ticket.tag_names) == (Priority.LOW, ["a", "b", "c"])


def test_a_colleague_who_left_during_the_hold_keeps_no_reply_from_leaving(
    desk, alice, agent, admin, hold, later
):
    colleague, ticket = desk.user("agent"), desk.ticket(alice)
    hold(agent, ticket, assignee_id=colleague.id, priority=Priority.HIGH)
    accounts.disable_user(admin, colleague)
    later()
    ticket = desk.fresh(ticket)
    assert len(bodies(ticket)) == 2
    assert (ticket.assignee_id, ticket.priority) == (None, Priority.HIGH)


def test_all_that_a_reply_may_not_is_told_before_it_is_held(desk, alice, bob, agent, hold):
    ticket = desk.ticket(alice)
    with pytest.raises(Invalid):
        hold(agent, ticket, "")
    with pytest.raises(Invalid):
        hold(agent, ticket, "x" * 100_001)
    with pytest.raises(Invalid):
        hold(agent, ticket, assignee_id=bob.id)
    with pytest.raises(NotAllowed):
        hold(alice, ticket)
    actions.change_status(agent, ticket, Status.CLOSED)
    with pytest.raises(WrongState):
        hold(agent, ticket, files=[desk.file()])
    assert db.session.scalars(sa.select(HeldReply)).all() == []
    assert list(store().names()) == []


def test_a_held_file_is_nobody_else_s_to_take(desk, alice, agent, hold, later):
    ticket = desk.ticket(alice)
    uploaded = actions.upload(agent, desk.file())
    hold(agent, ticket, files=[uploaded])
    with pytest.raises(NotFound):
        queries.unclaimed_upload(agent, uploaded.key)
    with pytest.raises(Invalid):
        desk.note(agent, ticket, files=[actions.Claim(uploaded.id)])
    later()
    assert db.session.scalars(sa.select(Attachment.message_id)).all() != [None]


def test_a_clock_that_was_set_back_holds_nothing_for_long(desk, alice, agent, hold, later, travel):
    ticket = desk.ticket(alice)
    hold(agent, ticket)
    assert later(hours=-3) == 1


def test_one_that_fails_keeps_no_other(desk, alice, agent, hold, later, monkeypatch, caplog):
    from helpdesk.tickets.actions import releasing

    bad, good = desk.ticket(alice), desk.ticket(alice)
    hold(agent, bad)
    hold(agent, good)
    real = releasing.reply

    def reply(actor, ticket, *rest, **options):
        if ticket.id == bad.id:
            raise RuntimeError("a broken disk")
        return real(actor, ticket, *rest, **options)

    monkeypatch.setattr(releasing, "reply", reply)
    assert later() == 1
    assert (len(bodies(bad)), len(bodies(good))) == (1, 2)
    monkeypatch.undo()
    assert actions.release_due() == 1
    assert len(bodies(bad)) == 2


def test_drafts_and_held_replies_of_a_ticket_are_gone_with_the_sending(
    desk, alice, agent, hold, later
):
    ticket = desk.ticket(alice)
    hold(agent, ticket)
    later()
    assert db.session.scalars(sa.select(Draft)).all() == []


def test_a_required_field_that_comes_along_lets_it_be_solved(
    desk, alice, agent, hold, later, field
):
    field("Order number", required="agents")
    ticket, other = desk.ticket(alice), desk.ticket(alice)
    with pytest.raises(Invalid, match="must be filled in"):
        hold(agent, ticket, status=Status.RESOLVED)
    with pytest.raises(Invalid):
        hold(agent, ticket, status=Status.RESOLVED, fields={"order_number": ""})
    hold(agent, ticket, status=Status.RESOLVED, fields={"order_number": "A-1042"})
    assert later() == 1
    assert desk.fresh(ticket).status is Status.RESOLVED
    assert fields.values(About.TICKET, [ticket.id])[ticket.id] == {"order_number": "A-1042"}
    along = Along(changes=Changes(status=Status.CLOSED, fields={"order_number": "B"}))
    actions.send_reply(agent, other, "Done", along=along, seconds=0)
    assert desk.fresh(other).status is Status.CLOSED
