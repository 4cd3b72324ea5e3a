"""osTicket and FreeScout: their dumps become tickets."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.database import db
from helpdesk.errors import HelpdeskError
from helpdesk.files import store
from helpdesk.mail.models import OutgoingMail
from helpdesk.notices.models import Notice
from helpdesk.operations.importing import Report, dumps
from helpdesk.people.models import Company
from helpdesk.tickets.models import Attachment, Follower, Message, Place, Ticket
from tests.desk import PNG

from .conftest import everything

HERE = Path(__file__).parent / "dumps"


@pytest.fixture
def bring(take):
    def bring(format, files=None, path=None):
        report = Report()
        path = path or HERE / f"{format}.sql"
        with dumps.read(format, path, report, files=files, zone="UTC") as requests:
            return take(requests, report)

    return bring


def said(ticket):
    return [
        (m.author.name if m.author else None, m.author_kind, m.internal, m.body)
        for m in everything(Message)
        if m.ticket_id == ticket.id and not m.body.startswith("It was #")
    ]


@pytest.mark.parametrize("format", ["osticket", "freescout"])
def test_its_tickets_come_with_their_words_and_people(bring, format):
    bring(format)
    lamp, back, *_more = everything(Ticket)
    assert (lamp.subject, lamp.requester.email) == ("Broken lamp", "ana@moor.example")
    assert lamp.created_at.isoformat() == "2020-03-01T10:00:00+00:00"
    words = said(lamp)
    assert words[0][:3] == ("Ana Möller", "customer", False)
    assert words[0][3].startswith("My lamp is broken; it's in two")
    assert words[1][:3] == ("Mira Lind", "admin", False)
    assert "💡" in words[1][3]
    assert words[2][:3] == ("Mira Lind", "admin", True)
    assert len(words) == 3  # no drafts, no old versions, nothing that has no words
    assert (back.status in ("resolved", "closed"), back.resolved_at.day) == (True, 4)
    assert back.assignee.name == "Mira Lind"
    assert [one.name for one in everything(Company)] == ["Moor & Sons"]
    followers = [one.user.email for one in db.session.scalars(sa.select(Follower))]
    assert followers == ["bert@shop.example"]


@pytest.mark.parametrize("format", ["osticket", "freescout"])
def test_staff_can_do_nothing_before_an_admin_lets_them_in(bring, format):
    report = bring(format)
    [mira] = [user for user in everything(User) if user.is_staff]
    assert (mira.role, mira.is_active, mira.password_hash) == ("agent", False, None)
    assert "can't sign in" in report.remarks[-1]
    assert "Assignee: Mira Lind" in next(
        m.body for m in everything(Message) if m.body.startswith("It was #")
    )


@pytest.mark.parametrize("format", ["osticket", "freescout"])
def test_nobody_is_told(desk, bring, format):
    desk.user("agent")
    bring(format)
    assert everything(OutgoingMail) == everything(Notice) == []


@pytest.mark.parametrize("format", ["osticket", "freescout"])
def test_a_second_time_nothing_is_doubled(bring, format):
    first = bring(format)
    second = bring(format)
    assert dict(second.taken) == {}
    assert second.known["tickets"] == first.taken["tickets"] == 3


def test_osticket_priorities_topics_forms_and_what_was_never_public(bring):
    bring("osticket")
    lamp, _back, call = everything(Ticket)
    assert (lamp.priority, lamp.status) == ("high", "pending")
    assert (lamp.category.name, lamp.subcategory.name) == ("Lamps", "Shades")
    note = next(m for m in everything(Message) if m.ticket_id == lamp.id and not m.author_id)
    assert "Order number: L-4711\nColour: Green" in note.body
    # Its requester never knew of it, and does not learn of it now.
    assert (call.requester.name, call.message_count) == ("Mira Lind", 0)


def test_osticket_files_are_in_the_dump_or_beside_it(bring, tmp_path):
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "zB2").write_bytes(b"stock")
    report = bring("osticket", tmp_path)
    rows = everything(Attachment)
    files = [(one.file_name, store().open(one.stored_name).read()) for one in rows]
    assert files == [("lamp.png", PNG), ("in-the-folder.txt", b"stock")]
    [(_where, why)] = [one for one in report.left_out if "passwd" in one.where]
    assert why == "Its name leads out of the folder."


def test_freescout_files_tags_and_spam(bring, tmp_path):
    (tmp_path / "1" / "2").mkdir(parents=True)
    (tmp_path / "1" / "2" / "lamp.png").write_bytes(PNG)
    (tmp_path / "1" / "3").symlink_to("/etc")
    report = bring("freescout", tmp_path)
    assert [one.file_name for one in everything(Attachment)] == ["lamp.png"]
    told = [why for where, why in report.left_out if "file" in where]
    assert told == ["Its name leads out of the folder."] * 2
    lamp, _back, spam = everything(Ticket)
    assert lamp.tag_names == ["urgent!"]
    assert (spam.place, spam.subject) == (Place.SPAM, "WIN")


@pytest.mark.parametrize("format", ["osticket", "freescout"])
def test_a_dump_that_is_cut_off_is_told_and_nothing_is_taken(bring, format, tmp_path):
    whole = (HERE / f"{format}.sql").read_bytes()
    path = tmp_path / "cut.sql"
    path.write_bytes(whole[: whole.rindex(b"'")])
    with pytest.raises(HelpdeskError):
        bring(format, path=path)
    assert everything(Ticket) == []


def test_ids_and_dates_that_make_no_sense_stop_nothing(bring, tmp_path):
    raw = (HERE / "osticket.sql").read_text("utf-8", "surrogateescape")
    raw = raw.replace("'2020-03-01 10:00:00'", "'0000-00-00 00:00:00'")
    raw = raw.replace("(102,101,11,1,0,", "(101,101,11,1,0,")  # a number twice
    raw = raw.replace("(2,0,2,0,", "(77,0,2,0,")  # nobody has it any more
    path = tmp_path / "odd.sql"
    path.write_text(raw, "utf-8", "surrogateescape")
    report = bring("osticket", path=path)
    assert report.taken["tickets"] == 2
    assert any(user.email.endswith(".invalid") for user in everything(User))
