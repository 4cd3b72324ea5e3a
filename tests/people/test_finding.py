"""People and companies found by pieces of what they are called, and the index that knows them."""

import threading

import pytest
import sqlalchemy as sa

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import queries as users
from helpdesk.accounts.models import DESK, Role, User
from helpdesk.database import db, parts, transaction
from helpdesk.operations import name_checks
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


def companies_named(keyword):
    return [one.company.name for one in queries.companies(DESK, keyword=keyword)]


PEOPLE = {
    "Łucja Ångström": "lucja@mail.example",
    "王伟明": "wei@mail.example",
    "田中 大輔": "tanaka@mail.example",
    "Ελένη Παππά": "eleni@mail.example",
    "Anne-Marie O'Neill": "a.m+shop@mail.example",
    'Rob "Bob" 50%_Off': "rob@müller.example",
    "Straße \\ ﬁne": "x@y.example",
}
WANTED = {
    "ANGSTROM": ["Łucja Ångström"],
    "gstr": ["Łucja Ångström"],
    "伟明": ["王伟明"],
    "明": ["王伟明"],
    "大輔": ["田中 大輔"],
    "大輔 田": ["田中 大輔"],
    "ελενη": ["Ελένη Παππά"],
    "o'neill": ["Anne-Marie O'Neill"],
    "neill ann": ["Anne-Marie O'Neill"],
    "e-m": ["Anne-Marie O'Neill"],
    "+shop@": ["Anne-Marie O'Neill"],
    '"bob"': ['Rob "Bob" 50%_Off'],
    "%_": ['Rob "Bob" 50%_Off'],
    "MÜLLER": ['Rob "Bob" 50%_Off'],
    "strasse": ["Straße \\ ﬁne"],
    "\\ fin": ["Straße \\ ﬁne"],
    "wei@mail.example": ["王伟明"],
    "y.e": ["Straße \\ ﬁne"],
    "wei tanaka": [],
    "%%": [],
    "*": [],
    "NEAR( x": [],
    "a\0b": [],
    "\udc00": [],
    "\x7f": [],
    "x" * 10_000: [],
    "é" * 30_000: [],
}


@pytest.fixture
def crowd(desk):
    for name, email in PEOPLE.items():
        desk.user("customer", name, email)


@pytest.mark.parametrize("few", [0, parts.FEW])
def test_any_piece_of_a_name_or_an_address_finds(crowd, monkeypatch, few):
    """Whether those who may be meant are sorted, or met on the way through the order."""
    monkeypatch.setattr(parts, "FEW", few)
    for keyword, found in WANTED.items():
        assert users_named(keyword) == found, keyword
        assert people_named(keyword) == found, keyword
        assert users.count_users(DESK, keyword=keyword) == len(found), keyword


@pytest.mark.parametrize("keyword", ["", " ", "\u3000", "\u0301", "m", "ex ma"])
def test_words_that_all_have_find_all(desk, keyword):
    for name, email in PEOPLE.items():
        desk.user("customer", name, email.replace("y.", "mail."))
    names = [one.name for one in queries.people(DESK).people]
    assert len(names) == len(PEOPLE)
    if keyword == "ex ma":
        names.remove('Rob "Bob" 50%_Off')
    assert users_named(keyword) == people_named(keyword) == names


def test_pages_of_those_who_are_found_keep_their_place(desk, monkeypatch):
    for number in range(7):
        desk.user("customer", f"Same {number % 3}", f"same{number}@shop.example")
    desk.user("customer", "Other")
    for few in (0, parts.FEW):
        monkeypatch.setattr(parts, "FEW", few)
        seen, cursor = [], ""
        for _page in range(4):
            page = queries.people(DESK, keyword="ame", limit=2, cursor=cursor)
            seen += [one.email for one in page.people]
            cursor = page.next
        assert [email[4] for email in seen] == list("0361425")
        assert cursor == ""
        back = queries.people(DESK, keyword="ame", limit=2, cursor=page.previous)
        assert [one.email[4] for one in back.people] == ["4", "2"]


def test_words_may_be_of_the_name_and_of_the_company(desk, agent):
    acme = actions.add_company(agent, "Ácme Lamps", ["acme.example"])
    actions.add_company(agent, "Ann & Sons", ["sons.example"])
    desk.user("customer", "Ann Moor", "ann@acme.example")
    desk.user("customer", "Bo Lind", "bo@sons.example")
    desk.user("customer", "Ann Else", "ann@mail.example")
    assert people_named("lamps ann") == ["Ann Moor"]
    assert people_named("ann") == ["Ann Else", "Ann Moor", "Bo Lind"]
    assert people_named("sons lind") == ["Bo Lind"]
    assert people_named("lamps", company_id=acme.id) == ["Ann Moor"]
    assert people_named("ann", role=Role.VENDOR) == []
    assert people_named("ann", role=Role.CUSTOMER) == ["Ann Else", "Ann Moor", "Bo Lind"]
    actions.update_company(agent, acme, name="Zenith")
    assert (people_named("lamps ann"), people_named("zen")) == ([], ["Ann Moor"])


def test_companies_are_found_by_name_and_domain(desk, agent):
    acme = actions.add_company(agent, "Ácme Lamps", ["acme.example", "lamps.test"])
    actions.add_company(agent, "日本電気")
    for keyword, found in {
        "me la": ["Ácme Lamps"],
        "lamps.t": ["Ácme Lamps"],
        "example acme": ["Ácme Lamps"],
        "本": ["日本電気"],
        "電気": ["日本電気"],
        "%": [],
        "\0": [],
        "x" * 60_000: [],
    }.items():
        assert companies_named(keyword) == found, keyword
        assert queries.count_companies(DESK, keyword=keyword) == len(found), keyword
    actions.remove_domain(agent, acme, "lamps.test")
    assert companies_named("lamps.t") == []
    actions.update_company(agent, acme, name="Zenith")
    assert (companies_named("lamps"), companies_named("zen")) == ([], ["Zenith"])
    actions.delete_company(agent, acme)
    assert companies_named("zen") == []
    assert name_checks.names()[0] == "ok"


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


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("DELETE FROM user_parts WHERE rowid = 1", "1 of users are not in it"),
        ("INSERT INTO user_parts (rowid, parts) VALUES (99, 'bob')", "are of none of users"),
        ("UPDATE user_parts SET parts = 'bob' WHERE rowid = 1", "users 1 are called something"),
        ("DROP TRIGGER user_parts_update", "nothing notices"),
        ("DELETE FROM company_parts", "1 of companies are not in it"),
        ("DROP TRIGGER company_parts_delete_company_domains", "nothing notices"),
    ],
)
def test_whatever_is_wrong_is_said_and_mended(desk, alice, agent, fault, said):
    actions.add_company(agent, "Acme")
    assert name_checks.names()[0] == "ok"
    change(fault)
    level, sentence = name_checks.names()
    assert level == "error"
    assert said in sentence
    assert [index.make_anew() for index in INDEXES] == [2, 1]
    assert name_checks.names()[0] == "ok"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 2
