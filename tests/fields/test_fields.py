"""Making, changing, ordering and ending custom fields."""

import threading

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import Invalid, NotAllowed, NotFound, WrongState
from helpdesk.events import Event
from helpdesk.fields import actions, queries
from helpdesk.fields.actions import FieldDraft
from helpdesk.fields.models import About, CustomField, FieldKind, RequiredFor
from helpdesk.tickets.actions import Changes, update


def keys(about=About.TICKET, active=None):
    return [one.key for one in queries.fields(DESK, about, active=active)]


def kinds_of_events():
    return db.session.scalars(sa.select(Event.kind).where(Event.kind.like("field.%"))).all()


def test_a_key_is_made_of_the_label_once(desk, field):
    made = field("Größe & Farbe (neu)")
    assert made.key == "groe_farbe_neu"
    actions.update_field(DESK, made, FieldDraft(label="Size"))
    assert (made.key, made.label) == ("groe_farbe_neu", "Size")
    assert field("größe, farbe: neu").key == "groe_farbe_neu_2"
    assert field("注文番号").key == "field"
    assert field("注文").key == "field_2"
    assert field("3D").key == "field_3d"
    assert len(field("x" * 80).key) == 32


def test_two_fields_of_one_thing_have_two_names(desk, field):
    field("Size")
    field("Size", about="customer")
    with pytest.raises(Invalid) as caught:
        field("size ")
    assert set(caught.value.fields) == {"label"}


def test_the_order_is_kept(desk, field):
    a, b, c = field("A"), field("B"), field("C")
    field("Z", about="customer")
    actions.move_field(DESK, c, -1)
    assert keys() == ["a", "c", "b"]
    actions.move_field(DESK, a, -1)
    actions.move_field(DESK, a, 1)
    assert keys() == ["c", "a", "b"]
    actions.move_field(DESK, b, 1)
    assert keys() == ["c", "a", "b"]
    actions.reorder_fields(DESK, About.TICKET, [a.id, b.id, c.id])
    assert keys() == ["a", "b", "c"]
    for wrong in ([a.id, b.id], [a.id, a.id, b.id], [a.id, b.id, c.id, 10**30]):
        with pytest.raises(Invalid):
            actions.reorder_fields(DESK, About.TICKET, wrong)


def test_a_field_in_use_is_switched_off_and_not_deleted(desk, alice, agent, field):
    used, unused = field("Used"), field("Unused")
    ticket = desk.ticket(alice)
    update(agent, ticket, Changes(fields={"used": "A1"}))
    assert queries.uses() == {used.id: 1}
    actions.delete_field(DESK, unused)
    with pytest.raises(WrongState):
        actions.delete_field(DESK, used)
    with pytest.raises(WrongState):
        actions.delete_field(DESK, used)
    assert (keys(), keys(active=True)) == (["used"], [])
    actions.set_active(DESK, used, True)
    assert queries.facts(agent, About.TICKET, [ticket.id]) == {ticket.id: {"used": "A1"}}
    assert kinds_of_events() == [
        "field.added",
        "field.added",
        "field.deleted",
        "field.updated",
        "field.updated",
    ]


@pytest.mark.parametrize("role", ["agent", "customer"])
def test_only_an_admin_makes_fields(desk, role, field):
    made, actor = field(), desk.user(role)
    for deed in (
        lambda: actions.add_field(actor, About.TICKET, FieldKind.TEXT, FieldDraft(label="X")),
        lambda: actions.update_field(actor, made, FieldDraft(label="X")),
        lambda: actions.move_field(actor, made, 1),
        lambda: actions.reorder_fields(actor, About.TICKET, [made.id]),
        lambda: actions.delete_field(actor, made),
    ):
        with pytest.raises(NotAllowed):
            deed()
    for missing in (0, -1, 999, 2**63, 10**400):
        with pytest.raises(NotFound):
            queries.field(missing)


@pytest.mark.parametrize(
    ("draft", "names"),
    [
        ({"label": ""}, {"label", "choices"}),
        ({"label": "x" * 81}, {"label", "choices"}),
        ({"label": "a\0b", "choices": ["a"]}, {"label"}),
        ({"label": "C", "choices": []}, {"choices"}),
        ({"label": "C", "choices": ["  ", ""]}, {"choices"}),
        ({"label": "C", "choices": ["x" * 101]}, {"choices"}),
        ({"label": "C", "choices": [str(n) for n in range(10_000)]}, {"choices"}),
        ({"label": "C", "choices": ["a\0"] * 10_000}, {"choices"}),
        ({"label": "", "choices": ["a"], "required_for": RequiredFor.EVERYBODY},
         {"label", "required_for"}),
    ],
)  # fmt: skip
def test_bad_fields_are_refused_with_all_that_is_wrong(desk, draft, names):
    with pytest.raises(Invalid) as caught:
        actions.add_field(DESK, About.TICKET, FieldKind.CHOICE, FieldDraft(**draft))
    assert set(caught.value.fields) == names
    assert all(len(sentences) == 1 for sentences in caught.value.fields.values())


def test_choices_are_clean_and_each_once(desk, field):
    assert field("Colour", "choice", choices=[" red ", "blue", "red", ""]).choices == [
        "red",
        "blue",
    ]


def test_there_is_an_end_to_fields(desk, field):
    for number in range(actions.MOST_FIELDS):
        field(f"Field {number}")
    with pytest.raises(WrongState):
        field("One more")
    assert field("For customers", about="customer").position == 1


def test_two_who_add_at_once_make_two_keys(desk):
    barrier = threading.Barrier(4)

    def add(label):
        with desk.app.app_context():
            barrier.wait()
            actions.add_field(DESK, About.TICKET, FieldKind.TEXT, FieldDraft(label=label))

    threads = [threading.Thread(target=add, args=(f"Size{'!' * n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(keys()) == ["size", "size_2", "size_3", "size_4"]
    positions = db.session.scalars(sa.select(CustomField.position)).all()
    assert sorted(positions) == [1, 2, 3, 4]
