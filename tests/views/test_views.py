"""Views: the desk's own and saved ones; who sees them, and what they count."""

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.errors import Invalid, NotAllowed, NotFound, WrongState
from helpdesk.tickets import actions as tickets
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Place, Status
from helpdesk.tickets.queries import Sort, count
from helpdesk.views import actions, queries
from helpdesk.views.actions import ViewDraft
from helpdesk.views.built_in import VIEWS
from helpdesk.views.filters import Asking


@pytest.fixture
def save(desk):
    """Saves a view: ``save(agent, "VIPs", shared=True, tag=["vip"])``."""

    def save(owner, name="VIPs", shared=False, sort=Sort.WAITING, **rules):
        return actions.save_view(
            owner, ViewDraft(name=name, rules=rules, sort=sort, is_shared=shared)
        )

    return save


def names(actor):
    return [view.label for view in queries.saved_views(actor)]


def test_the_desks_own_views_count_what_they_list(desk, alice, agent):
    mine, waiting = desk.ticket(alice), desk.ticket(alice)
    desk.ticket(alice)
    tickets.update(agent, mine, Changes(assignee_id=agent.id))
    tickets.change_status(agent, waiting, Status.PENDING)
    counts = queries.view_counts(agent)
    assert counts == {"mine": 1, "unassigned": 1, "open": 2, "pending": 1}
    for name, number in counts.items():
        assert count(agent, VIEWS[name].filters(Asking(agent))) == number


def test_saved_views_count_what_they_list_in_one_query(desk, alice, agent, save):
    vip = desk.ticket(alice)
    desk.ticket(alice)
    tickets.update(agent, vip, Changes(tags=["vip"], assignee_id=agent.id))
    save(agent, "VIPs", tag=["vip"])
    save(agent, "Mine", assignee=["me"])
    save(agent, "Words", q=["lamp"])
    save(agent, "All")
    save(agent, "Spam", place=["spam"])
    views = queries.saved_views(agent)
    with desk.counted() as statements:
        counts = queries.saved_counts(Asking(agent), views)
    assert len(statements) == 1
    assert [counts.get(view.name) for view in views] == [1, 1, None, 2, 0]


def test_a_count_follows_the_filters_of_its_view_at_once(desk, alice, agent, save):
    """What counts is made once a minute, and knows of changes meanwhile all the same."""
    ticket = desk.ticket(alice)
    saved = save(agent, "Some", status=["open"])

    def number():
        return [*queries.saved_counts(Asking(agent), queries.saved_views(agent)).values()]

    assert number() == [1]
    tickets.change_status(agent, ticket, Status.PENDING)
    assert number() == [0]
    draft = ViewDraft(name="Some", rules={"status": ["pending"]}, sort=Sort.WAITING)
    actions.update_view(agent, saved, draft)
    assert number() == [1]


def test_a_view_is_counted_up_to_a_bound(desk, alice, agent, save, monkeypatch):
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    for _number in range(5):
        desk.ticket(alice)
    save(agent, "All")
    [number] = queries.saved_counts(Asking(agent), queries.saved_views(agent)).values()
    assert number == 3  # one more than is counted


def test_me_is_whoever_looks(desk, alice, agent, admin, save):
    ticket = desk.ticket(alice)
    tickets.update(agent, ticket, Changes(assignee_id=agent.id))
    view = queries.as_view(save(admin, "Mine", shared=True, assignee=["me"]))
    assert count(agent, view.filters(Asking(agent))) == 1
    assert count(admin, view.filters(Asking(admin))) == 0


def test_who_sees_which(desk, agent, admin, alice, save):
    own = save(agent, "Own")
    shared = save(agent, "Shared", shared=True)
    other = save(admin, "Admin's")
    assert names(agent) == ["Shared", "Own"]
    assert names(admin) == ["Shared", "Admin's"]
    assert names(alice) == []
    assert queries.saved(agent, own.id).id == own.id
    for actor, view in ((admin, own), (agent, other), (alice, shared)):
        with pytest.raises(NotFound):
            queries.saved(actor, view.id)
        with pytest.raises(NotFound):
            queries.view(actor, f"saved-{view.id}")


