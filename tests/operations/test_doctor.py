"""The doctor: each thing that can be wrong is found, and nothing is touched."""

import json
import os
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.database import db, transaction
from helpdesk.files import store
from helpdesk.i18n import speaking
from helpdesk.jobs import enqueue
from helpdesk.jobs.models import State
from helpdesk.operations import doctor
from helpdesk.operations.doctor import folder, programs, server, soundness
from helpdesk.operations.migrate import revisions
from helpdesk.tickets import actions
from helpdesk.tickets.models import Attachment
from tests import postgresql, rclone
from tests.databases import ask

OF_THE_DATABASE = ("SQLite", "foreign keys", "schema")
if postgresql.is_asked_for():
    OF_THE_DATABASE = ("PostgreSQL", "indexes", "tables")


@pytest.fixture(autouse=True)
def durable(monkeypatch):
    """PostgreSQL of the tests is quick instead (test_postgresql.py has what is said of it)."""
    monkeypatch.setattr(server, "_DURABLE", ())


def examined(folder, **environ):
    return {finding.name: finding for finding in doctor.examine(folder, environ)}


def test_a_desk_that_is_well_has_only_good_lines(desk, admin, alice):
    desk.ticket(alice, files=[desk.file()])

    report = examined(desk.folder)

    fine = {"place of files"} if rclone.is_asked_for() else set()  # the tests' has no TLS: told
    assert [one for one in report.values() if one.level != "ok" and one.name not in fine] == []
    assert {"python", "attachments", *OF_THE_DATABASE} < set(report)


def test_nothing_is_made_where_there_is_no_desk(tmp_path):
    report = examined(tmp_path / "none")

    assert report["data folder"].level == "error"
    assert not (tmp_path / "none").exists()


def test_nothing_is_made_in_an_empty_folder(tmp_path):
    tmp_path.chmod(0o700)

    report = examined(tmp_path)

    assert report["database"].level == "error"
    assert report["secret key"].level == "error"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.sqlite  # there the schema stays from test to test: test_postgresql.py
def test_an_older_database_is_a_warning_and_not_migrated(desk, monkeypatch):
    monkeypatch.setattr(soundness, "revisions", lambda: [*revisions(), "9999"])

    report = examined(desk.folder)

    assert report["schema"].level == "warning"
    assert "attachments" not in report


@pytest.mark.sqlite  # there the schema stays from test to test: test_postgresql.py
def test_a_newer_database_is_an_error(desk):
    ask(desk.folder, "UPDATE alembic_version SET version_num = '9999'")

    assert "newer program" in examined(desk.folder)["schema"].sentence


@pytest.mark.sqlite  # its file is damaged
def test_a_damaged_database_is_an_error(desk, admin):
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.session.remove()
    db.engine.dispose()
    path = desk.folder / "helpdesk.db"
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 12] = os.urandom(4096 * 9)
    path.write_bytes(content)

    assert examined(desk.folder)["database"].level == "error"


@pytest.mark.sqlite  # its file is damaged
def test_damage_that_no_query_meets_is_found_too(desk, admin):
    db.session.remove()
    db.engine.dispose()
    path = desk.folder / "helpdesk.db"
    content = bytearray(path.read_bytes())
    content[36:40] = (5).to_bytes(4, "big")  # the header's number of free pages
    path.write_bytes(content)

    found = examined(desk.folder)["database"]

    assert (found.level, "damaged" in found.sentence) == ("error", True)


@pytest.mark.sqlite  # its file
def test_a_file_that_is_no_database_is_an_error(desk):
    db.session.remove()
    db.engine.dispose()
    (desk.folder / "helpdesk.db").write_bytes(b"not a database " * 500)

    assert examined(desk.folder)["database"].level == "error"


@pytest.mark.sqlite  # PostgreSQL takes no such row, whoever writes it
def test_a_row_that_names_another_that_is_not_there_is_an_error(desk, alice):
    desk.ticket(alice)
    ask(desk.folder, "UPDATE tickets SET category_id = 77")

    found = examined(desk.folder)["foreign keys"]

    assert (found.level, "tickets" in found.sentence) == ("error", True)


def test_a_missing_file_and_a_cut_one_are_errors(desk, alice):
    desk.ticket(alice, files=[desk.file("a.png"), desk.file("b.png"), desk.file("c.png")])
    gone, cut, _ = db.session.scalars(sa.select(Attachment).order_by(Attachment.id)).all()
    store().delete(gone.stored_name)
    name = cut.stored_name
    os.truncate(desk.files / "attachments" / name[:2] / name[2:4] / name, 5)

    found = examined(desk.folder)["attachments"]

    assert found.level == "error"
    assert "(3): 1; of another size: 1 (attachments 1, 2)" in found.sentence


def test_uploads_that_wait_are_counted(desk, alice):
    actions.upload(alice, desk.file())

    assert examined(desk.folder)["uploads"].sentence.endswith(": 1.")


