"""Customers in lists, notes about them, and their details."""

import pytest

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Role, User
from helpdesk.database import db
from helpdesk.errors import Conflict, Invalid, NotAllowed, NotFound
from helpdesk.fields import queries as fields
from helpdesk.fields.models import About
from helpdesk.people import actions, queries
from helpdesk.people.actions import Details
from helpdesk.tickets import queries as tickets
from helpdesk.tickets.models import Status


def names(found):
    return [one.name for one in found.people]


def facts(actor, user):
    return fields.facts(actor, About.CUSTOMER, [user.id])[user.id]


def test_people_are_found_by_name_address_and_company(desk, agent):
    actions.add_company(agent, "Big Lamps", ["acme.example"])
    desk.user("customer", "Ann Moor", "ann@acme.example")
    desk.user("vendor", "Bo Lind", "bo@home.example")
    for keyword, found in {
        "": ["Ann Moor", "Bo Lind"],
        "moor ANN": ["Ann Moor"],
        "acme.example": ["Ann Moor"],
        "big": ["Ann Moor"],
        "home": ["Bo Lind"],
        "%": [],
        "_": [],
        "nobody": [],
    }.items():
        assert names(queries.people(agent, keyword=keyword)) == found, keyword
    assert "Ana Gent" not in names(queries.people(agent))


def test_pages_of_people_keep_their_place(desk, agent):
    for letter in "abcdefg":
        desk.user("customer", f"{letter.upper()} Same", f"{letter}@shop.example")
    seen, cursor = [], ""
    while True:
        page = queries.people(agent, limit=3, cursor=cursor)
        seen.append(names(page))
        if not page.next:
            break
        cursor = page.next
    assert [len(part) for part in seen] == [3, 3, 1]
    everybody = [name for part in seen for name in part]
    assert everybody == sorted(everybody)
    back = queries.people(agent, limit=3, cursor=page.previous)
    assert (names(back), bool(back.previous), bool(back.next)) == (seen[1], True, True)
    first = queries.people(agent, limit=3, cursor=back.previous)
    assert (names(first), first.previous) == (seen[0], "")


