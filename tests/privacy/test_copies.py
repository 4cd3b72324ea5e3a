"""A copy of a person's data: what is in it, who may have it, and for how long."""

import json
import zipfile
from io import BytesIO

import pytest

from helpdesk import jobs
from helpdesk.database import db
from helpdesk.errors import NotAllowed, NotFound, WrongState
from helpdesk.people import actions as people
from helpdesk.people.actions import Details
from helpdesk.privacy import archives
from helpdesk.tickets import actions
from tests.desk import PNG


def copy_of(desk, actor, user, *, with_notes=False):
    """The members of a copy, by name."""
    asked = archives.ask_for_copy(actor, user, with_notes=with_notes)
    jobs.run_due(desk.app)
    db.session.rollback()
    db.session.expire_all()
    found = archives.ready(actor, user, asked.id)
    with (
        archives.store_of_copies().open(found.stored_name) as file,
        zipfile.ZipFile(BytesIO(file.read())) as archive,
    ):
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def known(desk, alice, bob, agent, field):
    """Alice, with all that there can be of somebody."""
    field("Phone", about="customer")
    people.update_person(agent, alice, Details(fields={"phone": "+44 7700 900461"}))
    people.add_note(agent, alice, "A difficult one")
    ticket = desk.ticket(alice, "Broken <lamp>", "It & all.", files=[desk.file("../a b?.png")])
    desk.reply(agent, ticket, "Sorry!")
    desk.note(agent, ticket, "She says so every time", [desk.file("note.png")])
    others = desk.ticket(bob, "Of Bob", "A word of Bob's")
    actions.follow(agent, others, alice)
    return alice


def test_what_they_wrote_and_were_answered_is_in_it(desk, known):
    members = copy_of(desk, known, known)
    assert set(members) == {"data.json", "index.html", "files/TKT1-1-a b_.png"}
    assert members["files/TKT1-1-a b_.png"] == PNG
    data = json.loads(members["data.json"])
    assert data["person"]["email"] == "alice.moor@shop.example"
    assert data["person"]["facts"] == {"Phone": "+44 7700 900461"}
    [request] = data["requests"]
    assert [one["words"] for one in request["messages"]] == ["It & all.", "Sorry!"]
    assert request["messages"][0]["files"][0]["path"] == "files/TKT1-1-a b_.png"
    page = members["index.html"].decode()
    assert "Broken &lt;lamp&gt;" in page and "It &amp; all." in page and "<lamp>" not in page


def test_nothing_of_others_and_no_notes_are_in_it(desk, known, agent):
    whole = b"".join(copy_of(desk, known, known).values())
    for words in (b"difficult", b"every time", b"note.png", b"Bob", b"Ana Gent", b"$argon2"):
        assert words not in whole


def test_an_admin_may_have_the_notes_with_it(desk, known, admin):
    whole = b"".join(copy_of(desk, admin, known, with_notes=True).values())
    for words in (b"A difficult one", b"She says so every time"):
        assert words in whole
    assert b"Ana Gent" not in whole


def test_who_may_have_it(desk, known, bob, agent, admin):
    for actor in (bob, agent):
        with pytest.raises(NotAllowed):
            archives.ask_for_copy(actor, known)
    with pytest.raises(NotAllowed):
        archives.ask_for_copy(known, known, with_notes=True)
    with_notes = archives.ask_for_copy(admin, known, with_notes=True)
    own = archives.ask_for_copy(known, known)
    jobs.run_due(desk.app)
    db.session.expire_all()
    assert archives.latest(known, known).id == own.id
    for actor, id_ in ((known, with_notes.id), (known, 2**70), (known, -1)):
        with pytest.raises(NotFound):
            archives.ready(actor, known, id_)
    with pytest.raises(NotFound):
        archives.ready(bob, bob, own.id)