def test_a_folder_that_others_can_read_is_an_error(desk):
    desk.folder.chmod(0o755)
    assert examined(desk.folder)["data folder"].level == "error"

    desk.folder.chmod(0o700)
    (desk.folder / "secret_key").chmod(0o644)
    found = examined(desk.folder)["data folder"]
    assert (found.level, "secret_key" in found.sentence) == ("warning", True)


def test_a_desk_without_an_admin_is_warned_of(desk):
    assert examined(desk.folder)["admin"].level == "warning"


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("https://help.shop.example", "ok"),
        ("http://localhost:8000", "ok"),
        ("http://help.shop.example", "warning"),
    ],
)
def test_passwords_in_the_clear_are_warned_of(desk, url, level):
    assert examined(desk.folder, HELPDESK_BASE_URL=url)["base url"].level == level


def test_a_secret_key_that_can_be_guessed_is_warned_of(desk):
    found = examined(desk.folder, HELPDESK_SECRET_KEY="secretsecretsecretsecretsecretsecret")

    assert found["secret key"].level == "warning"


def test_a_setting_that_is_wrong_is_an_error(desk):
    found = examined(desk.folder, HELPDESK_PROT="1")

    assert found["settings"].level == "error"


@pytest.mark.parametrize(
    ("version", "level"),
    [("3.40.1", "error"), ("3.43.0", "warning"), ("3.51.2", "warning"), ("3.51.3", "ok")],
)
def test_what_older_sqlites_lack_is_known(version, level):
    assert programs.sqlite_is(version).level == level


@pytest.mark.parametrize(
    ("free", "level"), [(10 * 1024**3, "ok"), (500 * 1024**2, "warning"), (10 * 1024**2, "error")]
)
def test_a_disk_that_fills_up_is_told_of(desk, monkeypatch, free, level):
    usage = SimpleNamespace(free=free)
    monkeypatch.setattr(folder, "shutil", SimpleNamespace(disk_usage=lambda _path: usage))
    assert folder.space(desk.folder, 0).level == level


def test_a_disk_without_room_for_a_backup_is_told_of(desk):
    found = folder.space(desk.folder, 10**15)
    assert found.level == "warning"
    assert "of 931322.6 GB" in str(found.sentence)
    with speaking("de"):
        assert "931322,6 GB" in str(found.sentence)


@pytest.mark.sqlite  # its pragmas; what PostgreSQL has is in test_postgresql.py
def test_connections_that_are_not_durable_are_an_error(desk, monkeypatch):
    monkeypatch.setattr("helpdesk.database.engine.PRAGMAS", ("PRAGMA synchronous=OFF",))

    found = examined(desk.folder)["connections"]

    assert (found.level, "synchronous is 0" in found.sentence) == ("error", True)


def test_looking_changes_nothing_in_the_folder(desk, admin, alice):
    desk.ticket(alice, files=[desk.file()])
    db.session.remove()
    db.engine.dispose()

    def looked_at():
        files = (path for path in desk.folder.rglob("*") if path.is_file())
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = looked_at()
    examined(desk.folder)

    assert looked_at() == before


def test_a_desk_can_be_looked_at_while_it_is_used(desk, admin, alice):
    with transaction():
        desk.ticket(alice)
        assert not doctor.has_errors(examined(desk.folder).values())


def test_the_command_prints_a_line_each_and_its_status_says_whether_all_is_well(desk, admin, capfd):
    from helpdesk.cli import program

    def status(*words):
        with pytest.raises(SystemExit) as end:
            program.main(["--data", str(desk.folder), "doctor", *words])
        return end.value.code

    assert status() == 0
    lines = capfd.readouterr().out.splitlines()
    assert all(line.startswith(("ok       ", "warning  ", "error    ")) for line in lines)
    assert any(line.startswith(f"ok       {OF_THE_DATABASE[-1]}: ") for line in lines)
    desk.folder.chmod(0o755)
    assert status("--json") == 1
    report = json.loads(capfd.readouterr().out)
    assert report["ok"] is False
    assert {"level", "name", "sentence", "group", "command", "fixed"} == set(report["checks"][0])


def a_job(**columns):
    with transaction():
        job = enqueue("housekeeping", key="one")
        for name, value in columns.items():
            setattr(job, name, value)


def test_failed_jobs_are_a_warning(desk):
    assert examined(desk.folder)["jobs"][:3] == ("ok", "jobs", "Waiting: 0; failed: 0.")
    a_job(state=State.FAILED, finished_at=clock.now())
    finding = examined(desk.folder)["jobs"]
    assert finding.level == "warning"
    assert finding.sentence.startswith("Waiting: 0; failed: 1.")


def test_a_job_that_nobody_does_is_a_warning(desk, travel):
    a_job()
    travel(minutes=14)
    assert examined(desk.folder)["jobs"][:3] == ("ok", "jobs", "Waiting: 1; failed: 0.")
    travel(minutes=16)
    finding = examined(desk.folder)["jobs"]
    assert finding.level == "warning"
    assert "is there a worker?" in finding.sentence
