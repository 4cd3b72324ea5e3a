"""Erasing a person: their words are nowhere any more, not in one byte that the desk keeps."""

from contextlib import closing

import pytest
import sqlalchemy as sa

from helpdesk import audit, jobs
from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import DESK, Role, User
from helpdesk.audit.models import AuditRow
from helpdesk.database import Base, db, sqlite_driver, transaction
from helpdesk.errors import Invalid, NotAllowed, WrongState
from helpdesk.events import Event
from helpdesk.files import bucket, store
from helpdesk.mail.models import ReceivedMail
from helpdesk.operations.doctor import counts, words
from helpdesk.people import actions as people
from helpdesk.people.actions import Details
from helpdesk.privacy import archives, erasing, scrubbing, whose
from helpdesk.privacy.models import Erasure
from helpdesk.privacy.queries import erasure_of
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Attachment, Message, Tag, Ticket
from tests import postgresql
from tests.mail.letters import answer_to, letter, post

EMAIL = "zephyrine.quillfeather@mail.example"
NAME = "Zephyrine Quillfeather"
PHONE = "+44 7700 900461"
# Each is in one thing of theirs, and in nothing else: whatever is left of it is found by that.
WORDS = (
    *("zephyrine", "quillfeather", "7700 900461", "7700900461"),
    *("wombatlamp", "grumbleshade", "flickerbulb", "marmaladefuse", "crankswitch"),
    *("puddlecable", "thimbleglow", "snorkelplug", "bramblewatt", "tumbleglass"),
    *("gossamerspark", "pickledwire", "dandelamp", "wobblesocket"),
)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture
def zephyrine(desk):
    return desk.user("customer", NAME, EMAIL)


def run_jobs(desk):
    """Run what is due, while the test itself reads nothing: who reads would be waited for."""
    db.session.rollback()
    jobs.run_due(desk.app)


def erase(desk, admin, user):
    erasure = erasing.erase(admin, user, user.email)
    run_jobs(desk)
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Erasure, erasure.id)


def left_in(desk):
    """Where one of the words is still, in any case, in any byte that the desk keeps."""
    places = kept_by(desk)
    return [(name, word) for name, content in places for word in WORDS if has(content, word)]


def kept_by(desk):
    """Every file of its folder and of its bucket, and every row that PostgreSQL has."""
    for path in desk.folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes().lower()
    if (far := bucket()) is not None:
        for folder in ("attachments", "mail", "personal"):
            yield from ((one.key, far.read(one.key).lower()) for one in far.listed(folder))
    if postgresql.is_asked_for():
        database = db.engine.url.database
        for (table,) in postgresql.rows(database, TABLES):
            for (row,) in postgresql.rows(database, f"SELECT one::text FROM {table} one"):
                yield table, row.lower().encode()


def has(content, word):
    return word.encode() in content or word.encode().hex().encode() in content  # bytes in a row


def test_not_a_byte_of_them_is_left(desk, admin, agent, alice, zephyrine, field):
    field("Phone", about="customer")
    people.update_person(agent, zephyrine, Details(fields={"phone": PHONE}))
    people.add_note(agent, zephyrine, "Likes the wombatlamp")
    people.add_note(agent, alice, f"A friend of {NAME.upper()}, phone {PHONE}")
    field("Order")
    tag_me = actions.Changes(tags=["vip"])
    ticket = desk.ticket(
        zephyrine,
        "Broken grumbleshade",
        "The flickerbulb is broken.",
        files=[desk.file("marmaladefuse.png", b"crankswitch" * 500)],
    )
    actions.update(agent, ticket, tag_me)
    actions.update(agent, ticket, actions.Changes(subject="Still the grumbleshade"))
    desk.reply(agent, ticket, "Dear Zephyrine, is it the puddlecable?")
    desk.note(agent, ticket, "Her thimbleglow again", [desk.file("note.txt", b"snorkelplug")])
    actions.save_draft(agent, ticket, "The bramblewatt, perhaps")
    actions.hold_reply(agent, ticket, "Held for the dandelamp", seconds=600)
    others = desk.ticket(alice, "Of Alice", f"I know {EMAIL.upper()} and {NAME}.")
    actions.follow(agent, others, zephyrine)
    mailed = post(desk, letter("The tumbleglass is broken.", from_=f"{NAME} <{EMAIL}>"))
    post(desk, letter("And the gossamerspark.", from_=EMAIL, **answer_to(mailed.ticket_id)))
    hers = post(desk, letter("Of Alice", from_=alice.email))
    actions.follow(agent, queries.get(DESK, hers.ticket_id), zephyrine)
    post(desk, letter("pickledwire on hers", from_=EMAIL, **answer_to(hers.ticket_id)))
    desk.api(agent).post(
        f"/support-ticket/{ticket.id}",
        json={"message": "To wobblesocket"},
        headers={"Idempotency-Key": "k1"},
    )
    archives.ask_for_copy(admin, zephyrine, with_notes=True)
    jobs.run_due(desk.app)
    assert {word for _name, word in left_in(desk)} >= set(WORDS) - {
        "dandelamp",
        "7700900461",
    }

    receipt = erase(desk, admin, zephyrine)

    assert left_in(desk) == []
    assert receipt.finished_at is not None and receipt.sought is None
    assert receipt.counts["tickets"] == 2
    if not postgresql.is_asked_for():  # whose files are its own
        assert receipt.counts["traces"] == 0
    assert receipt.counts["files"] == 2 and receipt.counts["archives"] == 1
    assert "friend of [erased], phone [erased]" in db.session.scalar(
        sa.text("SELECT body FROM customer_notes")
    )
    assert queries.get(DESK, others.id).description == "I know [erased] and [erased]."
    for check in (words.index, counts.counts, words.names):
        assert check()[0] == "ok", check()