@pytest.mark.parametrize("name", ["saved-0", "saved-99", "saved-1x", "saved-", "saved-" + "9" * 30])
def test_a_view_that_is_none(desk, agent, save, name):
    save(agent)
    with pytest.raises(NotFound):
        queries.view(agent, name)


def test_who_may_change_which(desk, agent, admin, alice, save):
    other = desk.user("agent")
    shared = save(agent, "Shared", shared=True)
    for change in (
        lambda actor: actions.update_view(actor, shared, ViewDraft(name="X", is_shared=True)),
        lambda actor: actions.move_view(actor, shared, 1),
        lambda actor: actions.delete_view(actor, shared),
    ):
        for actor in (other, alice):
            with pytest.raises(NotAllowed):
                change(actor)
        change(admin)
    with pytest.raises(NotAllowed):
        actions.save_view(alice, ViewDraft(name="Mine"))


def test_a_view_is_renamed_shared_and_moved(desk, agent, save):
    first, second, third = (save(agent, name) for name in "ABC")
    actions.move_view(agent, third, -1)
    assert names(agent) == ["A", "C", "B"]
    actions.move_view(agent, first, -1)
    assert names(agent) == ["A", "C", "B"]
    draft = ViewDraft(name=" Late\n VIPs ", rules={"tag": ["vip"]}, is_shared=True)
    actions.update_view(agent, second, draft)
    assert names(agent) == ["Late VIPs", "A", "C"]
    assert second.filters == {"tag": ["vip"]}


def test_a_deleted_view_can_be_had_back_for_thirty_days(desk, agent, admin, save, travel):
    view = save(agent)
    actions.delete_view(agent, view)
    assert names(agent) == []
    with pytest.raises(NotFound):
        actions.restore_view(admin, view.id)
    assert actions.restore_view(agent, view.id).id == view.id
    assert names(agent) == ["VIPs"]
    id_ = view.id
    actions.delete_view(agent, view)
    travel(days=31)
    actions.sweep()
    with pytest.raises(NotFound):
        actions.restore_view(agent, id_)


def test_what_is_wrong_is_told_at_once(desk, agent):
    rules = {"status": ["lost"], "colour": ["red"], "created.older": ["long"]}
    with pytest.raises(Invalid) as caught:
        actions.save_view(agent, ViewDraft(name=" ", rules=rules))
    assert caught.value.fields.keys() == {"name", *(f"filters.{name}" for name in rules)}


def test_there_are_not_too_many(desk, agent, save, monkeypatch):
    monkeypatch.setattr(actions, "MOST_VIEWS", 2)
    save(agent)
    view = save(agent)
    with pytest.raises(WrongState):
        save(agent)
    save(agent, shared=True)
    actions.delete_view(agent, view)
    save(agent)
    with pytest.raises(WrongState):
        actions.restore_view(agent, view.id)


def test_a_view_whose_field_is_gone_shows_nothing_and_says_so(desk, alice, agent, field, save):
    from helpdesk.fields.actions import delete_field

    colour = field("Colour", "choice")
    desk.ticket(alice)
    saved = save(agent, **{"field.colour.is_not": ["red"]})
    view = queries.as_view(saved)
    assert count(agent, view.filters(Asking(agent))) == 1
    delete_field(DESK, colour)
    found = view.narrowed(Asking(agent))
    assert count(agent, found.filters) == 0
    assert [problem.name for problem in found.problems] == ["field.colour.is_not"]


def test_a_view_of_spam_looks_there(desk, alice, agent, save):
    ticket = desk.ticket(alice)
    tickets.place(agent, ticket, Place.SPAM)
    view = queries.as_view(save(agent, place=["spam"]))
    assert count(agent, view.filters(Asking(agent))) == 1
