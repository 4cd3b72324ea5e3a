"""People and companies found by pieces of what they are called."""

import random

import pytest

from helpdesk import clock
from helpdesk.accounts import queries as users
from helpdesk.accounts.models import DESK, Role, User
from helpdesk.database import db, parts, transaction
from helpdesk.operations.doctor import words as name_checks
from helpdesk.people import actions, queries


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


LETTERS = "aAbßÀé王伟의İΣσςﬁ🙂👩‍👧\"'%_*()-+.@^\\{}:, \u3000\u0301\u200d\x01\x1f\x7f\u0e33\ufeff"


def test_the_index_hides_nobody(desk, monkeypatch):
    """Names of any signs, looked for by any signs: with it and without it they are the same."""
    rng = random.Random(5)

    def some(most):
        return "".join(rng.choices(LETTERS, k=rng.randint(1, most)))

    with transaction():
        for number in range(80):
            email = f"{some(3).lower()}{number}@mail.example"
            made = {"role": Role.CUSTOMER, "created_at": clock.now(), "modified_at": clock.now()}
            db.session.add(User(name=some(12), email=email, **made))
    assert name_checks.names()[0] == "ok"
    for keyword in (some(4) for _ in range(150)):
        found = []
        for few in (0, parts.FEW):
            with monkeypatch.context() as patch:
                patch.setattr(parts, "FEW", few)
                found.append([user.id for user in users.users(DESK, keyword=keyword)])
        assert found[0] == found[1], keyword


@pytest.mark.parametrize(
    "keyword", ["%00", "a%00", "%22%27", "x" * 10_000, "%ED%A0%80", "a:b NEAR("]
)
def test_pages_and_scripts_may_look_for_anything(desk, admin, alice, keyword):
    browser, api = desk.browser(admin), desk.api(admin)
    for path in (
        "palette?q=",
        "customers?q=",
        "companies?q=",
        "settings/users?q=",
        f"customers/{alice.id}/merge?q=",
        "complete/search?q=from:",
        "complete/search?q=company:",
        "views/all?company=",
    ):
        assert browser.get(f"/desk/{path}{keyword}").status_code == 200, path
    for path in ("/customers?keyword=", "/companies?keyword="):
        assert api.get(f"/support-ticket{path}{keyword}").status_code == 200, path
    answer = api.get(f"/support-ticket?filter=company:{keyword}")
    assert answer.status_code in (400, 422)


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
