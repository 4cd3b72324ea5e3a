"""The companies' pages."""

import importlib

import pytest

from helpdesk.accounts.models import User
from helpdesk.database import db
from helpdesk.people import actions, queries

# The blueprint has the name of its package: this is how to get at a module in it.
VIEWS = importlib.import_module("helpdesk.web.desk.companies")


@pytest.fixture
def browser(desk, agent):
    return desk.browser(agent)


def company_id_of(user):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(User, user.id).company_id


def test_a_company_is_added_with_its_domains(desk, agent, browser):
    ann = desk.user("customer", "Ann", "ann@acme.example")
    assert "No companies yet" in browser.get("/desk/companies").text
    data = {"name": "Acme", "domains": "acme.example, @acme.test"}
    answer = browser.post("/desk/companies", data=data, follow_redirects=True)
    assert "@acme.test" in answer.text and "Ann" in answer.text
    assert company_id_of(ann) is not None
    answer = browser.post("/desk/companies", data={"name": "Acme", "domains": "gmail.com"})
    assert answer.status_code == 422
    assert "with this name already" in answer.text and "Anybody can have" in answer.text


def test_domains_come_and_go(desk, agent, browser):
    ann = desk.user("customer", "Ann", "ann@acme.example")
    acme = actions.add_company(agent, "Acme")
    address = f"/desk/companies/{acme.id}"
    assert browser.post(f"{address}/domains", data={"domain": "acme.example"}).status_code == 302
    assert company_id_of(ann) == acme.id
    answer = browser.post(f"{address}/domains", data={"domain": "no domain"})
    assert answer.status_code == 422 and 'value="no domain"' in answer.text
    gone = {"domain": "acme.example"}
    assert browser.post(f"{address}/domains/remove", data=gone).status_code == 302
    assert browser.post(f"{address}/domains/remove", data=gone).status_code == 404
    assert company_id_of(ann) is None


def test_a_company_is_renamed_and_deleted(desk, agent, browser):
    acme = actions.add_company(agent, "Acme", ["acme.example"])
    ann = desk.user("customer", "Ann", "ann@acme.example")
    desk.ticket(ann, "Where is it?")
    address = f"/desk/companies/{acme.id}"
    page = browser.get(address).text
    assert "Where is it?" in page and "Ann" in page
    assert browser.post(address, data={"name": ""}).status_code == 422
    assert browser.post(address, data={"name": "Acme Ltd"}).status_code == 302
    assert "Acme Ltd" in browser.get("/desk/companies?q=acme.ex").text
    assert browser.post(f"{address}/delete").status_code == 302
    assert browser.get(address).status_code == 404
    assert company_id_of(ann) is None


def test_companies_page_by_page(desk, agent, browser, monkeypatch):
    monkeypatch.setattr(VIEWS, "ROWS", 2)
    for number in range(3):
        actions.add_company(agent, f"Shop {number}")
    page = browser.get("/desk/companies").text
    assert "Shop 1" in page and "Shop 2" not in page and "page=2" in page
    for number in ("2", "99", "x", "0", str(10**14)):
        assert browser.get(f"/desk/companies?page={number}").status_code == 200
    assert "Shop 2" in browser.get("/desk/companies?page=99").text
    assert browser.get(f"/desk/companies/{2**63}").status_code == 404


def test_a_company_of_many_costs_as_one_of_few(desk, agent, browser):
    acme = actions.add_company(agent, "Acme", ["acme.example"])

    def cost():
        browser.get(f"/desk/companies/{acme.id}")
        with desk.counted() as statements:
            browser.get(f"/desk/companies/{acme.id}")
        return len(statements)

    desk.ticket(desk.user("customer", "Ann", "ann@acme.example"))
    few = cost()
    for number in range(12):
        desk.ticket(desk.user("customer", f"Ann {number}", f"ann{number}@acme.example"))
    assert cost() == few
    assert queries.people_count(acme) == 13
