"""Customers and companies by the API."""

import pytest

from helpdesk.people import actions

CUSTOMERS = "/support-ticket/customers"
COMPANIES = "/support-ticket/companies"


def bad(answer, *names, code=422):
    assert answer.status_code == code, answer.text
    assert set(answer.json.get("errors", {})) == set(names), answer.text


def test_customers_are_listed_page_by_page(desk, agent, field):
    field("Account", about="customer")
    actions.add_company(agent, "Acme", ["acme.example"])
    for name in ("Ann", "Ben", "Cid"):
        desk.ticket(desk.user("customer", name, f"{name.lower()}@acme.example"))
    vic = desk.user("vendor", "Vic", "vic@home.example")
    api = desk.api(agent)
    first = api.get(f"{CUSTOMERS}?limit=2")
    assert [row["userName"] for row in first.json["data"]] == ["Ann", "Ben"]
    row = first.json["data"][0]
    assert (row["companyName"], row["tickets"], row["openTickets"]) == ("Acme", 1, 1)
    assert (row["userType"], row["customFields"]) == ("customer", {"account": None})
    following = first.headers["Link"].partition("<")[2].partition(">")[0].partition("api/api")[2]
    second = api.get(following)
    assert [row["userName"] for row in second.json["data"]] == ["Cid", "Vic"]
    assert 'rel="prev"' in second.headers["Link"] and 'rel="next"' not in second.headers["Link"]
    assert [r["userId"] for r in api.get(f"{CUSTOMERS}?userType=vendor").json["data"]] == [vic.id]
    assert len(api.get(f"{CUSTOMERS}?keyword=acme").json["data"]) == 3
    for query in ("cursor=x", "userType=admin", "limit=501", "companyId=x"):
        assert api.get(f"{CUSTOMERS}?{query}").status_code == 400


def test_a_customer_with_all_that_staff_know(desk, agent, alice, field):
    field("Account", about="customer")
    actions.add_note(agent, alice, "A regular")
    data = desk.api(agent).get(f"{CUSTOMERS}/{alice.id}").json["data"]
    assert (data["userName"], data["emailId"], data["tickets"]) == ("Alice Moor", alice.email, 0)
    assert [note["body"] for note in data["notes"]] == ["A regular"]
    assert (data["mergedInto"], data["merged"], data["companyId"]) == (None, [], None)
    for id_ in (agent.id, 0, 999, 2**63, "x"):
        assert desk.api(agent).get(f"{CUSTOMERS}/{id_}").status_code == 404


def test_a_customer_is_made_and_changed(desk, agent, admin, field):
    field("Account", about="customer"), field("Birthday", "date", about="customer")
    api = desk.api(agent)
    body = {"userName": "Ann", "emailId": "Ann@acme.example", "customFields": {"account": "K"}}
    made = api.post(CUSTOMERS, json=body).json["data"]
    assert (made["emailId"], made["customFields"]["account"]) == ("ann@acme.example", "K")
    bad(api.post(CUSTOMERS, json=body), "emailId")
    bad(api.post(CUSTOMERS, json={}), "userName", "emailId")
    bad(api.post(CUSTOMERS, json={"userName": "\0", "emailId": "x"}), "userName", "emailId")
    wrong = body | {"emailId": "b@acme.example", "customFields": {"birthday": "2027-02-31"}}
    bad(api.post(CUSTOMERS, json=wrong), "customFields.birthday")
    assert api.get(f"{CUSTOMERS}?keyword=b@acme.example").json["data"] == []
    assert api.post(CUSTOMERS, json=body | {"userType": "vendor"}).status_code == 403
    bad(api.post(CUSTOMERS, json=body | {"userType": "admin"}), "userType")

    address = f"{CUSTOMERS}/{made['userId']}"
    change = {"userName": "Ann Lee", "customFields": {"birthday": "2000-02-29"}}
    changed = api.put(address, json=change).json["data"]
    assert changed["customFields"] == {"account": "K", "birthday": "2000-02-29"}
    assert changed["userName"] == "Ann Lee"
    assert api.put(address, json={"emailId": "new@acme.example"}).status_code == 403
    answer = desk.api(admin).put(address, json={"emailId": "new@acme.example"})
    assert answer.json["data"]["emailId"] == "new@acme.example"
    bad(
        desk.api(admin).put(address, json={"userName": "x" * 101, "emailId": "x",
                                           "customFields": {"account": 1, "no": 1}}),
        *("userName", "emailId", "customFields.account", "customFields.no"),
    )  # fmt: skip


