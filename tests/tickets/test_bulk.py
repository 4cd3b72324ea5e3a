"""One change to many tickets: one deed, one undo, and the ones that can't be are told."""

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.errors import Invalid, NotAllowed
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Change, Changes
from helpdesk.tickets.models import Place, Priority, Status


@pytest.mark.parametrize(
    "change",
    [
        Change(fields=Changes(status=Status.RESOLVED)),
        Change(fields=Changes(priority=Priority.URGENT)),
        Change(fields=Changes(assignee_id=1)),
        Change(fields=Changes(category_id=1)),
        Change(add_tags=["Late", "vip"]),
        Change(remove_tags=["vip"]),
        Change(place=Place.SPAM),
        Change(place=Place.BIN),
    ],
    ids=lambda change: str(next(iter(change.fields.given()), change.place or "tags")),
)
def test_one_undo_for_all_of_it(desk, agent, alice, bob, export, travel, change):
    if change.fields.given().get("assignee_id"):
        change = Change(fields=Changes(assignee_id=agent.id))
    category = desk.category("Lamps")
    assert category.id == 1
    tickets = [desk.ticket(who, tags=["vip"]) for who in (alice, bob, alice)]
    before = export(*tickets)

    done = actions.change_many(agent, [ticket.id for ticket in tickets], change)

    assert (len(done.changed), done.unchanged, done.failed) == (3, [], {})
    assert export(*tickets) != before
    travel(seconds=0)
    actions.undo(agent, done.batch)
    after = export(*tickets)
    assert [_without_moments(one) for one in after.splitlines()] == [
        _without_moments(one) for one in before.splitlines()
    ]


def _without_moments(text):
    import json

    data = json.loads(text)  # a change that customers see, and its undo, are changes
    return {k: v for k, v in data.items() if not k.startswith("modified") and k != "waitingSince"}


def test_tags_are_added_to_those_that_are_there(desk, alice, agent):
    tickets = [desk.ticket(alice, tags=["a"]), desk.ticket(alice, tags=["b"])]
    actions.change_many(
        agent, [t.id for t in tickets], Change(add_tags=["b", " New  one"], remove_tags=["a"])
    )
    assert [desk.fresh(t).tag_names for t in tickets] == [["b", "new one"], ["b", "new one"]]


def test_who_cannot_be_changed_keeps_none_of_the_others_from_it(desk, alice, agent):
    good, same, deleted = (desk.ticket(alice) for _ in range(3))
    actions.change_status(agent, same, Status.RESOLVED)
    actions.place(agent, queries.get(DESK, deleted.id), Place.BIN)
    done = actions.change_many(
        agent,
        [good.id, same.id, deleted.id, 999_999, 2**70, -1, good.id],
        Change(fields=Changes(status=Status.RESOLVED)),
    )
    assert (done.changed, done.unchanged) == ([good.id], [same.id])
    assert set(done.failed) == {deleted.id, 999_999, 2**70, -1}
    assert "deleted" in done.failed[deleted.id]
    actions.undo(agent, done.batch)
    assert desk.fresh(same).status is Status.RESOLVED


def test_what_nobody_may_or_can_do(desk, alice, agent):
    ticket = desk.ticket(alice)
    change = Change(place=Place.BIN)
    with pytest.raises(NotAllowed):
        actions.change_many(alice, [ticket.id], change)
    for ids, bad in (
        ([], change),
        (range(1, 1002), change),
        ([ticket.id], Change()),
        ([ticket.id], Change(fields=Changes(assignee_id=alice.id))),
        ([ticket.id], Change(fields=Changes(category_id=77))),
        ([ticket.id], Change(add_tags=["x" * 41])),
    ):
        with pytest.raises(Invalid):
            actions.change_many(agent, ids, bad)


def test_each_ticket_costs_the_same(desk, alice, agent):
    def cost(many):
        ids = [desk.ticket(alice).id for _ in range(many)]
        with desk.counted() as statements:
            actions.change_many(agent, ids, Change(fields=Changes(status=Status.PENDING)))
        return len(statements)

    few, more = cost(10), cost(30)
    assert more - few <= 20 * 3


def test_moving_and_changing_at_once_is_refused(desk, alice, agent):
    ticket = desk.ticket(alice)
    both = Change(place=Place.BIN, fields=Changes(status=Status.RESOLVED))
    with pytest.raises(Invalid):
        actions.change_many(agent, [ticket.id], both)
    assert desk.fresh(ticket).place is Place.INBOX
