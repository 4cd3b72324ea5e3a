"""Zendesk's exports become tickets, however the files lie."""

import json

import pytest

from helpdesk.accounts.models import User
from helpdesk.errors import HelpdeskError
from helpdesk.operations.importing import Report, zendesk
from helpdesk.people.models import Company
from helpdesk.tickets.models import Attachment, Message, Ticket
from tests.desk import PNG

from .conftest import everything

ANA = {
    "id": 11,
    "name": "Ana Möller",
    "email": "Ana@Moor.example",
    "role": "end-user",
    "organization_id": 31,
    "created_at": "2020-01-01T09:00:00Z",
}
MIRA = {"id": 12, "name": "Mira Lind", "email": "mira@lamps.example", "role": "admin"}
BERT = {"id": 13, "name": "Bert", "email": None, "role": "end-user"}
MOOR = {"id": 31, "name": "Moor & Sons", "domain_names": ["moor.example", "gmail.com"]}
FIELD = {
    "id": 41,
    "title": "Colour",
    "type": "tagger",
    "custom_field_options": [{"name": "Dark green", "value": "green"}],
}
COMMENTS = [
    {
        "id": 101,
        "type": "Comment",
        "author_id": 11,
        "body": "My lamp is **broken**",
        "html_body": "<div class='zd-comment'><p>My lamp is <b>broken</b></p></div>",
        "plain_body": "My lamp is broken",
        "public": True,
        "attachments": [
            {
                "id": 501,
                "file_name": "lamp.png",
                "content_url": "https://x.zendesk.com/attachments/token/abc/?name=lamp.png",
            }
        ],
        "created_at": "2020-03-01T10:00:00Z",
    },
    {
        "id": 102,
        "author_id": 12,
        "plain_body": "We send another.",
        "public": True,
        "attachments": [],
        "created_at": "2020-03-01T11:00:00Z",
    },
    {
        "id": 103,
        "author_id": 12,
        "body": "Two left.",
        "public": False,
        "created_at": "2020-03-01T11:05:00Z",
    },
]
TICKET = {
    "id": 7,
    "subject": "Broken lamp",
    "description": "My lamp is broken",
    "status": "solved",
    "priority": "high",
    "type": "problem",
    "requester_id": 11,
    "assignee_id": 12,
    "tags": ["lamp", "A Tag"],
    "custom_fields": [{"id": 41, "value": "green"}, {"id": 42, "value": ["a", "b"]}],
    "collaborator_ids": [13, 12],
    "satisfaction_rating": {"score": "good"},
    "via": {"channel": "email"},
    "created_at": "2020-03-01T10:00:00Z",
    "updated_at": "2020-03-02T10:00:00Z",
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    return folder


@pytest.fixture
def bring(take, folder):
    def bring(path=None, files=None):
        report = Report()
        with zendesk.read(path or folder, report, files=files) as requests:
            return take(requests, report)

    return bring


def write(folder, name, *objects, lines=True):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "\n".join(map(json.dumps, objects)) if lines else json.dumps(objects[0], indent=2)
    )


def by_lines(folder):
    write(folder, "tickets.json", TICKET | {"comments": COMMENTS})
    write(folder, "users.json", ANA, MIRA, BERT)
    write(folder, "organizations.json", MOOR)
    write(folder, "ticket_fields.json", {"ticket_fields": [FIELD]})


def by_pages(folder):
    write(folder, "t/1.json", {"tickets": [TICKET], "users": [ANA], "count": 1}, lines=False)
    write(folder, "t/2.json", {"users": [MIRA, BERT], "organizations": [MOOR]}, lines=False)
    write(folder, "comments/ticket-7.json", {"comments": COMMENTS[:2]}, lines=False)
    write(folder, "comments/7/2.json", {"comments": COMMENTS[1:]}, lines=False)
    write(folder, "fields.json", {"ticket_field": FIELD}, lines=False)


def by_events(folder):
    events = [
        {
            "ticket_id": 7,
            "updater_id": one["author_id"],
            "created_at": one["created_at"],
            "child_events": [{"event_type": "Comment", **one}, {"event_type": "Change"}],
        }
        for one in COMMENTS
    ]
    by_lines(folder)
    write(folder, "tickets.json", TICKET)
    write(folder, "events.json", {"ticket_events": events}, lines=False)


@pytest.mark.parametrize("lay", [by_lines, by_pages, by_events], ids=lambda lay: lay.__name__)
def test_a_ticket_comes_with_its_words_and_people(bring, folder, lay):
    lay(folder)
    report = bring()
    [ticket] = everything(Ticket)
    assert (ticket.subject, ticket.status, ticket.priority) == ("Broken lamp", "resolved", "high")
    assert (ticket.requester.email, ticket.assignee.name) == ("ana@moor.example", "Mira Lind")
    assert ticket.tag_names == ["a tag", "lamp"]
    assert ticket.resolved_at.isoformat() == "2020-03-02T10:00:00+00:00"
    words = [
        (m.author and m.author.name, m.author_kind, m.internal, m.body) for m in everything(Message)
    ]
    assert words[0] == ("Ana Möller", "customer", False, "My lamp is broken")
    assert words[1][2:] == (
        True,
        "It was #7 in Old desk.\nType: problem\nCame by: email\nColour: Dark green\nField 42: a, b",
    )
    assert words[2] == ("Mira Lind", "admin", False, "We send another.")
    assert words[3] == ("Mira Lind", "admin", True, "Two left.")
    [company] = everything(Company)
    assert [one.domain for one in company.domains] == ["moor.example"]
    assert "Satisfaction ratings are not taken." in report.remarks
    assert dict(bring().taken) == {}


