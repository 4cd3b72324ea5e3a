"""Saved replies and macros: made, changed, shared, deleted; whose they are."""

import threading

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from helpdesk.events import Event
from helpdesk.macros import actions, queries
from helpdesk.macros.actions import MacroDraft, ReplyDraft, keeping
from helpdesk.macros.models import Macro, SavedReply
from helpdesk.tickets.actions import undo
from helpdesk.tickets.models import Priority, Status


def names(actor, keyword=""):
    return [one.name for one in queries.saved_replies(actor, keyword)]


def wrong(call):
    with pytest.raises(Invalid) as raised:
        call()
    return set(raised.value.fields)


def test_ones_own_and_the_shared_ones(desk, agent, admin, saved):
    mine = saved(agent, name="Mine")
    saved(admin, name="Theirs")
    saved(admin, name="Ours", shared=True)
    assert names(agent) == ["Mine", "Ours"]
    assert names(admin) == ["Ours", "Theirs"]
    with pytest.raises(NotFound):
        queries.saved_reply(admin, mine.id)
    for id_ in (0, -1, 99, 10**30):
        with pytest.raises(NotFound):
            queries.saved_reply(agent, id_)


def test_customers_reach_none_of_it(desk, alice, vendor, agent, saved, macro, steps):
    reply, close = saved(agent, shared=True), macro(agent, status=Status.CLOSED)
    ticket = desk.ticket(alice)
    draft = ReplyDraft(name="A", body="b")
    calls = (
        queries.saved_replies,
        queries.macros,
        lambda actor: queries.saved_reply(actor, reply.id),
        lambda actor: queries.macro(actor, close.id),
        lambda actor: actions.add_reply(actor, draft),
        lambda actor: actions.update_reply(actor, reply.id, draft),
        lambda actor: actions.delete_reply(actor, reply.id),
        lambda actor: actions.add_macro(actor, MacroDraft(name="A", steps=steps("x"))),
        lambda actor: actions.delete_macro(actor, close.id),
        lambda actor: actions.plan(actor, close, ticket),
        lambda actor: actions.apply(actor, close.id, ticket),
        lambda actor: actions.for_many(actor, close),
    )
    for call in calls:
        for actor in (alice, vendor):
            with pytest.raises(NotAllowed):
                call(actor)
    assert desk.fresh(ticket).status == "open"


def test_an_agent_who_became_a_customer_has_nothing_any_more(desk, agent, saved):
    saved(agent)
    agent.role = "customer"
    with pytest.raises(NotAllowed):
        queries.saved_replies(agent)
    db.session.rollback()


def test_they_are_in_order_and_found_by_name_then_folder_then_words(agent, saved):
    saved(agent, "We sent the lamp today.", "Sent", "Orders")
    saved(agent, "Nothing.", "Ångström lamp", "Parts")
    saved(agent, "Nothing.", "Bulbs", "Lamps")
    saved(agent, "Nothing.", "zebra")
    saved(agent, "Nothing.", "Ape")
    assert names(agent) == ["Ape", "zebra", "Bulbs", "Sent", "Ångström lamp"]
    assert names(agent, "lamp") == ["Ångström lamp", "Bulbs", "Sent"]
    assert names(agent, "angstr par") == ["Ångström lamp"]
    assert names(agent, "orders sent today") == ["Sent"]
    for odd in ('"', "*", "\0", "\ud800", "🙂", " ", "NEAR(", "a" * 10_000):
        names(agent, odd)
    assert queries.folders(queries.saved_replies(agent)) == ["Lamps", "Orders", "Parts"]


def test_a_name_is_there_once_in_its_folder(agent, admin, saved):
    saved(agent, name="Hello")
    assert wrong(lambda: saved(agent, name=" hELLO ")) == {"name"}
    saved(agent, name="Hello", folder="Other")
    saved(agent, name="Hello", shared=True)
    assert wrong(lambda: saved(admin, name="Hello", shared=True)) == {"name"}
    mine = saved(admin, name="Hello")
    assert names(admin) == ["Hello", "Hello"]
    draft = ReplyDraft(name="Hello", body="x", is_shared=True)
    assert wrong(lambda: actions.update_reply(admin, mine.id, draft)) == {"name"}
    assert actions.update_reply(admin, mine.id, ReplyDraft(name="HELLO", body="x")).name == "HELLO"


def test_all_that_is_wrong_is_told_at_once(agent, saved, macro):
    assert wrong(lambda: saved(agent, "{{a.b}}", "n" * 101, "f" * 61)) == {"name", "folder", "body"}
    assert wrong(lambda: saved(agent, " ", "\0")) == {"name", "body"}
    assert wrong(lambda: saved(agent, "\ud800", "\ud800", "\ud800")) == {"name", "folder", "body"}
    assert wrong(lambda: saved(agent, "x" * 20_001)) == {"body"}
    assert saved(agent, "x" * 20_000, "n" * 100, "f" * 60).id
    assert wrong(lambda: macro(agent, name="")) == {"name", "steps"}
    assert wrong(
        lambda: macro(
            agent, "{{a}}", assignee_id=99, category_id=99, add=["a,b"], fields={"nothing": "x"}
        )
    ) == {"message", "assignee_id", "category_id", "tags", "fields.nothing"}


