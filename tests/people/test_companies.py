"""Companies: who belongs to them follows from the address."""

import threading

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK, Role, User
from helpdesk.database import db
from helpdesk.errors import Invalid, NotAllowed, NotFound
from helpdesk.people import actions, queries


def company_of(user):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(User, user.id).company_id


def names(found):
    return [one.company.name for one in found]


def wrong(deed):
    with pytest.raises(Invalid) as caught:
        deed()
    return caught.value.fields


def test_whoever_has_an_address_there_belongs(desk, agent):
    before = desk.user("customer", "Ann", "ann@acme.example")
    other = desk.user("customer", "Otto", "otto@notacme.example")
    vendor = desk.user("vendor", "Vic", "vic@acme.example")
    colleague = desk.user("agent", "Col", "col@acme.example")
    acme = actions.add_company(agent, "Acme", ["@ACME.example."])
    after = desk.user("customer", "Al", "AL@Acme.example")
    assert [company_of(user) for user in (before, vendor, after)] == [acme.id] * 3
    assert [company_of(user) for user in (other, colleague)] == [None, None]


def test_a_domain_is_added_and_removed(desk, agent):
    ann = desk.user("customer", "Ann", "ann@acme.example")
    odd = desk.user("customer", "Odd", "odd@acmeXexample.org")
    acme = actions.add_company(agent, "Acme")
    actions.add_domain(agent, acme, "acme.example")
    actions.add_domain(agent, acme, "acme.example")
    assert (company_of(ann), company_of(odd)) == (acme.id, None)
    actions.remove_domain(agent, acme, "acme.example")
    assert company_of(ann) is None
    with pytest.raises(NotFound):
        actions.remove_domain(agent, acme, "acme.example")


def test_a_new_address_or_role_changes_where_somebody_belongs(desk, agent, admin):
    acme = actions.add_company(agent, "Acme", ["acme.example"])
    ann = desk.user("customer", "Ann", "ann@acme.example")
    accounts.change_profile(admin, ann, name="Ann", email="ann@home.example", language="en")
    assert company_of(ann) is None
    accounts.change_profile(admin, ann, name="Ann", email="ann@acme.example", language="en")
    assert company_of(ann) == acme.id
    accounts.change_role(admin, ann, Role.AGENT)
    assert company_of(ann) is None
    accounts.change_role(admin, ann, Role.CUSTOMER)
    assert company_of(ann) == acme.id


def test_a_deleted_company_leaves_its_people(desk, agent):
    acme = actions.add_company(agent, "Acme", ["acme.example", "acme.test"])
    ann = desk.user("customer", "Ann", "ann@acme.test")
    actions.delete_company(agent, acme)
    assert company_of(ann) is None
    assert queries.companies(agent) == []
    again = actions.add_company(agent, "Acme", ["acme.example"])
    assert again.id


@pytest.mark.parametrize("domain", ["gmail.com", "@GMX.de", "Outlook.com"])
def test_where_anybody_can_have_an_address_is_no_company(desk, agent, domain):
    said = wrong(lambda: actions.add_company(agent, "Acme", [domain]))
    assert "Anybody" in said["domains"][0]


@pytest.mark.parametrize(
    "domain",
    ["", "acme", "a b.example", "ann@acme.example", "acme..example", "a\0.example", "x" * 300,
     "%", "https://acme.example", "acme.example/path", "." * 200, "\ud800.example"],
)  # fmt: skip
def test_what_is_no_domain_is_refused(desk, agent, domain):
    acme = actions.add_company(agent, "Acme")
    assert set(wrong(lambda: actions.add_domain(agent, acme, domain))) == {"domain"}
    assert set(wrong(lambda: actions.add_company(agent, "", [domain]))) == {"name", "domains"}


def test_a_domain_and_a_name_belong_to_one_company(desk, agent):
    actions.add_company(agent, "Acme", ["acme.example"])
    said = wrong(lambda: actions.add_company(agent, "ACME", ["acme.example"]))
    assert set(said) == {"name", "domains"}
    assert "Acme" in said["domains"][0]
    many = [f"d{n}.example" for n in range(101)]
    assert set(wrong(lambda: actions.add_company(agent, "Many", many))) == {"domains"}


def test_two_who_take_a_domain_at_once(desk, agent):
    ids = [actions.add_company(agent, name).id for name in ("One", "Two")]
    said, barrier = [], threading.Barrier(2)

    def take(company_id):
        with desk.app.app_context():
            company = queries.company(DESK, company_id)
            barrier.wait()
            try:
                actions.add_domain(DESK, company, "acme.example")
                said.append("taken")
            except Invalid:
                said.append("too late")

    threads = [threading.Thread(target=take, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["taken", "too late"]


def test_companies_are_found_and_counted(desk, agent):
    for number in range(3):
        actions.add_company(agent, f"Shop {number}", [f"shop{number}.example"])
    desk.user("customer", "Ann", "ann@shop1.example")
    assert names(queries.companies(agent, keyword="shop")) == ["Shop 0", "Shop 1", "Shop 2"]
    assert names(queries.companies(agent, keyword="shop2.ex")) == ["Shop 2"]
    assert names(queries.companies(agent, limit=1, offset=1)) == ["Shop 1"]
    assert queries.count_companies(agent, keyword="%") == 0
    assert [one.people for one in queries.companies(agent)] == [0, 1, 0]
    with desk.counted() as statements:
        queries.companies(agent)
    assert len(statements) <= 3


def test_companies_are_for_staff(desk, agent, alice):
    acme = actions.add_company(agent, "Acme", ["acme.example"])
    for deed in (
        lambda: actions.add_company(alice, "Mine"),
        lambda: actions.update_company(alice, acme, name="Mine"),
        lambda: actions.add_domain(alice, acme, "x.example"),
        lambda: actions.remove_domain(alice, acme, "acme.example"),
        lambda: actions.delete_company(alice, acme),
        lambda: queries.company(alice, acme.id),
        lambda: queries.companies(alice),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_a_name_is_one_in_any_case_and_another_with_other_letters(desk, agent):
    actions.add_company(agent, "Ämter & Co")
    for same in ("ämter & co", "ÄMTER & CO", "A\u0308mter & Co"):
        with pytest.raises(Invalid):
            actions.add_company(agent, same)
    actions.add_company(agent, "Amter & Co")
    actions.add_company(agent, "Zander")
    found = queries.companies(agent)
    assert [one.company.name for one in found] == ["Ämter & Co", "Amter & Co", "Zander"]
    assert queries.count_companies(agent, keyword="ÄMTER") == 2
