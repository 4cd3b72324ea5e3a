"""Exports that somebody has forged or damaged: a sentence that says where, and nothing changed."""

import json
import os
import shutil
import zipfile

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.database import db
from helpdesk.errors import HelpdeskError
from helpdesk.operations import exporting
from helpdesk.operations.importing import ours
from helpdesk.operations.importing.ours import reading
from helpdesk.tickets import actions
from tests.operations.exporting.conftest import agree


@pytest.fixture(scope="module")
def whole(tmp_path_factory, desks):
    """A small desk: three people, two tickets, a file, two categories."""
    place = tmp_path_factory.mktemp("whole") / "export"
    with desks.lending() as lend:
        desk = lend()
        alice, bob = desk.user("customer", "Alice Moor"), desk.user("customer", "Bob Lind")
        agent = desk.user("agent", "Ana Gent")
        lamps = desk.category("Lamps")
        desk.category("Desk lamps", lamps)
        desk.ticket(alice, files=[desk.file()])
        desk.reply(agent, desk.ticket(bob, "Another"))
        actions.merge(agent, [desk.ticket(alice, "Twice")], desk.ticket(alice, "Once"))
        exporting.export(place)
    return place


@pytest.fixture
def export(whole, tmp_path):
    copy = tmp_path / "export"
    shutil.copytree(whole, copy)
    return copy


@pytest.fixture
def refused(another):
    """Brings it in, which must fail and leave the desk empty; what was said."""

    def bring(path):
        def empty_still():
            with pytest.raises(HelpdeskError) as said:
                ours.bring_in(path)
            db.session.rollback()
            assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0
            from flask import current_app

            settings = current_app.config["HELPDESK"]
            kept = [*settings.attachments.rglob("*"), *settings.mail.rglob("*")]
            assert not [path for path in kept if path.is_file()]
            return str(said.value)

        return another(empty_still)

    return bring


def change(export, file, line, values):
    """Let one line say something else; the manifest agrees."""
    path = export / file
    lines = path.read_text().split("\n")
    row = json.loads(lines[line - 1])
    row.update(values)
    lines[line - 1] = json.dumps({key: value for key, value in row.items() if value is not ...})
    path.write_text("\n".join(lines))
    agree(export)


LINES = [
    ("users.jsonl", 2, {"id": "2"}, "users.jsonl, line 2: Expected `int`"),
    ("users.jsonl", 2, {"id": 2.5}, "users.jsonl, line 2: Expected `int`"),
    ("users.jsonl", 2, {"id": True}, "users.jsonl, line 2: Expected `int`"),
    ("users.jsonl", 2, {"id": -1}, "users.jsonl, line 2: Expected `int` >= 1"),
    ("users.jsonl", 2, {"id": 10**30}, "users.jsonl, line 2: "),
    ("users.jsonl", 2, {"id": 1}, "users.jsonl, line 2: The lines are not in the order of id."),
    ("users.jsonl", 2, {"email": "alice.moor@shop.example"}, "users.jsonl, line 2: An earlier"),
    ("users.jsonl", 2, {"name": None}, "users.jsonl, line 2: Expected `str`, got `null`"),
    ("users.jsonl", 2, {"name": "a\0b"}, "users.jsonl, line 2: A text has the character NUL"),
    ("users.jsonl", 2, {"name": "\ud800"}, "users.jsonl, line 2: "),
    ("users.jsonl", 2, {"name": "a\nb"}, "users.jsonl, line 2: 'name' has several lines."),
    ("users.jsonl", 2, {"name": ...}, "users.jsonl, line 2: Object missing required field `name`"),
    ("users.jsonl", 2, {"rights": "all"}, "users.jsonl, line 2: Object contains unknown field"),
    ("users.jsonl", 2, {"role": "god"}, "users.jsonl, line 2: Invalid enum value 'god'"),
    ("users.jsonl", 2, {"company_id": 7}, "users.jsonl, line 2: There is no row in companies"),
    ("users.jsonl", 2, {"merged_into_id": 2}, "users.jsonl, line 2: Who follows"),
    ("users.jsonl", 2, {"created_at": "yesterday"}, "users.jsonl, line 2: Invalid RFC3339"),
    ("users.jsonl", 2, {"created_at": "2026-11-26T09:30:00"}, "users.jsonl, line 2: "),
    ("tickets.jsonl", 1, {"requester_id": 99}, "tickets.jsonl, line 1: There is no row in users"),
    ("categories.jsonl", 1, {"parent_id": 2}, "categories.jsonl, line "),
    ("attachments.jsonl", 1, {"stored_name": "../../etc/passwd"}, "files.jsonl, line 1: "),
    ("files.jsonl", 1, {"path": "attachments/../../../etc/passwd"}, "files.jsonl, line 1: This"),
    ("files.jsonl", 1, {"path": "/etc/passwd"}, "files.jsonl, line 1: This is no path"),
    ("files.jsonl", 1, {"size": 3}, "attachments/"),
    ("files.jsonl", 1, {"size": 2**60}, "files.jsonl, line 1: Expected `int` <= "),
    ("files.jsonl", 1, {"sha256": "0" * 64}, "attachments/"),
]


