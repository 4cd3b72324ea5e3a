"""Reading past SQLAlchemy: the same rows, the same values, in the same snapshot."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from helpdesk import create_app
from helpdesk.accounts.models import Role, User
from helpdesk.database import AtOnce, Prepared, db, rows, scalar, transaction
from helpdesk.database.reading import columns
from helpdesk.events import Event
from helpdesk.fields.models import CustomField, FieldValue
from helpdesk.settings import load_settings
from helpdesk.tickets.models import Message, Place, Status, Ticket

HOSTILE = 'Lamp "x" \\ \' \x01\x1f\x7f\u2028 é 灯 👩‍🚀 null true 1 </script> %s :name ?'


def as_sqlalchemy_reads(statement, values=None):
    return [tuple(row) for row in db.session.execute(statement, values or {}).all()]


def test_every_kind_of_column_is_read_as_sqlalchemy_reads_it(desk, alice, agent, field):
    of = field("Weight", "number")
    ticket = desk.ticket(alice, HOSTILE, HOSTILE, category_id=desk.category().id)
    desk.reply(agent, ticket, HOSTILE)
    with transaction():
        db.session.add(FieldValue(field_id=of.id, ticket_id=ticket.id, text="1.5", number=1.5))
    db.session.rollback()

    for model in (Ticket, Message, User, CustomField, FieldValue, Event):
        statement = sa.select(*model.__table__.columns).order_by(model.__table__.c.id)
        assert [tuple(row) for row in rows(statement)] == as_sqlalchemy_reads(statement)
    [row] = rows(
        sa.select(Ticket.status, Ticket.created_at, Ticket.place, User.role).join(Ticket.requester)
    )
    assert row.status is Status.PENDING
    assert row.place is Place.INBOX
    assert row.role is Role.CUSTOMER
    assert row.created_at.tzinfo is UTC
    assert isinstance(row.created_at, datetime)


def test_rows_are_read_by_columns_too(desk, alice):
    for subject in ("One", HOSTILE):
        desk.ticket(alice, subject)
    statement = sa.select(Ticket.id, Ticket.subject, Ticket.status, Ticket.resolved_at)

    read = columns(statement.order_by(Ticket.id))
    nothing = columns(statement.where(Ticket.id < 0))

    assert list(zip(*read, strict=True)) == as_sqlalchemy_reads(statement.order_by(Ticket.id))
    assert [list(one) for one in nothing] == [[], [], [], []]


@pytest.fixture(scope="module")
def empty_app(tmp_path_factory):
    """An application without a database to speak of."""
    return create_app(load_settings(tmp_path_factory.mktemp("empty"), {}))


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_is_read_as_it_was_written(empty_app, text):
    """Also what JSON has words for: null, true, numbers, and a NUL."""
    made = Prepared(sa.select(sa.bindparam("text", type_=sa.String).label("text")))
    with empty_app.app_context():
        assert [row.text for row in rows(made, text=text)] == [text]


def test_the_order_of_the_statement_is_kept(desk, alice):
    for number in range(30):
        desk.ticket(alice, f"Lamp {number * 7 % 30:02}")
    found = [row.subject for row in rows(sa.select(Ticket.subject).order_by(Ticket.subject.desc()))]
    assert found == sorted(found, reverse=True)
    assert len(found) == 30
    page = sa.select(Ticket.subject).order_by(Ticket.subject).limit(3).offset(2)
    assert [row.subject for row in rows(page)] == ["Lamp 02", "Lamp 03", "Lamp 04"]


def test_another_value_in_the_same_shape_finds_other_rows(desk, alice, bob):
    hers, his = desk.ticket(alice), desk.ticket(bob)

    def found(user, places):
        query = sa.select(Ticket.id).where(Ticket.requester_id == user.id, Ticket.place.in_(places))
        return [row.id for row in rows(query)]

    assert found(alice, [Place.INBOX]) == [hers.id]
    assert found(bob, [Place.SPAM, Place.INBOX]) == [his.id]
    assert found(bob, [Place.SPAM]) == []
    assert found(bob, []) == []
    assert found(alice, [Place.BIN, Place.SPAM, Place.INBOX]) == [hers.id]


def test_a_prepared_statement_takes_its_values_by_name(desk, alice, bob):
    hers, his = desk.ticket(alice), desk.ticket(bob)
    query = sa.select(Ticket.id, Ticket.created_at).where(
        Ticket.requester_id == sa.bindparam("who"), Ticket.place.in_([Place.INBOX, Place.SPAM])
    )
    listed = sa.bindparam("ids", expanding=True)
    made, among = Prepared(query), Prepared(query.where(Ticket.id.in_(listed)))

    assert [row.id for row in rows(made, who=alice.id)] == [hers.id]
    assert [row.id for row in rows(made, who=bob.id)] == [his.id]
    assert [row.id for row in rows(among, who=bob.id, ids=[hers.id, his.id, 99])] == [his.id]
    assert rows(among, who=bob.id, ids=[hers.id]) == []
    later = Ticket.created_at >= sa.bindparam("since")
    since = Prepared(sa.select(Ticket.id).where(later).order_by(Ticket.id))
    assert [row.id for row in rows(since, since=hers.created_at)] == [hers.id, his.id]
    assert scalar(since, since=datetime(2200, 1, 1, tzinfo=UTC)) is None


def test_what_was_read_past_sqlalchemy_and_by_it_is_of_one_moment(desk, alice, in_another_thread):
    """Whichever comes first: a commit of another thread between the two is not seen."""
    count = sa.select(sa.func.count(Ticket.id))
    for first, second in ((scalar, db.session.scalar), (db.session.scalar, scalar)):
        db.session.rollback()
        before = first(count)
        in_another_thread(lambda: desk.ticket(db.session.get(User, alice.id)))
        assert second(count) == first(count) == before
        db.session.rollback()
        assert first(count) == before + 1


def test_a_transaction_sees_what_it_has_not_committed(desk, alice):
    ticket = desk.ticket(alice)
    assert scalar(sa.select(Ticket.subject)) == "Broken lamp"
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.get(Ticket, ticket.id).subject = "Another"
        assert scalar(sa.select(Ticket.subject)) == "Another"  # flushed first
        raise ZeroDivisionError
    assert scalar(sa.select(Ticket.subject)) == "Broken lamp"


def test_a_transaction_after_a_read_writes(desk, alice, in_another_thread):
    """It begins anew: what was read before, of an older moment, is no hindrance."""
    assert scalar(sa.select(sa.func.count(Ticket.id))) == 0
    in_another_thread(lambda: desk.ticket(db.session.get(User, alice.id)))
    desk.ticket(alice)
    assert scalar(sa.select(sa.func.count(Ticket.id))) == 2


def test_connections_go_back(desk, alice):
    db.session.remove()
    lender = desk.app.extensions["helpdesk.lender"]
    free = list(lender._free)
    for _ in range(3):
        assert scalar(sa.select(User.id).limit(1)) == 1
        assert db.session.get(User, 1) is not None  # goes on with the same one
        assert lender._free == free[:-1]
        db.session.remove()
        assert lender._free == free
        assert not free[-1].has_begun


def test_bytes_are_refused(empty_app):
    with pytest.raises(TypeError), empty_app.app_context():
        rows(sa.select(sa.literal(b"x", sa.LargeBinary).label("raw")))


@pytest.mark.sqlite  # the other database keeps plans by its own rules
@pytest.mark.parametrize("most", [2, sa.bindparam("most", type_=sa.Integer)])
def test_a_statement_with_a_limit_is_planned_once(desk, alice, most):
    for number in range(3):
        desk.ticket(alice, f"Lamp {number}")
    statement = Prepared(sa.select(Ticket.id).order_by(Ticket.id).limit(most))
    values = {} if most == 2 else {"most": 2}
    driver, planned = db.session().driver_connection(), []
    driver.set_authorizer(lambda *deed: planned.append(deed) or 0)  # asked while one is planned
    try:
        first = rows(statement, **values)
        assert planned
        planned.clear()
        again = rows(statement, **values)
    finally:
        driver.set_authorizer(None)
    assert len(first) == 2
    assert again == first
    assert not planned


def test_several_statements_are_read_in_one_step(desk, alice, agent):
    ticket = desk.ticket(alice, HOSTILE, HOSTILE)
    desk.reply(agent, ticket, HOSTILE)
    ticket_id = sa.bindparam("ticket_id", type_=sa.Integer)
    of_ticket = Message.ticket_id == ticket_id, Message.internal.is_(False)
    statements = [
        Prepared(sa.select(Ticket.id, Ticket.subject, Ticket.place).where(Ticket.id == ticket_id)),
        Prepared(sa.select(Message.id, Message.body).where(*of_ticket).order_by(Message.id.desc())),
        Prepared(sa.select(Event.id, Event.after).where(Event.ticket_id == ticket_id)),
        Prepared(sa.select(User.id).where(User.name == "nobody").limit(3)),
        Prepared(sa.select(Message.id).order_by(Message.id.desc()).limit(1)),
    ]
    at_once = AtOnce(*statements)
    alone = [list(rows(one, ticket_id=ticket.id)) for one in statements]
    with desk.counted() as sent:
        together = at_once.rows(ticket_id=ticket.id)
    assert [list(map(tuple, some)) for some in together] == [
        list(map(tuple, some)) for some in alone
    ]
    assert len(together[1]) == 2
    assert together[3] == []
    assert len(sent) == 1
    assert at_once.rows(ticket_id=0)[0] == []