@pytest.mark.parametrize(
    "cursor",
    ["x", "====", "é", "bnVsbA", "WyJuIiwiYSIsMV0x", "WyJuIiwiXHVkODAwIiwxXQ", "W" * 9000,
     "WyJuIiwiYSIsOTIyMzM3MjAzNjg1NDc3NTgwOF0", "WyJuIiwiYVx1MDAwMCIsMV0", "WyJuIiwiYSIsdHJ1ZV0"],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(desk, agent, cursor):
    with pytest.raises(Invalid):
        queries.people(agent, cursor=cursor)


def test_a_list_of_people_costs_two_queries(desk, agent):
    for number in range(20):
        user = desk.user("customer", f"Customer {number}")
        desk.ticket(user)
    desk.reply(agent, desk.ticket(user))
    assert agent.is_staff
    with desk.counted() as statements:
        found = queries.people(agent)
    assert len(statements) == 2
    by_name = {one.name: (one.tickets.open, one.tickets.all) for one in found.people}
    assert (by_name["Customer 3"], by_name["Customer 19"]) == ((1, 1), (1, 2))


def test_files_of_a_customer_the_newest_first(desk, agent, alice, bob):
    ticket = desk.ticket(alice, files=[desk.file("one.png")])
    desk.ticket(bob, files=[desk.file("his.png")])
    desk.note(agent, ticket, files=[desk.file("noted.png")])
    found = tickets.attachments_from(agent, alice.id, limit=10)
    assert [(row[0].file_name, row[1]) for row in found] == [
        ("noted.png", ticket.id),
        ("one.png", ticket.id),
    ]
    rest = tickets.attachments_from(agent, alice.id, limit=10, before_id=found[0][0].id)
    assert [row[0].file_name for row in rest] == ["one.png"]
    assert [row[0].file_name for row in tickets.attachments_from(alice, alice.id, limit=10)] == [
        "one.png"
    ]
    assert tickets.attachments_from(alice, bob.id, limit=10) == []


def test_notes_are_kept_and_gone_when_deleted(desk, agent, admin, alice, bob):
    first = actions.add_note(agent, alice, "  Rings at night.\r\nBe kind. ")
    actions.add_note(admin, alice, "Pays late")
    assert [(one.body, one.author.name) for one in queries.notes(agent, alice)] == [
        ("Pays late", "Ada Min"),
        ("Rings at night.\nBe kind.", "Ana Gent"),
    ]
    assert queries.notes(agent, bob) == []
    assert actions.delete_note(admin, first.id) == alice.id
    for missing in (first.id, 0, 2**63, 10**400):
        with pytest.raises(NotFound):
            actions.delete_note(agent, missing)
    assert len(queries.notes(agent, alice, limit=5)) == 1


@pytest.mark.parametrize("body", ["", "  \n ", "a\0b", "\udc00", "x" * 10_001])
def test_bad_notes_are_refused(desk, agent, alice, body):
    with pytest.raises(Invalid) as caught:
        actions.add_note(agent, alice, body)
    assert set(caught.value.fields) == {"body"}


def test_people_are_for_staff_and_staff_are_no_customers(desk, agent, admin, alice, bob):
    note = actions.add_note(agent, alice, "Secret")
    for deed in (
        lambda: queries.people(bob),
        lambda: queries.person(alice, alice.id),
        lambda: queries.notes(alice, alice),
        lambda: actions.add_note(alice, alice, "Mine"),
        lambda: actions.delete_note(alice, note.id),
        lambda: actions.update_person(alice, alice, Details(name="X")),
        lambda: actions.merge(alice, alice, bob),
        lambda: actions.unmerge(bob, alice),
    ):
        with pytest.raises(NotAllowed):
            deed()
    for deed in (
        lambda: queries.person(agent, admin.id),
        lambda: queries.person(agent, 2**63),
        lambda: actions.add_note(agent, admin, "Boss"),
        lambda: actions.update_person(agent, admin, Details(name="X")),
    ):
        with pytest.raises(NotFound):
            deed()


def test_details_of_a_customer_change_all_or_none(desk, agent, admin, alice, field):
    field("Account", about="customer"), field("Birthday", "date", about="customer")
    given = {"account": "K-1", "birthday": "2000-02-29"}
    assert actions.update_person(agent, alice, Details(name=" Alice  M ", fields=given))
    assert not actions.update_person(agent, alice, Details(name="Alice M", fields=given))
    assert (alice.name, facts(agent, alice)) == ("Alice M", given)
    with pytest.raises(Invalid) as caught:
        wrong = Details(name="", email="no", fields={"birthday": "2001-02-29", "account": "K-2"})
        actions.update_person(admin, alice, wrong)
    assert set(caught.value.fields) == {"name", "email", "fields.birthday"}
    assert facts(agent, alice) == given
    with pytest.raises(NotAllowed):
        actions.update_person(agent, alice, Details(email="new@shop.example"))
    actions.update_person(agent, alice, Details(email=alice.email.upper()))
    actions.update_person(admin, alice, Details(email="New@shop.example"))
    assert db.session.get(User, alice.id).email == "new@shop.example"


def test_a_field_that_somebody_else_changed_is_told(desk, agent, admin, alice, field):
    field("Account", about="customer")
    actions.update_person(admin, alice, Details(fields={"account": "K-1"}))
    with pytest.raises(Conflict, match="Account"):
        actions.update_person(
            agent, alice, Details(fields={"account": "K-2"}), seen={"account": None}
        )
    assert facts(agent, alice) == {"account": "K-1"}


def test_what_is_required_of_whom(desk, agent, alice, field):
    field("Account", about="customer", required="agents")
    field("Phone", about="customer", required="everybody", shown=True)
    with pytest.raises(Invalid) as caught:
        actions.update_person(agent, alice, Details(fields={"account": ""}))
    assert set(caught.value.fields) == {"fields.account", "fields.phone"}
    with pytest.raises(Invalid) as caught:
        actions.change_own_fields(alice, {"account": "K-9", "phone": ""})
    assert set(caught.value.fields) == {"fields.account", "fields.phone"}
    assert actions.change_own_fields(alice, {"phone": "123"})
    assert facts(alice, alice) == {"phone": "123"}
    assert facts(agent, alice) == {"account": None, "phone": "123"}


def test_spam_and_deleted_tickets_do_not_count(desk, agent, alice):
    desk.ticket(alice)
    desk.reply(agent, desk.ticket(alice), status=Status.RESOLVED)
    assert queries.ticket_counts(agent, [alice.id])[alice.id] == queries.TicketCounts(2, 1)
    assert queries.ticket_counts(agent, []) == {}


def test_names_are_found_and_sorted_in_any_case_and_script(desk, agent):
    for name in ("Zoe Ahn", "Özge Şahin", "Oskar Lind", "Ελένη Παππά"):
        email = f"{len(name)}{ord(name[1])}@mail.example"
        desk.user("customer", name, email)
    every = ["Oskar Lind", "Özge Şahin", "Zoe Ahn", "Ελένη Παππά"]
    assert names(queries.people(agent)) == every
    first = queries.people(agent, limit=2)
    assert names(queries.people(agent, limit=2, cursor=first.next)) == every[2:]
    for keyword in ("özge", "OZGE ŞAHİN", "sahin", "O\u0308zge"):
        assert names(queries.people(agent, keyword=keyword)) == ["Özge Şahin"], keyword
        found = accounts.users(agent, keyword=keyword)
        assert [user.name for user in found] == ["Özge Şahin"], keyword
    assert names(queries.people(agent, keyword="ΕΛΈΝΗ")) == ["Ελένη Παππά"]
    assert [user.name for user in accounts.users(agent, roles=[Role.CUSTOMER])] == every

    [ozge] = queries.people(agent, keyword="özge").people
    actions.update_person(agent, queries.person(agent, ozge.id), Details(name="Ülkü Şahin"))
    assert names(queries.people(agent, keyword="ülkü")) == ["Ülkü Şahin"]
    assert names(queries.people(agent, keyword="özge")) == []


@pytest.mark.sqlite
def test_a_page_of_people_is_read_in_the_order_of_an_index(desk, agent):
    with desk.counted() as statements:
        queries.people(agent)
    [statement] = [one for one in statements if "FROM users" in one and "count(" not in one]
    plan = db.session.connection().exec_driver_sql(
        "EXPLAIN QUERY PLAN " + statement, ("agent", "admin", 0, 0, 51, 0)
    )
    assert any("ix_users_name_folded" in row[-1] for row in plan)