def test_tickets_are_still_counted_and_shown(desk, admin, agent, zephyrine):
    ticket = desk.ticket(zephyrine, files=[desk.file()])
    desk.reply(agent, ticket)
    before = queries.count(agent, queries.Filters())
    erase(desk, admin, zephyrine)
    ticket = desk.fresh(ticket)
    assert (ticket.subject, ticket.description, ticket.last_words) == ("Erased",) * 3
    assert (ticket.message_count, ticket.file_count) == (2, 0)
    assert queries.count(agent, queries.Filters()) == before == 1
    browser = desk.browser(agent)
    for path in (
        "/desk/views/open",
        f"/desk/tickets/{ticket.id}",
        f"/desk/customers/{zephyrine.id}",
    ):
        assert browser.get(path).status_code == 200, path
    api = desk.api(agent)
    assert api.get(f"/support-ticket/{ticket.id}").status_code == 200
    assert api.get("/support-ticket/ticket-logs").status_code == 200


def test_nothing_of_what_is_blank_can_be_undone_into_words(desk, admin, agent, zephyrine, alice):
    ticket = desk.ticket(zephyrine, "Broken grumbleshade")
    changes = actions.Changes(subject="Another grumbleshade", tags=["vip"])
    actions.update(agent, ticket, changes)
    actions.merge(agent, [desk.ticket(zephyrine, "Twice")], ticket)
    batches = set(db.session.scalars(sa.select(Event.batch).where(Event.ticket_id == ticket.id)))
    erase(desk, admin, zephyrine)
    browser = desk.browser(agent)
    for batch in batches - {None}:
        answer = browser.post(f"/desk/undo/{batch}")
        assert answer.status_code < 500
    assert desk.fresh(ticket).subject == "Erased"
    assert browser.get(f"/desk/tickets/{ticket.id}").status_code == 200


def test_nobody_else_loses_a_word(desk, admin, agent, alice, zephyrine):
    desk.user("customer", "Bo", "ana@mail.example")
    juliana = desk.user("customer", "Juliana Reis", "juliana@mail.example")
    ana = desk.user("customer", "Ana Solis", "ana@mail.example.org")
    ticket = desk.ticket(juliana, "Mine", "I am juliana@mail.example, not ana@mail.example.org")
    erase(desk, admin, accounts.by_email("ana@mail.example"))
    assert desk.fresh(ticket).description == ("I am juliana@mail.example, not ana@mail.example.org")
    assert (juliana.email, ana.name) == ("juliana@mail.example", "Ana Solis")


def test_a_name_that_two_have_stays_where_it_stands(desk, admin, zephyrine, alice):
    desk.user("customer", NAME.lower(), "other@mail.example")
    ticket = desk.ticket(alice, "Mine", f"Ask {NAME}, {EMAIL}")
    erase(desk, admin, zephyrine)
    assert desk.fresh(ticket).description == f"Ask {NAME}, [erased]"


def test_they_are_out_at_once(desk, admin, zephyrine):
    token, browser = desk.token(zephyrine), desk.browser(zephyrine)
    assert browser.get("/tickets").status_code == 200
    erasing.erase(admin, zephyrine, EMAIL)
    assert browser.get("/tickets").status_code == 302
    assert (
        desk.api()
        .get("/customer-support-ticket", headers={"Authorization": f"Bearer {token}"})
        .status_code
        == 401
    )
    assert zephyrine.name == "Erased person" and not zephyrine.is_active


def test_accounts_that_were_merged_into_them_go_too(desk, admin, agent, zephyrine):
    other = desk.user("customer", "Zeph Quillfeather", "zeph@quillfeather.example")
    people.merge(agent, zephyrine, other)
    with pytest.raises(WrongState):
        erasing.erase(admin, other, other.email)
    erase(desk, admin, zephyrine)
    assert db.session.get_one(User, other.id).name == "Erased person"
    assert "quillfeather" not in str(db.session.execute(sa.text("SELECT * FROM users")).all())


def test_who_may_and_whom(desk, admin, agent, zephyrine):
    for actor in (agent, zephyrine):
        with pytest.raises(NotAllowed):
            erasing.erase(actor, zephyrine, EMAIL)
    with pytest.raises(Invalid):
        erasing.erase(admin, zephyrine, "somebody@else.example")
    with pytest.raises(WrongState):
        erasing.erase(admin, admin, admin.email)
    erase(desk, admin, zephyrine)
    with pytest.raises(WrongState):
        erasing.erase(admin, zephyrine, zephyrine.email)