def test_only_the_owner_of_the_folder_can_read_it(desk, known):
    copy_of(desk, known, known)
    folder = desk.folder / "personal"
    assert not [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_asked_twice_it_is_made_once(desk, known):
    first, second = (archives.ask_for_copy(known, known) for _ in range(2))
    assert first.id == second.id


def test_a_new_one_takes_the_place_of_the_one_before(desk, known, travel):
    copy_of(desk, known, known)
    [(before, _written)] = archives.store_of_copies().names()
    travel(minutes=11)
    copy_of(desk, known, known)
    [(after, _written)] = archives.store_of_copies().names()
    assert before != after


def test_after_a_week_it_is_gone(desk, known, travel):
    copy_of(desk, known, known)
    travel(days=7, seconds=1)
    assert archives.latest(known, known) is None
    archives._sweep(desk.app, {})
    assert list(archives.store_of_copies().names()) == []


def test_what_is_merged_is_in_the_copy_of_the_kept_one(desk, known, agent, admin):
    other = desk.user("customer", "A. Moor", "a@moor.example")
    desk.ticket(other, "From elsewhere")
    people.merge(agent, known, other)
    data = json.loads(copy_of(desk, admin, known)["data.json"])
    assert [one["subject"] for one in data["requests"]] == ["Broken <lamp>", "From elsewhere"]
    assert data["person"]["otherAccounts"][0]["email"] == "a@moor.example"
    with pytest.raises(WrongState):
        archives.ask_for_copy(admin, other)


def test_a_copy_does_not_outlive_a_merge_that_was_wrong(desk, known, agent):
    other = desk.user("customer", "A. Moor", "a@moor.example")
    desk.ticket(other, "From elsewhere")
    people.merge(agent, known, other)
    assert b"From elsewhere" in copy_of(desk, known, known)["data.json"]
    people.unmerge(agent, other)
    assert archives.latest(known, known) is None
    assert list(archives.store_of_copies().names()) == []
    assert b"From elsewhere" not in copy_of(desk, known, known)["data.json"]


# -- The pages


def test_from_the_account_page(desk, alice):
    desk.ticket(alice)
    browser = desk.browser(alice)
    assert "Collect my data" in browser.get("/account").text
    assert browser.post("/account/copy").status_code == 302
    assert "A copy is being made" in browser.get("/account").text
    jobs.run_due(desk.app)
    page = browser.get("/account").text
    assert "Download the copy" in page
    answer = browser.get("/account/copy/1")
    assert answer.status_code == 200 and answer.data.startswith(b"PK")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="personal-data.zip"'
    assert (
        "no-cache" in answer.headers["Cache-Control"]
        or "no-store" in (answer.headers["Cache-Control"])
    )


def test_from_the_page_of_a_customer(desk, admin, agent, alice):
    browser = desk.browser(admin)
    path = f"/desk/customers/{alice.id}"
    assert "Export data" in browser.get(path).text
    assert "Export data" not in desk.browser(agent).get(path).text
    browser.post(f"{path}/copy", data={"with_notes": "y"})
    jobs.run_due(desk.app)
    assert "with internal notes" in browser.get(path).text
    assert browser.get(f"{path}/copy/1").status_code == 200
    assert desk.browser(alice).get("/account/copy/1").status_code == 404


def test_erasing_asks_for_the_address_and_shows_a_receipt(desk, admin, alice):
    desk.ticket(alice)
    browser, path = desk.browser(admin), f"/desk/customers/{alice.id}"
    page = browser.get(f"{path}/erase").text
    assert "1 ticket of theirs stays" in page
    answer = browser.post(f"{path}/erase", data={"typed": "alice"})
    assert answer.status_code == 422 and "This is not their address." in answer.text
    answer = browser.post(f"{path}/erase", data={"typed": " Alice.Moor@shop.example "})
    assert answer.status_code == 302
    assert "being done in the background" in browser.get(answer.location).text
    db.session.rollback()  # who reads would be waited for
    jobs.run_due(desk.app)
    page = browser.get(answer.location).text
    assert "This person is erased." in page and "Alice" not in page and "alice" not in page
    assert "This person was erased." in browser.get(path).text
    assert browser.get(f"{path}/erase").status_code == 302
    assert browser.post(f"{path}/erase", data={"typed": "x" * 10_000}).status_code == 302
