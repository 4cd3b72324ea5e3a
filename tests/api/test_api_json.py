"""JSON that SQLite puts together: of the declared shapes to the byte, whatever is written in it."""

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from helpdesk import create_app
from helpdesk.accounts.models import DESK
from helpdesk.api import shapes
from helpdesk.api.assembling import json_object
from helpdesk.database import Prepared, db, scalar, transaction
from helpdesk.fields.values import write
from helpdesk.settings import load_settings
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Category, Message, Ticket

HOSTILE = (
    'Lamp "x" \\ / \' \x01\x08\x0c\x1f\x7f\t\u2028 é 灯 👩‍🚀 null true {} </script> %s :name ?'
)
OWN, ALL = "/customer-support-ticket", "/support-ticket"


def as_declared(answer, shape):
    """The data of *answer*, which is one of *shape* as the struct's own encoder writes it."""
    assert answer.status_code == 200
    data = msgspec.json.decode(answer.data, type=dict[str, msgspec.Raw])["data"]
    read = msgspec.json.decode(data, type=shape)
    assert msgspec.json.encode(read) == bytes(data)
    return read


@pytest.fixture
def rich(desk, alice, agent, field):
    """A ticket that has all that one can have, in hostile words."""
    number, ticked = field("Number", shown=True), field("Ticked", "checkbox", shown=True)
    for label, kind, more in (
        ("Empty", "text", {"shown": True}),
        ("Unticked", "checkbox", {}),
        ("Staff's", "text", {}),
        ("Off", "text", {"active": False}),
    ):
        field(label, kind, **more)
    top = desk.category('Cat "x"')
    sub = desk.category("Sub \\", parent=top)
    ticket = desk.ticket(
        alice,
        HOSTILE,
        HOSTILE,
        files=[desk.file('a "b" é.png'), desk.file("c.png")],
        category_id=top.id,
        subcategory_id=sub.id,
    )
    desk.reply(agent, ticket, HOSTILE * 40, files=[desk.file()])
    desk.note(agent, ticket, "Only staff " + HOSTILE)
    actions.update(agent, ticket, actions.Changes(tags=["zeta", "alpha"], assignee_id=agent.id))
    actions.link(agent, ticket, desk.ticket(alice))
    with transaction():
        write(number, ticket.id, HOSTILE)
        write(ticked, ticket.id, True)
    db.session.rollback()
    return ticket


def test_a_customers_ticket_is_of_its_shape_to_the_byte(desk, alice, rich):
    read = as_declared(desk.api(alice).get(f"{OWN}/{rich.id}"), shapes.TicketDetail)

    ticket = queries.get(alice, rich.id)
    assert (read.subject, read.description) == (ticket.subject, ticket.description)
    assert (read.category_name, read.sub_category_name) == ('Cat "x"', "Sub \\")
    assert (read.created_date, read.modified_date) == (ticket.created_at, ticket.modified_at)
    assert (read.is_active, read.is_delete, read.status) == (True, False, "pending")
    assert read.custom_fields == {"number": HOSTILE, "ticked": True, "empty": None}
    said = queries.conversation(alice, ticket)
    assert [one.message for one in read.ticket_message] == [one.body for one in reversed(said)]
    assert [one.posted_by.name for one in read.ticket_message] == ["Ana Gent", "Alice Moor"]
    names = [[file.file_name for file in one.ticket_attachments] for one in read.ticket_message]
    assert names == [[file.file_name for file in one.attachments] for one in reversed(said)]
    assert len(names[1]) == 2
    path = read.ticket_message[0].ticket_attachments[0].file_path
    assert desk.api(alice).get(path).status_code == 200


def test_a_ticket_of_staff_is_of_its_shape_to_the_byte(desk, alice, agent, rich):
    read = as_declared(desk.api(agent).get(f"{ALL}/{rich.id}"), shapes.StaffTicketDetail)

    assert [one.internal for one in read.ticket_message] == [True, False, False]
    assert read.tags == ["alpha", "zeta"]
    assert read.linked_tickets == queries.linked_ids(agent, rich)
    assert len(read.linked_tickets) == 1
    assert (read.user_name, read.email_id) == (alice.name, alice.email)
    assert (read.assignee_name, read.version) == ("Ana Gent", desk.fresh(rich).version)
    assert set(read.custom_fields) == {"number", "ticked", "empty", "unticked", "staff_s"}
    assert read.is_unread is False  # the reader wrote last
    desk.reply(alice, rich)
    assert as_declared(desk.api(agent).get(f"{ALL}/{rich.id}"), shapes.StaffTicketDetail).is_unread