def test_words_of_staff_stay_when_one_of_them_goes(desk, admin, agent, alice):
    ticket = desk.ticket(alice)
    desk.reply(agent, ticket, "Regards, Ana Gent")
    erase(desk, admin, agent)
    assert desk.fresh(ticket).message_count == 2
    said = db.session.scalars(sa.select(Message.body).order_by(Message.id)).all()
    assert said[-1] == "Regards, [erased]"


def test_the_trail_says_that_it_was_done_and_not_who_it_was(desk, admin, zephyrine):
    erase(desk, admin, zephyrine)
    [row] = db.session.scalars(
        sa.select(AuditRow).where(AuditRow.kind == str(audit.Kind.ERASED))
    ).all()
    assert (row.actor_id, row.subject_id) == (admin.id, zephyrine.id)
    assert "quillfeather" not in row.details


def test_a_job_that_is_stopped_goes_on_where_it_was(desk, admin, zephyrine, monkeypatch):
    for number in range(3):
        desk.ticket(zephyrine, f"grumbleshade {number}", files=[desk.file()])
    monkeypatch.setattr(erasing, "_TICKETS", 1)
    real, calls = erasing._remove, []

    def dies_once(names, hashes):
        calls.append(names)
        if len(calls) == 2:
            raise OSError("the power is gone")
        return real(names, hashes)

    monkeypatch.setattr(erasing, "_remove", dies_once)
    erasure = erasing.erase(admin, zephyrine, EMAIL)
    jobs.run_due(desk.app)
    db.session.expire_all()
    assert db.session.get_one(Erasure, erasure.id).finished_at is None
    id_ = erasure.id
    db.session.rollback()
    erasing._run(desk.app, {"erasure_id": id_})
    db.session.rollback()
    db.session.expire_all()
    receipt = db.session.get_one(Erasure, id_)
    assert receipt.finished_at is not None
    assert {one.subject for one in db.session.scalars(sa.select(Ticket))} == {"Erased"}
    assert left_in(desk) == []


def test_one_that_is_stopped_before_its_end_still_ends(desk, admin, zephyrine, monkeypatch):
    desk.ticket(zephyrine, "grumbleshade")
    real = erasing.scrubbing.scrub

    def dies():
        raise OSError("the power is gone")

    monkeypatch.setattr(erasing.scrubbing, "scrub", dies)
    id_ = erasing.erase(admin, zephyrine, EMAIL).id
    jobs.run_due(desk.app)
    db.session.rollback()
    monkeypatch.setattr(erasing.scrubbing, "scrub", real)
    erasing._run(desk.app, {"erasure_id": id_})
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get_one(Erasure, id_).finished_at is not None
    assert left_in(desk) == []


@pytest.mark.sqlite  # its file is written anew
def test_what_another_process_writes_meanwhile_is_kept(desk, alice, monkeypatch):
    path, real, calls = desk.folder / "helpdesk.db", scrubbing._version, []

    def version(connection):
        found = real(connection)
        calls.append(found)
        if len(calls) == 1:  # right after it was looked at
            with closing(sqlite_driver().connect(path)) as other:
                other.execute("INSERT INTO tags (name) VALUES ('meanwhile')")
                other.commit()
        return found

    db.session.rollback()
    monkeypatch.setattr(scrubbing, "_version", version)
    assert not scrubbing._vacuum(path)
    assert scrubbing._vacuum(path)
    assert db.session.scalar(sa.select(Tag.name)) == "meanwhile"
    assert db.session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    assert not list(desk.folder.glob("*.anew"))


@pytest.mark.sqlite  # its file is written anew
def test_who_reads_meanwhile_reads_on(desk, alice):
    desk.ticket(alice)
    with closing(sqlite_driver().connect(desk.folder / "helpdesk.db")) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM tickets").fetchone()
        db.session.rollback()
        assert scrubbing._vacuum(desk.folder / "helpdesk.db")
        desk.ticket(alice, "After")
        assert reader.execute("SELECT count(*) FROM tickets").fetchone() == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 2


def test_events_can_not_be_changed_by_anything_else(desk, alice):
    desk.ticket(alice)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction():
        db.session.execute(sa.update(Event).values(after=None))


def test_it_is_said_of_every_column_that_names_a_user():
    naming = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "users" for key in column.foreign_keys)
    }
    assert naming == whose.COLUMNS.keys(), "say in privacy/whose.py what becomes of its rows"


def test_the_receipt_is_found_by_the_account(desk, admin, zephyrine):
    assert erasure_of(zephyrine.id) is None
    erase(desk, admin, zephyrine)
    assert erasure_of(zephyrine.id).asked_by.id == admin.id
    assert db.session.scalars(sa.select(Attachment)).all() == []
    assert zephyrine.role is Role.CUSTOMER
    assert db.session.scalars(sa.select(ReceivedMail)).all() == []
    assert list(store().names()) == []
