"""Lists as CSV files."""

import csv
import io
import tracemalloc

import pytest
import sqlalchemy as sa

from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import User
from helpdesk.audit.kinds import Kind
from helpdesk.audit.models import AuditRow
from helpdesk.audit.origin import API, PAGE
from helpdesk.database import db
from helpdesk.errors import NotAllowed
from helpdesk.people import actions as people
from helpdesk.people.actions import Details
from helpdesk.reports import tickets_csv as export
from helpdesk.tickets.actions import Changes, update
from helpdesk.tickets.models import Priority, Status
from helpdesk.tickets.queries import Filters, Sort


def table(client, path):
    answer = client.post(path) if path.startswith("/desk") else client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_every_column_and_field_of_a_list(desk, agent, alice, field):
    field("Order"), field("Weight", "number"), field("Gift", "checkbox"), field("Old", active=False)
    field("Account", about="customer")
    people.update_person(agent, alice, Details(fields={"account": "K-1"}))
    people.add_company(agent, "Big Shop", ["shop.example"])
    lamps = desk.category("Lamps")
    ticket = desk.ticket(
        alice, "Two\nlines, “quoted”", category_id=lamps.id, files=[desk.file()], tags=["b", "a"]
    )
    given = {"order": "A1", "weight": "-2.50", "gift": True}
    update(agent, ticket, Changes(fields=given, assignee_id=agent.id, priority=Priority.HIGH))
    desk.reply(agent, ticket, "Done", status=Status.RESOLVED)
    [row] = table(desk.browser(agent), "/desk/views/all.csv")
    assert row["Number"] == ticket.ref and row["Subject"] == "Two lines, “quoted”"
    assert (row["Status"], row["Priority"], row["Tags"]) == ("resolved", "high", "a, b")
    assert (row["Category"], row["Sub-category"], row["Assignee"]) == ("Lamps", "", "Ana Gent")
    assert (row["Customer"], row["E-mail address"]) == ("Alice Moor", alice.email)
    assert (row["Company"], row["Customer: Account"]) == ("Big Shop", "K-1")
    assert (row["Order"], row["Weight"], row["Gift"]) == ("A1", "-2.5", "true")
    assert (row["Messages"], row["Files"]) == ("2", "1")
    assert row["Solved"] and row["First answer"] and not row["Waiting since"]
    assert "Old" not in row


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  =", "＝"])
def test_no_cell_is_a_formula(desk, agent, field, start):
    field("Order")
    name = f"{start}cmd|calc"
    eve = desk.user("customer", name, "eve@shop.example")
    ticket = desk.ticket(eve, f'{start}HYPERLINK("x")', fields={})
    update(agent, ticket, Changes(fields={"order": f"{start}1+1"}))
    [row] = table(desk.browser(agent), "/desk/views/all.csv")
    for cell in (row["Subject"], row["Customer"], row["Order"]):
        assert cell.startswith("'"), cell


def test_the_file_has_what_the_list_has(desk, agent, alice, bob, monkeypatch):
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 3)
    mine = [desk.ticket(alice, f"Lamp {number}") for number in range(8)]
    desk.ticket(bob, "Chair")
    update(agent, mine[0], Changes(status=Status.CLOSED))
    browser = desk.browser(agent)
    rows = table(browser, f"/desk/views/open.csv?requester={alice.id}&sort=newest")
    assert [row["Number"] for row in rows] == [ticket.ref for ticket in mine[:0:-1]]
    assert len(table(browser, "/desk/views/all.csv?q=chair")) == 1
    assert len(table(browser, "/desk/views/all.csv")) == 9
    assert browser.post("/desk/views/nothing.csv").status_code == 404
    assert browser.get("/desk/views/open").content_type.startswith("text/html")


def test_the_same_by_the_api(desk, agent, alice, field):
    field("Order")
    one = desk.ticket(alice, "One")
    desk.ticket(alice, "Two")
    api = desk.api(agent)
    api.put(f"/support-ticket/{one.id}", json={"customFields": {"order": "A1"}})
    rows = table(api, "/support-ticket/export")
    assert [row["Subject"] for row in rows] == ["Two", "One"]
    rows = table(api, "/support-ticket/export?customField=order:A1")
    assert [row["Subject"] for row in rows] == ["One"]
    assert table(api, "/support-ticket/export?status=closed") == []
    assert api.get("/support-ticket/export?status=x").status_code == 400


def test_the_trail_tells_who_took_it_along_and_by_which_way(desk, agent):
    desk.browser(agent).post("/desk/views/all.csv")
    desk.api(agent).get("/support-ticket/export")
    assert desk.api(agent).open("HEAD", "/support-ticket/export").status_code == 200
    for method in ("GET", "HEAD"):  # a browser that looks ahead writes nothing
        assert desk.browser(agent).open("/desk/views/all.csv", method=method).status_code == 404
    query = sa.select(AuditRow).where(AuditRow.kind == str(Kind.EXPORTED)).order_by(AuditRow.id)
    told = [(row.actor_id, row.way) for row in db.session.scalars(query)]
    assert told == [(agent.id, PAGE), (agent.id, API)]


def test_it_is_for_staff(desk, alice):
    desk.ticket(alice)
    assert desk.browser(alice).post("/desk/views/all.csv").status_code == 403
    assert desk.browser().post("/desk/views/all.csv").status_code == 302
    assert desk.api(alice).get("/support-ticket/export").status_code == 403
    with pytest.raises(NotAllowed):
        export.tickets_csv(alice, Filters())


def test_a_long_list_takes_no_more_memory_than_a_part(desk, agent, alice, monkeypatch):
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 10)
    for number in range(60):
        desk.ticket(alice, f"Ticket {number} " + "x" * 200)
    agent = db.session.get(User, agent.id)

    def peak(parts):
        tracemalloc.start()
        for number, _part in enumerate(export.tickets_csv(agent, Filters(), Sort.NEWEST)):
            if number == parts:
                break
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(6)
    assert peak(6) < 1.5 * peak(2)


def test_a_file_ends_where_its_reader_may_read_no_more(desk, agent, admin, alice, monkeypatch):
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 2)
    for _n in range(6):
        desk.ticket(alice)
    parts = export.tickets_csv(agent, Filters())
    assert len([next(parts), next(parts)]) == 2
    accounts.disable_user(admin, agent)
    assert b"".join(parts) == b""


def test_a_slow_reader_holds_no_connection(desk, agent, alice, monkeypatch):
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 2)
    for _n in range(6):
        desk.ticket(alice)
    parts = export.tickets_csv(agent, Filters())
    db.session.remove()
    before = db.engine.pool.checkedout()
    assert next(parts) and next(parts) and next(parts)
    assert db.engine.pool.checkedout() == before