@pytest.mark.parametrize(("name", "line", "values", "said"), LINES)
def test_a_line_that_can_not_be_is_told_by_its_number(export, refused, name, line, values, said):
    change(export, name, line, values)
    assert refused(export).startswith(said)


def test_lines_that_are_no_json_or_nest_too_deep(export, refused):
    (export / "tags.jsonl").write_bytes(b'{"id":1,"name":' + b"[" * 5000 + b"\n")
    agree(export)
    assert refused(export).startswith("tags.jsonl, line 1: ")
    (export / "tags.jsonl").write_bytes(b'{"id":' + b"1" * 5000 + b',"name":"vip"}\n')
    agree(export)
    assert refused(export).startswith("tags.jsonl, line 1: ")


def test_a_line_without_an_end(export, refused):
    (export / "tags.jsonl").write_bytes(b'{"id":1,"name":"vip"}')
    agree(export)
    assert refused(export) == "tags.jsonl, line 1: The line has no end."


def manifest(export, **values):
    path = export / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"format": "zip"}, "manifest.json: This is no export of a help desk."),
        ({"version": 2}, "manifest.json: This export is of a newer program (format 2"),
        ({"revision": "9999"}, "manifest.json: This export is of a newer program"),
        ({"revision": "0000"}, "manifest.json: There is no revision '0000'."),
        ({"secret_key": "short"}, "manifest.json: The secret key must have"),
        ({"secret_key": "one key\nand another of them, long enough"}, "manifest.json: The secret"),
        ({"sequences": {"users": 1}}, "manifest.json: The last id of 'users' can't be 1."),
        ({"sequences": {"sqlite_master": 1}}, "manifest.json: The last id of 'sqlite_master'"),
        ({"sequences": {"users": -1}}, "manifest.json: Expected `int` >= 0"),
        ({"more": 1}, "manifest.json: Object contains unknown field"),
    ],
)
def test_a_manifest_that_can_not_be(export, refused, values, said):
    manifest(export, **values)
    assert refused(export).startswith(said)


def test_a_kind_or_a_column_that_is_not_ours(export, refused):
    found = json.loads((export / "manifest.json").read_text())
    found["kinds"]["tags"]["columns"].append("colour")
    manifest(export, kinds=found["kinds"])
    assert refused(export) == "tags.jsonl: There is no column 'colour' in tags."
    found["kinds"]["robots"] = found["kinds"].pop("tags")
    manifest(export, kinds=found["kinds"])
    assert refused(export) == "manifest.json: There is no kind 'robots'."


def test_an_older_export_without_a_column_that_has_a_default_is_read(export, another):
    found = json.loads((export / "manifest.json").read_text())
    found["kinds"]["users"]["columns"].remove("language")
    manifest(export, kinds=found["kinds"])
    for line in (1, 2, 3):
        change(export, "users.jsonl", line, {"language": ...})
    report = another(lambda: ours.bring_in(export))
    assert report.taken["users"] == 3


def test_what_was_changed_after_the_export_is_noticed(export, refused):
    path = export / "users.jsonl"
    path.write_text(path.read_text().replace("Alice Moor", "Alice Poor"))
    assert refused(export).startswith("users.jsonl: It is not what the manifest says")
    path.unlink()
    assert refused(export) == "users.jsonl: It is missing."


def test_links_and_pipes_are_not_followed(export, refused):
    (export / "users.jsonl").unlink()
    (export / "users.jsonl").symlink_to("/etc/passwd")
    assert refused(export) == "users.jsonl: It is a link, which is not followed."
    (export / "users.jsonl").unlink()
    os.mkfifo(export / "users.jsonl")
    assert refused(export) == "users.jsonl: It is no file."


def test_zips_that_are_none_or_have_a_name_twice(export, refused, tmp_path):
    path = tmp_path / "export.zip"
    path.write_bytes(b"PK no zip at all")
    assert "is neither a folder nor a whole zip" in refused(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("manifest.json", "{}")
    assert refused(path) == "The zip has two members of the same name."


def test_a_zip_that_grows_beyond_all_bounds_is_left_at_once(export, refused, tmp_path, monkeypatch):
    """A member of one letter, packed into nothing, where the manifest says a few."""
    monkeypatch.setattr(reading, "LONGEST_LINE", 1024 * 1024)
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in export.rglob("*"):
            name = str(file.relative_to(export))
            if file.is_file() and name != "tags.jsonl":
                archive.write(file, name)
        with archive.open("tags.jsonl", "w", force_zip64=True) as member:
            for _ in range(5):
                member.write(b"a" * 1024 * 1024)
    assert refused(path) == "tags.jsonl, line 1: The line is too long."


def test_a_desk_that_has_something_is_left_alone(export, desk, alice):
    with pytest.raises(HelpdeskError, match="This desk is not empty: there is something in users"):
        ours.bring_in(export)
    assert db.session.scalars(sa.select(User.name)).all() == ["Alice Moor"]


def test_a_desk_that_is_served_is_left_alone(export, desk):
    from helpdesk.serving import lock_data_folder

    with (
        lock_data_folder(desk.folder),
        pytest.raises(Exception, match="Another help desk is already serving"),
    ):
        ours.bring_in(export)
