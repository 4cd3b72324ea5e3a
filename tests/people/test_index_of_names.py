"""The index of names: it follows who is called how, is used, and is proven."""

import threading

import pytest
import sqlalchemy as sa

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import queries as users
from helpdesk.accounts.models import DESK, Role, User
from helpdesk.database import db, transaction
from helpdesk.operations.doctor import words as name_checks
from helpdesk.people import actions, queries
from helpdesk.people.actions import Details
from helpdesk.people.finding import INDEXES
from helpdesk.views.filters import Asking, narrowed_people, own_fields


def change(statement):
    with transaction():
        db.session().driver_connection().execute(statement)


def users_named(keyword):
    return [user.name for user in users.users(DESK, keyword=keyword, roles=list(Role)[:2])]


def people_named(keyword, **more):
    return [one.name for one in queries.people(DESK, keyword=keyword, **more).people]


def test_the_index_follows_whoever_writes(desk, agent, admin, alice, bob):
    with transaction():
        accounts.change_profile(
            admin, alice, name="Zoë", email="zoe@mail.example", language=alice.language
        )
    assert (users_named("zoe"), users_named("moor")) == (["Zoë"], [])
    accounts.disable_user(admin, alice)
    assert users_named("zoe") == ["Zoë"]
    actions.merge(agent, bob, alice)
    assert (people_named("zoe"), users_named("zoe")) == ([], ["Zoë"])
    assert [one.name for one in queries.people(DESK, keyword="zoe", merged=True).people] == ["Zoë"]
    change("UPDATE users SET name_folded = 'by hand' WHERE name = 'Zoë'")
    assert users_named("hand") == ["Zoë"]
    change(
        "INSERT INTO users (email, name, name_folded, role, language, created_at, modified_at)"
        " VALUES ('ray@mail.example', 'Ray', 'ray', 'customer', 'en', 1, 1)"
    )
    assert users_named("ray") == ["Ray"]
    change("DELETE FROM users WHERE name = 'Ray'")
    assert users_named("ray") == []
    assert name_checks.names()[0] == "ok"
    with pytest.raises(RuntimeError), transaction():
        change("UPDATE users SET name_folded = 'nobody'")
        raise RuntimeError
    assert (users_named("nobody"), users_named("hand")) == ([], ["Zoë"])


def test_many_at_once_are_all_found(desk):
    def add(number):
        with desk.app.app_context():
            accounts.add_user(
                DESK, name=f"Twin {number}", email=f"t{number}@a.example", role=Role.CUSTOMER
            )

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(users_named("twin")) == 8
    assert name_checks.names()[0] == "ok"


@pytest.fixture
def steps(desk):
    """How SQLite runs what is asked meanwhile of people and companies."""
    found = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(("SELECT", "UPDATE users")):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3] for row in cursor.fetchall()]
            found.extend(step for step in steps if "users" in step or "compan" in step)

    sa.event.listen(db.engine, "before_cursor_execute", explain)
    yield found
    sa.event.remove(db.engine, "before_cursor_execute", explain)


def all_rows(steps):
    return [step for step in steps if step.startswith("SCAN") and "VIRTUAL" not in step]


@pytest.mark.sqlite
def test_whoever_is_looked_for_is_not_looked_for_among_all(steps, agent):
    """The index is where it starts, however common the role."""
    actions.add_company(agent, "Acme")
    steps.clear()
    users.users(DESK, keyword="ana", roles=[Role.AGENT])
    users.count_users(DESK, keyword="ana gent")
    queries.people(DESK, keyword="ana")
    queries.people(DESK, keyword="ana", role=Role.CUSTOMER)
    queries.companies(DESK, keyword="acm")
    queries.companies_called("acme", 20)
    with transaction():
        actions.belonging.gather("acme.example", None)
    assert all_rows(steps) == []
    assert [step for step in steps if "ix_users_role" in step] == []
    assert [step for step in steps if "INTEGER PRIMARY KEY" in step] != []


@pytest.mark.sqlite
def test_those_with_a_rare_value_are_looked_up(steps, agent, alice, bob, field, monkeypatch):
    field("Level", "number", about="customer"), field("Gold", "checkbox", about="customer")
    for who, level in ((alice, 1), (bob, 5)):
        actions.update_person(agent, who, Details(fields={"level": level, "gold": level == 5}))
    steps.clear()
    asked = {
        "customer.level.at_least": (["3"], ["Bob Lind"]),
        "customer.level": (["1", "5"], ["Alice Moor", "Bob Lind"]),
        "customer.level.is_not": (["1"], ["Bob Lind"]),
        "customer.level.filled": (["yes"], ["Alice Moor", "Bob Lind"]),
        "customer.level.empty": (["yes"], []),
        "customer.gold": (["yes"], ["Bob Lind"]),
    }
    for most in (0, own_fields.MOST_PEOPLE):
        monkeypatch.setattr(own_fields, "MOST_PEOPLE", most)
        for name, (values, found) in asked.items():
            matching = narrowed_people(Asking(agent), {name: values}).condition
            for more in ({}, {"keyword": "shop"}, {"role": Role.CUSTOMER}):
                people = queries.people(agent, matching=matching, **more).people
                assert [one.name for one in people] == found, (name, most, more)
    steps.clear()
    matching = narrowed_people(Asking(agent), {"customer.gold": ["yes"]}).condition
    for more in ({}, {"keyword": "bob"}, {"role": Role.CUSTOMER}):
        queries.people(agent, matching=matching, **more)
    assert all_rows(steps) == []
    assert [step for step in steps if "ix_users_role" in step] == []


ON_POSTGRESQL = (
    ("rowid", "id"),
    ("'bob'", "ARRAY['bob']"),
    ("user_parts_update", "user_parts_update ON users"),
    ("_delete_company_domains", "_delete_company_domains ON company_domains"),
)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("DELETE FROM user_parts WHERE rowid = 1", "users that are not in it: 1"),
        ("INSERT INTO user_parts (rowid, parts) VALUES (99, 'bob')", "rows of none of users: 1"),
        ("UPDATE user_parts SET parts = 'bob' WHERE rowid = 1", "users 1 are called something"),
        ("DROP TRIGGER user_parts_update", "nothing notices"),
        ("DELETE FROM company_parts", "companies that are not in it: 1"),
        ("DROP TRIGGER company_parts_delete_company_domains", "nothing notices"),
    ],
)
def test_whatever_is_wrong_is_said_and_mended(desk, alice, agent, fault, said):
    actions.add_company(agent, "Acme")
    assert name_checks.names()[0] == "ok"
    for ours, theirs in () if db.engine.dialect.name == "sqlite" else ON_POSTGRESQL:
        fault = fault.replace(ours, theirs)
    change(fault)
    level, sentence, *_ = name_checks.names()
    assert level == "error"
    assert said in str(sentence)
    assert [index.make_anew() for index in INDEXES] == [2, 1]
    assert name_checks.names()[0] == "ok"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 2