def test_what_a_macro_can_not_do(desk, agent, macro, field):
    lamps, bulbs = desk.category("Lamps"), desk.category("Bulbs")
    child = desk.category("Small", parent=lamps)
    field("Size"), field("Colour", "choice")
    assert wrong(lambda: macro(agent, subcategory_id=child.id)) == {"subcategory_id"}
    assert wrong(lambda: macro(agent, category_id=bulbs.id, subcategory_id=child.id)) == {
        "subcategory_id"
    }
    assert wrong(lambda: macro(agent, add=["late"], remove=["LATE "])) == {"tags"}
    assert wrong(lambda: macro(agent, fields={"size": ""})) == {"fields.size"}
    assert wrong(lambda: macro(agent, fields={"colour": "green"})) == {"fields.colour"}
    alone = macro(agent, category_id=lamps.id, subcategory_id=child.id, fields={"size": " XL "})
    assert alone.steps["changes"]["fields"] == {"size": "XL"}


def test_there_is_a_limit(agent, saved, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 2)
    saved(agent, name="1"), saved(agent, name="2")
    with pytest.raises(WrongState):
        saved(agent, name="3")


def test_every_agent_changes_a_shared_one_and_only_its_owner_takes_it_back(
    desk, agent, admin, saved
):
    other = desk.user("agent")
    ours = saved(agent, name="Ours", shared=True)
    better = ReplyDraft(name="Ours", body="Better.", is_shared=True)
    assert actions.update_reply(other, ours.id, better).body == "Better."
    with pytest.raises(NotAllowed):
        actions.update_reply(other, ours.id, ReplyDraft(name="Ours", body="Mine!"))
    actions.update_reply(admin, ours.id, ReplyDraft(name="Ours", body="Back."))
    with pytest.raises(NotFound):
        actions.update_reply(other, ours.id, better)
    with pytest.raises(NotFound):
        queries.saved_reply(admin, ours.id)
    assert names(agent) == ["Ours"]


def test_a_deletion_is_undone_and_that_too(desk, agent, saved, macro):
    reply, close = saved(agent, "Words", shared=True), macro(agent, priority=Priority.HIGH)
    for delete, id_, model in (
        (actions.delete_reply, reply.id, SavedReply),
        (actions.delete_macro, close.id, Macro),
    ):
        event = delete(agent, id_)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
        undone = undo(agent, event.batch)
        [back] = db.session.scalars(sa.select(model)).all()
        assert (back.owner_id, back.is_shared) == (agent.id, True)
        undo(agent, undone.batch)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
        with pytest.raises(NotFound):
            delete(agent, id_)


def test_a_deletion_is_not_undone_over_a_newer_one_or_by_somebody_else(desk, agent, admin, saved):
    event = actions.delete_reply(agent, saved(agent, name="Hello").id)
    with pytest.raises(WrongState):
        undo(admin, event.batch)
    assert names(agent) == []
    saved(agent, name="Hello")
    with pytest.raises(Conflict):
        undo(agent, event.batch)
    assert names(agent) == ["Hello"]


def test_a_change_is_undone_unless_it_changed_again(desk, agent, saved):
    reply = saved(agent, "One")
    for words in ("Two", "Three"):
        actions.update_reply(agent, reply.id, ReplyDraft(name="Thanks", body=words))
    actions.update_reply(agent, reply.id, ReplyDraft(name="Thanks", body="Three"))  # no event
    first, second = db.session.scalars(
        sa.select(Event).where(Event.kind == "saved_reply.updated").order_by(Event.id)
    )
    with pytest.raises(Conflict):
        undo(agent, first.batch)
    undo(agent, second.batch)
    assert queries.saved_reply(agent, reply.id).body == "Two"


def test_two_at_once_keep_one_of_a_name(desk, agent):
    results = []

    def keep():
        with desk.app.app_context():
            try:
                draft = ReplyDraft(name="Hello", body="x", is_shared=True)
                actions.add_reply(db.session.get(type(agent), agent.id), draft)
                results.append("kept")
            except Invalid:
                results.append("refused")
            db.session.remove()

    threads = [threading.Thread(target=keep) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(results) == ["kept", "refused", "refused", "refused"]


def test_the_list_costs_the_same_for_few_and_many(desk, saved):
    someone, costs = desk.user("agent"), []
    for many in (2, 20):
        for number in range(many):
            saved(desk.user("agent"), name=f"{many} {number}", shared=True)
        db.session.expire_all()
        someone.is_staff  # noqa: B018
        with desk.counted() as statements:
            for one in queries.saved_replies(someone):
                assert one.owner.name
        costs.append(len(statements))
    assert costs == [1, 1]


def test_the_desk_itself_sees_the_shared_ones(agent, saved):
    saved(agent, name="Mine")
    saved(agent, name="Ours", shared=True)
    assert names(DESK) == ["Ours"]