def test_staff_are_agents_who_cant_sign_in_yet(bring, folder):
    by_lines(folder)
    bring()
    [mira] = [user for user in everything(User) if user.is_staff]
    assert (mira.role, mira.is_active) == ("agent", False)


def test_who_has_no_address_is_told_and_can_be_written_to_by_nobody(bring, folder):
    by_lines(folder)
    report = bring()
    bert = next(user for user in everything(User) if user.name == "Bert")
    assert (bert.email, bert.is_active) == ("13@old.invalid", False)
    assert any("Bert" in one.where for one in report.left_out)


@pytest.mark.parametrize("name", ["lamp.png", "501/lamp.png"])
def test_files_are_taken_from_a_folder(bring, folder, tmp_path, name):
    by_lines(folder)
    path = tmp_path / "files" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(PNG)
    bring(files=tmp_path / "files")
    assert [one.file_name for one in everything(Attachment)] == ["lamp.png"]


def test_files_that_are_not_there_are_told(bring, folder):
    by_lines(folder)
    report = bring()
    assert any(one.where.endswith(", file lamp.png") for one in report.left_out)


def test_people_may_stand_in_the_ticket_alone(bring, folder):
    whole = {"requester": ANA, "assignee": MIRA, "submitter": ANA, "comments": COMMENTS}
    write(folder, "tickets.json", TICKET | whole)
    bring()
    kinds = [(m.author_kind, m.author.name) for m in everything(Message) if m.author]
    assert kinds[0] == ("customer", "Ana Möller")
    assert kinds[1] == ("admin", "Mira Lind")


def test_a_ticket_without_comments_has_its_description(bring, folder):
    write(folder, "all.json", {"tickets": [TICKET], "users": [ANA]})
    report = bring(folder / "all.json")
    assert everything(Message)[0].body == "My lamp is broken"
    assert "without their comments" in report.remarks[-1]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[" * 100_000,
        b'"text"',
        b"null\n[1, 2, [3]]\n{}",
        b'{"id": "7", "requester_id": 1}',
        b'{"id": 1e999, "requester_id": 1}\n{"id": ' + b"9" * 5000 + b"}",
        b'{"tickets": [1, null, {"id": true}, {"id": 99999999999999999999}]}',
        b'{"comments": [{"id": 1, "author_id": 2, "body": "of nothing"}]}',
        b'{"ticket_events": [{"ticket_id": 7, "child_events": [{"event_type": "Comment", "id": '
        + b"9" * 30
        + b"}]}]}",
        b"\xff\xfe\x00",
    ],
)
def test_what_makes_no_sense_is_told_and_stops_nothing(bring, folder, content):
    (folder / "tickets.json").write_bytes(content)
    write(folder, "users.json", ANA)
    assert bring().taken == {}


def test_what_has_nothing_of_zendesk_fails(bring, folder):
    (folder / "tickets.json").write_bytes(b"[" * 100_000)
    with pytest.raises(HelpdeskError, match=r"tickets\.json: It is no JSON, or too long"):
        bring(folder / "tickets.json")


def test_values_of_the_wrong_type_stop_nothing(bring, folder):
    odd: dict = {name: {"a": ["b"]} for name in TICKET}
    odd |= {"id": 9, "comments": [1, {}, {"id": []}]}
    write(folder, "tickets.json", odd, TICKET | {"id": 8, "subject": "\ud800\0" + "x" * 9000})
    write(folder, "users.json", ANA | {"name": ["x"], "created_at": "9999-12-31"})
    report = bring()
    assert report.taken["tickets"] == 2
    assert [one.where for one in report.left_out] == ["(unknown), without an address"]


@pytest.mark.parametrize("name", ["../passwd", "/etc/passwd", "a\0b", "\ud800", "", ".", ".."])
def test_names_of_files_lead_nowhere(bring, folder, tmp_path, name):
    files = [{"id": 501, "file_name": name}]
    write(folder, "tickets.json", TICKET | {"comments": [COMMENTS[0] | {"attachments": files}]})
    write(folder, "users.json", ANA)
    report = bring(files=folder)
    assert (report.taken["tickets"], everything(Attachment)) == (1, [])


def test_links_and_pipes_are_not_followed(bring, folder):
    (folder / "tickets.json").symlink_to("/etc/passwd")
    report = bring()
    assert [one.why for one in report.left_out] == ["It is no file."]
