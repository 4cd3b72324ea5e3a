"""CSV files of all sorts become tickets."""

from datetime import UTC, datetime

import pytest

from helpdesk.accounts.models import DESK, User
from helpdesk.errors import HelpdeskError
from helpdesk.fields.actions import FieldDraft, add_field
from helpdesk.fields.models import About, FieldKind
from helpdesk.fields.queries import values as filled
from helpdesk.operations.importing import Report, sheets
from helpdesk.operations.importing.sheets import reading
from helpdesk.operations.importing.sheets.mapping import guessed, mapping
from helpdesk.operations.importing.sheets.reading import Sheet
from helpdesk.operations.importing.sheets.values import Values, Wrong
from helpdesk.tickets.models import Category, Message, Ticket

from .conftest import everything

HEADER = "id,subject,message,email,status,created\n"
ROW = "7,Lamp,It is broken.,ana@shop.example,open,2024-01-31T10:00:00Z\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tickets.csv"


@pytest.fixture
def bring(take, path):
    def bring(content, said=(), words=(), formats=(), zone="UTC"):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        sheet, report = Sheet(path), Report()
        columns = mapping(sheet.header, said, None)
        values = Values(zone, formats, words)
        return take(sheets.Requests(sheet, columns, values, report), report)

    return bring


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_sheet_is_read_however_it_is_written(path, encoding, delimiter):
    rows = [["Größe", "b,;c"], ["1\n2", '"x"']]
    cells = "\r\n".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
    )
    path.write_bytes(cells.encode(encoding))
    sheet = Sheet(path)
    assert sheet.header == rows[0]
    assert list(sheet.rows()) == [(2, rows[1])]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ((b"",), "no line with the names"),
        ((b"\n\n",), "no line with the names"),
        ((b'a,b\n1,"open\n', b"x\n", 3_000_000), "From line 2 on .* a quote is not closed"),
        ((b"a,b\n", b"x", 12_000_000), "From line 2 on .* too long"),
    ],
    ids=["empty", "blank", "quote", "line"],
)
def test_what_cant_be_read_is_told(path, content, sentence):
    head, piece, times = (*content, b"", 0)[:3]
    path.write_bytes(head + piece * times)
    with pytest.raises(HelpdeskError, match=sentence):
        list(Sheet(path).rows())


def test_rows_become_tickets_and_what_is_wrong_is_told_with_its_line(bring, path):
    report = bring(
        HEADER
        + ROW
        + "\n8,No date,x,b@shop.example,open,30.02.2024\n"
        + '9,"Two\nlines",x,b@shop.example,parked,\n'
        + "10,Nobody,x,niemand,open,\n"
        + "11,Too many,x,b@shop.example,open,,more\n"
    )
    assert dict(report.taken) == {"tickets": 1, "messages": 1, "customers": 1}
    told = [(where.removeprefix(f"{path}, "), why.split(".")[0]) for where, why in report.left_out]
    assert sorted(told) == [
        ("line 4", "“30"),
        ("line 5", "“parked” is no status"),
        ("line 7", "“niemand” is not an e-mail address"),
        ("line 8", "Its cells are more than the columns: 7, not 6"),
    ]
    [ticket] = everything(Ticket)
    assert (ticket.subject, ticket.created_at.isoformat()) == ("Lamp", "2024-01-31T10:00:00+00:00")
    assert everything(Message)[1].body == "It was #7 in Old desk."


def test_rows_with_one_id_are_messages_of_one_ticket(bring):
    header = "id,subject,message,email,author,side,created\n"
    report = bring(
        header
        + "7,Lamp,Broken,ana@shop.example,,,2024-01-01\n"
        + "7,,Sorry,ana@shop.example,mira@lamps.example,agent,2024-01-02\n"
        + "7,,Sorry,ana@shop.example,mira@lamps.example,agent,2024-01-02\n"
        + "7,,Thanks,ana@shop.example,ana@shop.example,,2024-01-03\n"
    )
    assert (report.taken["tickets"], report.taken["messages"]) == (1, 4)
    words = [(m.body, m.author_kind) for m in everything(Message) if not m.internal]
    assert words == [
        ("Broken", "customer"),
        ("Sorry", "admin"),
        ("Sorry", "admin"),
        ("Thanks", "customer"),
    ]
    mira = next(user for user in everything(User) if user.email == "mira@lamps.example")
    assert (mira.role, mira.is_active, mira.password_hash) == ("agent", False, None)


def test_a_second_time_only_what_is_new_is_taken(bring):
    bring(HEADER + ROW + "8,Shade,x,b@shop.example,open,\n")
    report = bring(
        HEADER + "7,,Any news?,ana@shop.example,open,2024-02-01\n" + ROW + ROW.replace("7", "9", 1)
    )
    assert dict(report.taken) == {"tickets": 1, "messages": 2}
    assert [ticket.message_count for ticket in everything(Ticket)] == [2, 1, 1]


def test_rows_without_an_id_are_known_by_what_they_say(bring):
    content = "subject,email\nLamp,ana@shop.example\nLamp,ana@shop.example\n"
    assert bring(content).taken["tickets"] == 2
    assert dict(bring(content + "Shade,ana@shop.example\n").taken) == {"tickets": 1, "messages": 1}