def test_lists_are_of_their_shape_to_the_byte_in_any_order_and_direction(desk, alice, agent, rich):
    for number in range(5):
        desk.ticket(alice, f"Lamp {number}")
    desk.reply(agent, rich)
    for api, path, shape in (
        (desk.api(alice), OWN, shapes.TicketRow),
        (desk.api(agent), ALL, shapes.StaffTicketRow),
        (desk.api(agent), f"{ALL}?sort=priority", shapes.StaffTicketRow),
        (desk.api(agent), f"{ALL}?sort=waiting&keyword=lamp", shapes.StaffTicketRow),
    ):
        more = "&" if "?" in path else "?"
        everything = as_declared(api.get(path), list[shape])
        assert rich.id in [row.id for row in everything]
        first = api.get(f"{path}{more}limit=3")
        assert as_declared(first, list[shape]) == everything[:3]
        pages = links_of(first)
        second = api.get(pages["next"])
        assert as_declared(second, list[shape]) == everything[3:6]
        assert as_declared(api.get(links_of(second)["prev"]), list[shape]) == everything[:3]
    [row] = [row for row in everything if row.id == rich.id]
    assert (row.user_name, row.assignee_name, row.category_name) == (
        alice.name,
        "Ana Gent",
        'Cat "x"',
    )
    assert row.custom_fields["ticked"] is True
    assert not row.is_unread
    assert as_declared(desk.api(alice).get(f"{OWN}?status=closed"), list[shapes.TicketRow]) == []


def links_of(answer):
    """Paths by their rel."""
    parts = [one.split(">; rel=") for one in answer.headers["Link"].split(", ")]
    return {rel.strip('"'): "/backend" + url.split("/backend", 1)[1] for url, rel in parts}


def test_the_desks_own_words_and_an_empty_ticket(desk, alice, agent):
    ticket = desk.ticket(alice)
    desk.reply(DESK, ticket)
    read = as_declared(desk.api(alice).get(f"{OWN}/{ticket.id}"), shapes.TicketDetail)
    assert read.ticket_message[0].posted_by == shapes.Person(id=None, name="Help desk")
    assert read.custom_fields == {}
    with transaction():
        db.session.execute(sa.delete(Message).where(Message.ticket_id == ticket.id))
    read = as_declared(desk.api(agent).get(f"{ALL}/{ticket.id}"), shapes.StaffTicketDetail)
    assert (read.ticket_message, read.tags, read.linked_tickets) == ([], [], [])


@pytest.fixture(scope="module")
def empty_app(tmp_path_factory):
    return create_app(load_settings(tmp_path_factory.mktemp("empty"), {}))


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    seconds=st.integers(0, 253_402_300_799),
)
def test_any_text_and_any_time_is_written_as_the_struct_would_be(empty_app, text, seconds):
    values = {
        "text": sa.bindparam("text", type_=sa.String),
        "time": sa.bindparam("time", type_=sa.BigInteger),
    }
    columns = {
        "created_by": values["text"],
        "created_date": values["time"],
        "modified_by": values["text"],
        "modified_date": values["time"],
        "id": values["time"],
        "category_name": values["text"],
        "parent_category_id": sa.null(),
        "is_active": True,
        "is_delete": values["time"] < 0,
    }
    with empty_app.app_context():
        made = scalar(
            Prepared(sa.select(json_object(shapes.Category, columns))), text=text, time=seconds
        )
    read = msgspec.json.decode(made, type=shapes.Category)
    assert msgspec.json.encode(read) == made.encode()
    assert read.category_name == text
    assert int(read.created_date.timestamp()) == seconds


def test_a_field_too_many_or_too_few_is_refused():
    with pytest.raises(TypeError, match="Person"):
        json_object(shapes.Person, {"id": Ticket.id})
    with pytest.raises(TypeError, match="Person"):
        json_object(shapes.Person, {"id": Ticket.id, "name": Category.name, "more": Ticket.id})
