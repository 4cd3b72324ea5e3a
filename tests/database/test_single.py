"""Rows that are added and read by the driver itself: what the session would have made of them."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.database import db, insert, load, reread, transaction
from helpdesk.events import Event
from helpdesk.jobs.models import Job, State
from helpdesk.tickets.models import Message, Tag, Ticket

WHAT_IS_LEFT_OUT = {
    Ticket: ("status", "priority", "place", "version", "message_count", "file_count"),
    Event: (),  # it has no column that may be left out
    Message: ("internal", "format"),
}


@pytest.mark.parametrize("model", WHAT_IS_LEFT_OUT)
def test_a_row_is_the_one_that_the_session_would_have_added(desk, alice, model):
    desk.ticket(alice, "“Lämp” 💡 'quoted'", "x\ty")
    [copied] = db.session.scalars(sa.select(model).order_by(sa.desc(model.id)).limit(1))
    columns = [one.key for one in sa.inspect(model).column_attrs if one.key != "id"]
    given = {name: getattr(copied, name) for name in columns}
    for name in WHAT_IS_LEFT_OUT[model]:
        assert given.pop(name) is not None
    with transaction():
        by_session = model(**given)
        db.session.add(by_session)
        db.session.flush()
        ours = insert(model, **given)
        assert db.session.get(model, ours.id) is ours
    assert ours.id == by_session.id + 1
    assert kept(model, ours.id) == kept(model, by_session.id)
    assert [getattr(ours, name) for name in columns] == [
        getattr(by_session, name) for name in columns
    ]


def kept(model, id_):
    """The bare values of the file, but for the key."""
    table = model.__tablename__
    row = db.session.execute(sa.text(f"SELECT * FROM {table} WHERE id = {id_}")).one()
    return row[1:]


def test_its_relations_are_there(desk, alice):
    ticket = desk.ticket(alice)
    assert ticket.requester is alice
    assert ticket.tags == []
    assert (ticket.assignee, ticket.category) == (None, None)


def test_a_column_that_is_not_given_has_its_default(desk):
    with transaction():
        job = insert(Job, **a_job(), key=None)
    db.session.expire(job)
    assert (job.state, job.attempts, job.started_at) == (State.WAITING, 0, None)


def a_job():
    return {
        "kind": "a.test",
        "payload": {"ü": [1, None]},
        "lane": "work",
        "state": State.WAITING,
        "attempts": 0,
        "due_at": clock.now(),
        "created_at": clock.now(),
    }


def test_it_is_changed_and_removed_as_any_other(desk):
    with transaction():
        job = insert(Job, **a_job())
        job.lane = "mail"
    with transaction():
        assert reread(job).lane == "mail"
        db.session.delete(job)
    assert db.session.get(Job, job.id) is None


def test_what_it_refers_to_is_written_first(desk, alice):
    with transaction():
        tag = Tag(name="vip")
        db.session.add(tag)
        insert(Job, **a_job())
        assert tag.id is not None


def test_an_unknown_column_is_refused(desk):
    with pytest.raises(TypeError, match="colour"), transaction():
        insert(Tag, name="vip", colour="red")


def test_it_is_only_for_transactions(desk):
    with pytest.raises(RuntimeError, match=r"transaction\(\)"):
        insert(Tag, name="vip")


def test_a_row_that_fails_is_told_as_elsewhere_and_says_no_words(desk):
    with pytest.raises(sa.exc.IntegrityError) as told, transaction():
        insert(Tag, name="a secret")
        insert(Tag, name="a secret")
    assert "a secret" not in str(told.value)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Tag)) == 0


def test_what_was_forgotten_is_read_again(desk, alice):
    with transaction():
        db.session.execute(
            sa.update(User)
            .values(name="Alice Stone", disabled_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    with transaction(), desk.counted() as statements:
        assert reread(alice) is alice
        assert (alice.name, alice.is_active, alice.role.value) == ("Alice Stone", False, "customer")
    assert statements == []


def test_what_was_changed_meanwhile_stays(desk, alice):
    with transaction():
        alice.name = "Alice Stone"
        assert reread(alice).name == "Alice Stone"


def test_a_row_that_is_gone_can_not_be_read_again(desk):
    with transaction():
        tag = insert(Tag, name="vip")
    with transaction():
        db.session.execute(sa.text("DELETE FROM tags"))
        with pytest.raises(sa.exc.NoResultFound):
            reread(tag)


def test_a_row_is_loaded_once_and_is_the_one_that_the_session_knows(desk, alice):
    db.session.remove()
    with desk.counted() as statements:
        loaded = load(User, 1)
        assert load(User, 1) is loaded is db.session.get(User, 1)
    assert (loaded.email, loaded.role.value) == ("alice.moor@shop.example", "customer")
    assert statements == []
    db.session.expire_all()
    with transaction():
        loaded.name = "Alice Stone"
    db.session.remove()
    assert load(User, 1).name == "Alice Stone"


def test_a_row_that_is_not_there_can_not_be_loaded(desk):
    with pytest.raises(sa.exc.NoResultFound):
        load(User, 4711)