def test_fields_categories_and_what_has_no_place(bring):
    add_field(DESK, About.TICKET, FieldKind.TEXT, FieldDraft(label="Order number"))
    bring(
        "subject,email,Category,Subcategory,Tags,Order,Colour\n"
        '"Lamp",ana@shop.example,Lamps,Shades,"Red, Blue",A-1,green\n',
        said=["Order=field:Order number"],
    )
    [ticket] = everything(Ticket)
    assert [one.name for one in everything(Category)] == ["Lamps", "Shades"]
    assert (ticket.category.name, ticket.subcategory.name) == ("Lamps", "Shades")
    assert ticket.tag_names == ["blue", "red"]
    assert filled(About.TICKET, [ticket.id])[ticket.id] == {"order_number": "A-1"}
    assert "Colour: green" in everything(Message)[1].body


def test_columns_are_guessed_and_what_is_said_wins():
    header = ["Ticket ID", "Betreff", "E-Mail", "Erstellt am", "Title"]
    assert (
        guessed(header)
        == {
            "Ticket ID": "id",
            "Betreff": "subject",
            "E-Mail": "requester",
            "Erstellt am": "created",
        }
        or guessed(header)["Title"] == "subject"
    )
    said = mapping(header, ["Title=subject", "Betreff=message"], None)
    assert (said["Title"], said["Betreff"]) == ("subject", "message")


@pytest.mark.parametrize(
    "said", ["Nothing=subject", "subject=nonsense", "subject", "=subject", "email=-"]
)
def test_a_mapping_that_makes_no_sense_is_refused(said):
    with pytest.raises(HelpdeskError):
        mapping(["subject", "email"], [said], None)


def test_a_mapping_can_be_a_file(tmp_path):
    file = tmp_path / "map.txt"
    file.write_text("# ours\n\nWhat=subject\nWho = requester\n")
    assert mapping(["What", "Who"], [], file) == {"What": "subject", "Who": "requester"}


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-01-31", datetime(2024, 1, 30, 23, tzinfo=UTC)),
        ("2024-01-31 10:00", datetime(2024, 1, 31, 9, tzinfo=UTC)),
        ("2024-07-31T10:00:00+00:00", datetime(2024, 7, 31, 10, tzinfo=UTC)),
        ("31.07.2024 10:00", datetime(2024, 7, 31, 8, tzinfo=UTC)),
        ("2024/01/31 10:00:30", datetime(2024, 1, 31, 9, 0, 30, tzinfo=UTC)),
        ("Wed, 31 Jan 2024 10:00:00 +0100", datetime(2024, 1, 31, 9, tzinfo=UTC)),
        ("1706695200", datetime(2024, 1, 31, 10, tzinfo=UTC)),
        ("1706695200000", datetime(2024, 1, 31, 10, tzinfo=UTC)),
        ("", None),
    ],
)
def test_dates_in_several_forms(cell, moment):
    assert Values("Europe/Berlin", [], []).moment(cell) == moment


@pytest.mark.parametrize(
    "cell", ["01/02/2024", "yesterday", "0000-00-00", "9999-12-31", "1e9", "99999999999"]
)
def test_dates_that_nobody_can_know_are_wrong(cell):
    with pytest.raises(Wrong):
        Values("UTC", [], []).moment(cell)


def test_dates_as_they_are_said_to_be_written():
    values = Values("UTC", ["%m/%d/%Y"], [])
    assert values.moment("01/02/2024") == datetime(2024, 1, 2, tzinfo=UTC)


def test_words_for_a_status_can_be_said():
    values = Values("UTC", [], ["status:Parked here=pending", "priority:P1=urgent"])
    assert (values.status("parked here"), values.priority("p1")) == ("pending", "urgent")
    for wrong in ("status:x=y", "colour:x=open", "status", "priority:x=open"):
        with pytest.raises(HelpdeskError):
            Values("UTC", [], [wrong])


@pytest.mark.parametrize("zone", ["Nowhere/At all", "../../etc/passwd", "", "\0"])
def test_a_time_zone_that_is_none_is_refused(zone):
    with pytest.raises(HelpdeskError):
        Values(zone, [], [])


def test_cells_of_every_evil_kind_stop_nothing(bring):
    evil = "a\0b\ud800\u202e".encode("utf-8", "surrogatepass")
    row = b'1,"' + evil + b'","' + evil * 20_000 + b'",ana@shop.example,open,\n'
    report = bring(HEADER.encode() + row + b"2," + b"s" * 9_000 + b",m,ana@shop.example,open,\n")
    assert report.taken["tickets"] == 2
    assert reading.LONGEST_CELL > 100_000


def test_who_is_staff_here_stays_so_and_a_customer_a_customer(desk, bring):
    desk.user("admin", email="boss@shop.example")
    desk.user("customer", email="ana@shop.example")
    report = bring(
        "id,subject,email,author,side\n1,Lamp,boss@shop.example,ana@shop.example,agent\n"
    )
    roles = {user.email: user.role for user in everything(User)}
    assert roles == {"boss@shop.example": "admin", "ana@shop.example": "customer"}
    assert "staff there and a customer here" in report.remarks[0]
