"""The customers' pages: the list, one of them, notes, details, files."""

import importlib
import re

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import User
from helpdesk.database import db
from helpdesk.fields import queries as fields
from helpdesk.fields.models import About
from helpdesk.people import actions, queries
from helpdesk.people.actions import Details
from helpdesk.tickets.models import Status

# The blueprint has the name of its package: this is how to get at a module in it.
VIEWS = importlib.import_module("helpdesk.web.desk.customers")


@pytest.fixture
def browser(desk, agent):
    return desk.browser(agent)


def facts(agent, user):
    db.session.rollback()
    db.session.expire_all()
    return fields.facts(agent, About.CUSTOMER, [user.id])[user.id]


def test_the_list_finds_and_pages(desk, agent, browser, monkeypatch):
    monkeypatch.setattr(VIEWS, "ROWS", 2)
    assert "No customers yet" in browser.get("/desk/customers").text
    for name in ("Ann", "Ben", "Cid"):
        desk.user("customer", name, f"{name.lower()}@acme.example")
    actions.add_company(agent, "Acme & Co", ["acme.example"])
    page = browser.get("/desk/customers").text
    assert "Ann" in page and "Ben" in page and "Cid" not in page and "Acme &amp; Co" in page
    older = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    page = browser.get(older).text
    assert "Cid" in page and "Ann" not in page and 'rel="prev"' in page
    assert "Ben" in browser.get("/desk/customers?q=ben").text
    assert "Nobody found" in browser.get("/desk/customers?q=<b>").text
    assert browser.get("/desk/customers?cursor=nonsense").status_code == 302
    assert browser.get("/desk/customers?q=%00").status_code == 200


def test_the_page_of_a_customer(desk, agent, browser, alice, field):
    field("Account", about="customer")
    actions.update_person(agent, alice, Details(fields={"account": "K-1"}))
    actions.add_company(agent, "Big Shop", ["shop.example"])
    actions.add_note(agent, alice, "Rings <b>at night")
    ticket = desk.ticket(alice, "First", files=[desk.file("photo.png")])
    desk.reply(agent, ticket, "Done", status=Status.RESOLVED)
    page = browser.get(f"/desk/customers/{alice.id}").text
    for words in ("Big Shop", "Rings &lt;b&gt;at night", "First", "photo.png", 'value="K-1"'):
        assert words in page, words
    assert f"requester={alice.id}&amp;" in page or f"requester={alice.id}" in page
    assert "status=resolved" in page and "status=closed" not in page
    assert f"/desk/tickets/new?requester={alice.id}" in page


def test_a_new_customer_has_an_empty_page(desk, browser, alice):
    page = browser.get(f"/desk/customers/{alice.id}").text
    assert "They have asked nothing yet." in page and "Their files" not in page


def test_notes_are_written_and_deleted(desk, agent, browser, alice, bob):
    address = f"/desk/customers/{alice.id}/notes"
    assert browser.post(address, data={"body": "Pays late"}).status_code == 302
    db.session.rollback()
    [note] = queries.notes(agent, alice)
    answer = browser.post(address, data={"body": "  "})
    assert answer.status_code == 422 and "This field is required." in answer.text
    long = browser.post(address, data={"body": "x" * 10_001})
    assert long.status_code == 422 and "x" * 10_001 in long.text
    strange = f"/desk/customers/{bob.id}/notes/{note.id}/delete"
    assert browser.post(strange).status_code == 404
    assert browser.post(f"{address}/{note.id}/delete").status_code == 302
    assert browser.post(f"{address}/{note.id}/delete").status_code == 404
    db.session.rollback()
    assert queries.notes(agent, alice) == []


def test_details_are_changed_in_place(desk, agent, browser, alice, field):
    field("Account", about="customer"), field("Regular", "checkbox", about="customer")
    address = f"/desk/customers/{alice.id}"
    seen = {"seen_fields.account": "", "seen_fields.regular": ""}
    given = {"name": "Alice M", "fields.account": "K-1", "fields.regular": "y"}
    assert browser.post(address, data=seen | given).status_code == 302
    assert facts(agent, alice) == {"account": "K-1", "regular": True}
    assert db.session.get(User, alice.id).name == "Alice M"
    answer = browser.post(address, data=seen | given | {"fields.account": "K-2"})
    assert answer.status_code == 409 and "Account" in answer.text
    answer = browser.post(address, data={"name": "", "fields.account": "x" * 1001})
    assert answer.status_code == 422 and "This field is required." in answer.text
    assert facts(agent, alice)["account"] == "K-1"