def test_notes_about_a_customer(desk, agent, alice):
    api = desk.api(agent)
    note = api.post(f"{CUSTOMERS}/{alice.id}/notes", json={"body": "A regular"}).json["data"]
    assert (note["userId"], note["postedBy"]["name"]) == (alice.id, "Ana Gent")
    assert api.get(f"{CUSTOMERS}/{alice.id}/notes").json["data"] == [note]
    bad(api.post(f"{CUSTOMERS}/{alice.id}/notes", json={"body": "x" * 10_001}), "body")
    bad(api.post(f"{CUSTOMERS}/{alice.id}/notes", json={"body": "a\0"}), "body")
    gone = f"/support-ticket/customer-notes/{note['id']}"
    assert api.delete(gone).json["data"] == note
    assert api.delete(gone).status_code == 404
    assert api.get(f"{CUSTOMERS}/{alice.id}/notes").json["data"] == []


def test_two_accounts_are_merged_and_taken_apart(desk, agent, alice, bob, vendor):
    ticket = desk.ticket(bob)
    api = desk.api(agent)
    before = api.get(f"/support-ticket/{ticket.id}").data
    merged = api.post(f"{CUSTOMERS}/{alice.id}/merge", json={"otherId": bob.id}).json["data"]
    assert (merged["userId"], merged["otherId"], merged["tickets"]) == (alice.id, bob.id, 1)
    data = api.get(f"{CUSTOMERS}/{alice.id}").json["data"]
    assert data["merged"] == [bob.id]
    assert api.get(f"{CUSTOMERS}/{bob.id}").json["data"]["mergedInto"] == alice.id
    assert api.post(f"{CUSTOMERS}/{alice.id}/merge", json={"otherId": bob.id}).status_code == 409
    apart = api.delete(f"{CUSTOMERS}/{bob.id}/merge")
    assert apart.json["data"]["tickets"] == 1
    assert api.get(f"/support-ticket/{ticket.id}").data == before
    assert api.delete(f"{CUSTOMERS}/{bob.id}/merge").status_code == 409
    for other in (alice.id, vendor.id, agent.id, 999, 2**53):
        bad(api.post(f"{CUSTOMERS}/{alice.id}/merge", json={"otherId": other}), "otherId")
    bad(api.post(f"{CUSTOMERS}/{alice.id}/merge", json={}), "otherId")
    again = api.post(f"{CUSTOMERS}/{alice.id}/merge", json={"otherId": bob.id}).json["data"]
    undone = api.post("/support-ticket/undo", json={"batch": again["batch"]})
    assert undone.status_code == 200, undone.text
    assert api.get(f"/support-ticket/{ticket.id}").data == before


def test_companies(desk, agent):
    ann = desk.user("customer", "Ann", "ann@acme.example")
    api = desk.api(agent)
    made = api.post(COMPANIES, json={"companyName": "Acme", "domains": ["acme.example"]}).json
    company = made["data"]
    assert (company["domains"], company["people"]) == (["acme.example"], 1)
    address = f"{COMPANIES}/{company['id']}"
    assert api.get(address).json["data"] == company
    assert api.get(f"{COMPANIES}?keyword=acm").json["data"] == [company]
    changed = api.put(address, json={"companyName": "Acme Ltd", "domains": ["acme.test"]})
    assert changed.json["data"] == company | {
        "companyName": "Acme Ltd",
        "domains": ["acme.test"],
        "people": 0,
    }
    assert api.put(address, json={"companyName": "Acme"}).json["data"]["domains"] == ["acme.test"]
    bad(api.post(COMPANIES, json={"companyName": "Acme", "domains": ["gmail.com", "x"]}),
        "companyName", "domains")  # fmt: skip
    bad(api.post(COMPANIES, json={"domains": "x"}), "companyName", "domains")
    bad(api.post(COMPANIES, json={"companyName": 7, "domains": [7]}), "companyName", "domains")
    assert api.delete(address).status_code == 200
    assert api.delete(address).status_code == 404
    assert api.get(f"{CUSTOMERS}/{ann.id}").json["data"]["companyId"] is None