def test_files_of_a_customer_page_by_page(desk, browser, alice, monkeypatch):
    monkeypatch.setattr(VIEWS, "FILES_A_PAGE", 2)
    desk.ticket(alice, files=[desk.file(f"{n}.png") for n in range(3)])
    page = browser.get(f"/desk/customers/{alice.id}/files").text
    assert "2.png" in page and "1.png" in page and "/0.png" not in page
    older = re.search(r'rel="next" href="([^"]+)"', page)[1]
    page = browser.get(older).text
    assert "/0.png" in page and 'rel="next"' not in page
    picture = re.search(r'href="([^"]+/0.png)"', page)[1]
    assert browser.get(picture).status_code == 200


def test_staff_and_nobody_have_no_page(desk, browser, admin):
    for customer_id in (admin.id, 0, 999, 2**63, 10**30):
        assert browser.get(f"/desk/customers/{customer_id}").status_code == 404
        assert browser.post(f"/desk/customers/{customer_id}/notes").status_code == 404


def test_the_panel_beside_a_ticket(desk, agent, browser, alice, admin, field):
    field("Account", about="customer"), field("Empty", about="customer")
    actions.update_person(agent, alice, Details(fields={"account": "K-1"}))
    acme = actions.add_company(agent, "Big Shop", ["shop.example"])
    for number in range(4):
        actions.add_note(agent, alice, f"Note {number}")
    page = browser.get(f"/desk/tickets/{desk.ticket(alice).id}").text
    panel = page.partition('class="panel customer"')[2]
    assert f'href="/desk/companies/{acme.id}"' in panel and f"/desk/customers/{alice.id}" in panel
    assert "K-1" in panel and "Note 3" in panel and "Note 0" not in panel and "Empty" not in panel
    page = browser.get(f"/desk/tickets/{desk.ticket(admin).id}").text
    assert "/desk/customers/" not in page.partition('class="panel customer"')[2]


def test_pages_cost_the_same_for_many(desk, agent, browser, alice):
    def cost(path):
        browser.get(path)
        with desk.counted() as statements:
            assert browser.get(path).status_code == 200
        return len(statements)

    desk.ticket(alice, files=[desk.file()])
    actions.add_note(agent, alice, "One")
    paths = ["/desk/customers", f"/desk/customers/{alice.id}"]
    few = [cost(path) for path in paths]
    for number in range(12):
        desk.ticket(alice, f"Ticket {number}", files=[desk.file()])
        desk.ticket(desk.user("customer", f"Customer {number}"))
        actions.add_note(agent, alice, f"Note {number}")
    assert [cost(path) for path in paths] == few


def test_a_merge_is_looked_at_before_it_is_done(desk, agent, browser, alice, bob, vendor, field):
    field("Phone", about="customer"), field("Account", about="customer")
    actions.update_person(agent, bob, Details(fields={"phone": "123", "account": "B"}))
    actions.update_person(agent, alice, Details(fields={"account": "A"}))
    desk.ticket(bob, files=[desk.file()])
    actions.add_note(agent, bob, "Nice")
    address = f"/desk/customers/{alice.id}/merge"
    found = browser.get(f"{address}?q=lind").text
    assert f"other={bob.id}" in found
    assert f"other={alice.id}" not in browser.get(f"{address}?q=moor").text
    assert f"other={vendor.id}" not in browser.get(f"{address}?q=vera").text
    page = browser.get(f"{address}?other={bob.id}").text
    for words in (
        "Alice Moor will be able to read everything of both accounts",
        "1 ticket, 1 message, 1 file",
        "1 note about them moves along",
        "“Phone” becomes 123",
        "“Account” stays A; B is left behind",
    ):
        assert words in " ".join(page.split()), words
    answer = browser.post(address, data={"other": bob.id})
    assert answer.status_code == 422 and "Please say that you are sure" in answer.text
    answer = browser.post(address, data={"other": bob.id, "sure": "y"}, follow_redirects=True)
    assert "Bob Lind is merged into this customer." in answer.text
    assert "Merged into this customer" in answer.text
    answer = browser.post(address, data={"other": bob.id, "sure": "y"})
    assert answer.status_code == 409
    assert "Its tickets belong to" in browser.get(f"/desk/customers/{bob.id}").text
    assert "Bob Lind" not in browser.get("/desk/customers").text


def test_a_merge_is_undone_by_its_button_and_later(desk, agent, browser, alice, bob):
    address = f"/desk/customers/{alice.id}/merge"
    page = browser.post(address, data={"other": bob.id, "sure": "y"}, follow_redirects=True).text
    undo = re.search(r'action="(/desk/undo/\w+)"', page)[1]
    answer = browser.post(undo, data={"next": "/desk/customers"}, follow_redirects=True)
    assert "It is as it was before." in answer.text and "Bob Lind" in answer.text
    browser.post(address, data={"other": bob.id, "sure": "y"})
    answer = browser.post(f"/desk/customers/{bob.id}/unmerge", follow_redirects=True)
    assert "an account of its own again" in answer.text
    answer = browser.post(f"/desk/customers/{bob.id}/unmerge", follow_redirects=True)
    assert "is not merged into anybody" in answer.text


def test_who_cannot_be_merged_is_said(desk, agent, admin, browser, alice, vendor):
    address = f"/desk/customers/{alice.id}/merge"
    for other in (alice, vendor):
        page = browser.get(f"{address}?other={other.id}")
        assert page.status_code == 200 and "Merge them" not in page.text
        answer = browser.post(address, data={"other": other.id, "sure": "y"})
        assert answer.status_code == 422
    for other_id in (admin.id, 999, "x", "", 10**30):
        answer = browser.post(address, data={"other": other_id, "sure": "y"})
        assert answer.status_code == 422
    accounts.disable_user(admin, alice)
    bob = desk.user("customer", "Bob Lind")
    assert browser.post(address, data={"other": bob.id, "sure": "y"}).status_code == 409


def test_the_admins_page_of_a_merged_account(desk, admin, agent, alice, bob):
    actions.merge(agent, alice, bob)
    browser = desk.browser(admin)
    page = browser.get(f"/desk/settings/users/{bob.id}").text
    assert "/enable" not in page and f"/desk/customers/{bob.id}" in page
    answer = browser.post(f"/desk/settings/users/{bob.id}/enable")
    assert answer.status_code == 409 and "was merged into another" in answer.text


def test_a_new_ticket_by_the_old_address_is_the_kept_ones(desk, agent, browser, alice, bob):
    old = bob.email
    actions.merge(agent, alice, bob)
    words = {"who": old, "subject": "Called", "message": "About the lamp"}
    assert browser.post("/desk/tickets/new", data=words).status_code == 302
    [row] = desk.api(agent).get("/support-ticket").json["data"]
    assert row["userId"] == alice.id
    found = browser.post("/desk/tickets/new", data={"who": "bob", "do": "find"}).text
    assert old not in found.partition("Who is it?")[2].partition("</fieldset>")[0]


def test_two_who_change_one_customer_are_told(desk, agent, browser, alice, read, field):
    field("Account", about="customer"), field("Phone", about="customer")
    address = f"/desk/customers/{alice.id}"
    seen = read(browser, address).values("seen_name", "seen_fields.account", "seen_fields.phone")
    old = seen | {"name": "Alice Moor", "fields.account": "", "fields.phone": ""}
    actions.update_person(agent, alice, Details(name="Alice Lind", fields={"phone": "123"}))

    # Who has only filled in another field takes nothing of it back.
    answer = browser.post(address, data=old | {"fields.account": "K-1", "fields.phone": "123"})
    assert answer.status_code == 302
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(User, alice.id).name == "Alice Lind"

    answer = browser.post(address, data=old | {"name": "Alice <Berg>", "fields.account": "K-1"})
    assert answer.status_code == 409 and "It is “Alice Lind” now." in answer.text
    page = read.page(answer)
    assert page.hidden("name") == "Alice <Berg>" and page.hidden("fields.phone") == "123"
    again = page.values("seen_name", "seen_fields.account", "seen_fields.phone")
    given = {"name": "Alice Berg", "fields.account": "K-1", "fields.phone": "123"}
    assert browser.post(address, data=again | given).status_code == 302
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(User, alice.id).name == "Alice Berg"
    assert facts(agent, alice) == {"account": "K-1", "phone": "123"}


def test_customers_are_found_by_the_shops_own_fields(desk, agent, alice, bob, field):
    field("Wholesale", "checkbox", about="customer")
    field("Level", "number", about="customer")
    actions.update_person(agent, alice, actions.Details(fields={"wholesale": True, "level": 3}))
    browser = desk.browser(agent)

    def found(query):
        answer = browser.get(f"/desk/customers?{query}")
        assert answer.status_code == 200
        return [name for name in ("Alice Moor", "Bob Lind") if f">{name}<" in answer.text]

    assert found("customer.wholesale=yes") == found("customer.level=3") == ["Alice Moor"]
    assert found("customer.wholesale=no") == ["Bob Lind"]
    assert found("customer.level.at_least=2&q=alice") == ["Alice Moor"]
    assert found("customer.level.empty=yes") == ["Bob Lind"]
    assert found("customer.level.at_least=4") == []
    page = browser.get("/desk/customers?customer.level=x&priority=high&customer.gone=1")
    assert page.text.count("Left out") == 1 and ">Bob Lind<" in page.text
    page = browser.get("/desk/customers?customer.level.at_least=2").text
    assert "Level is at least" in page and 'name="customer.level.at_least"' in page