def test_companies_page_by_page(desk, agent):
    for number in range(3):
        actions.add_company(agent, f"Shop {number}")
    page = desk.api(agent).get(f"{COMPANIES}?limit=2")
    assert page.headers["X-Total-Count"] == "3" and 'rel="next"' in page.headers["Link"]
    page = desk.api(agent).get(f"{COMPANIES}?limit=2&offset=2")
    assert [row["companyName"] for row in page.json["data"]] == ["Shop 2"]


@pytest.mark.parametrize("path", [CUSTOMERS, COMPANIES])
def test_a_list_asks_as_much_for_one_as_for_many(desk, agent, path, field):
    field("Account", about="customer")
    api = desk.api(agent)

    def cost():
        with desk.counted() as statements:
            assert api.get(path).status_code == 200
        return len(statements)

    actions.add_company(agent, "First", ["first.example"])
    desk.user("customer", "Ann", "ann@first.example")
    cost()
    one = cost()
    for number in range(10):
        actions.add_company(agent, f"Shop {number}", [f"shop{number}.example"])
        desk.ticket(desk.user("customer", f"Ann {number}", f"ann@shop{number}.example"))
    assert cost() == one


def test_none_of_it_is_for_customers(desk, agent, alice, vendor):
    note = actions.add_note(agent, alice, "Secret")
    company = actions.add_company(agent, "Secret")
    for person in (alice, vendor):
        api = desk.api(person)
        for method, path in (
            ("GET", CUSTOMERS),
            ("POST", CUSTOMERS),
            ("GET", f"{CUSTOMERS}/{alice.id}"),
            ("PUT", f"{CUSTOMERS}/{alice.id}"),
            ("GET", f"{CUSTOMERS}/{alice.id}/notes"),
            ("POST", f"{CUSTOMERS}/{alice.id}/notes"),
            ("POST", f"{CUSTOMERS}/{alice.id}/merge"),
            ("DELETE", f"{CUSTOMERS}/{alice.id}/merge"),
            ("DELETE", f"/support-ticket/customer-notes/{note.id}"),
            ("GET", COMPANIES),
            ("GET", f"{COMPANIES}/{company.id}"),
            ("DELETE", f"{COMPANIES}/{company.id}"),
        ):
            answer = api.open(method, path, **({"json": {}} if method in ("POST", "PUT") else {}))
            assert answer.status_code == 403, (method, path)
            assert "Secret" not in answer.text


def test_customers_are_filtered_by_the_shops_own_fields(desk, agent, alice, bob, field):
    field("Level", "number", about="customer")
    actions.update_person(agent, alice, actions.Details(fields={"level": 3}))
    api = desk.api(agent)
    for query, names in (
        ("filter=customer.level:3", ["Alice Moor"]),
        ("filter=customer.level.empty:yes", ["Bob Lind"]),
        ("filter=customer.level.at_least:1&filter=customer.level.at_most:2", []),
    ):
        found = api.get(f"{CUSTOMERS}?{query}").json["data"]
        assert [row["userName"] for row in found] == names
    for query, name in (
        ("filter=customer.level:x", "filter.customer.level"),
        ("filter=priority:high", "filter.priority"),
        ("filter=x", "filter"),
    ):
        bad(api.get(f"{CUSTOMERS}?{query}"), name)
