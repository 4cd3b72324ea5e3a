"""A desk is really broken, in each way that the doctor knows, and mended where it promises to."""

import os
import time
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.factors.rules import Whom, require_of
from helpdesk.accounts.models import DESK
from helpdesk.audit.models import AuditRow
from helpdesk.database import db, sqlite_driver, transaction
from helpdesk.jobs import enqueue
from helpdesk.jobs.models import Job, State
from helpdesk.mail import raw
from helpdesk.mail.models import Mailbox, Outcome, ReceivedMail, Source
from helpdesk.operations import doctor
from helpdesk.operations.doctor import folder, programs, server, soundness
from helpdesk.shop.actions import set_hours
from helpdesk.shop.models import office_hours
from helpdesk.tickets import actions
from helpdesk.tickets.models import Attachment
from tests import postgresql
from tests.databases import ask

DAYS = 3 * 24 * 3600  # seconds
MAIL = b"From: ana@shop.example\r\nSubject: Lamps\r\n\r\nIt is broken.\r\n"


@pytest.fixture(autouse=True)
def durable(monkeypatch):
    """PostgreSQL of the tests is quick instead (test_postgresql.py has what is said of it)."""
    monkeypatch.setattr(server, "_DURABLE", ())


def examined(desk, environ=None, **options):
    db.session.rollback()
    return {one.name: one for one in doctor.examine(desk.folder, environ or {}, **options)}


def levels(desk, environ=None, **options):
    return {name: one.level for name, one in examined(desk, environ, **options).items()}


def sql(desk, *statements):
    """Say *statements* to the database behind the desk's back."""
    ask(desk.folder, *statements)


@pytest.fixture
def filled(desk, admin, alice):
    for number in range(3):
        desk.ticket(alice, f"Lamp {number}", "It flickers", files=[desk.file()])
    return desk


BREAKS = {
    "counts": ("UPDATE tickets_by_all SET number = number + 1",),
    "messages of tickets": ("UPDATE tickets SET message_count = 7, file_count = 9 WHERE id = 2",),
    "search": ("DELETE FROM search_documents WHERE slot = 1",),
    "names": ("DELETE FROM user_parts WHERE rowid = 1",),
    "tables": (
        "DROP TRIGGER tickets_counted_update",
        "DROP INDEX ix_jobs_due",
        "DROP TRIGGER audit_no_update",
        "CREATE TRIGGER audit_no_update BEFORE DELETE ON audit BEGIN SELECT 1; END",
    ),
}
if postgresql.is_asked_for():  # in its words
    BREAKS |= {
        "names": ("DELETE FROM user_parts WHERE id = 1",),
        "tables": (
            "DROP TRIGGER tickets_counted_update ON tickets",
            "DROP INDEX ix_jobs_due",
            "DROP TRIGGER audit_no_update ON audit",
            "CREATE TRIGGER audit_no_update BEFORE DELETE ON audit FOR EACH ROW"
            " WHEN (OLD.id < 0) EXECUTE FUNCTION audit_no_update()",
        ),
    }


@pytest.mark.parametrize("name", BREAKS)
def test_rows_that_are_wrong_are_mended_once(filled, name):
    sql(filled, *BREAKS[name])
    before = examined(filled)[name]
    assert before.level == "error"
    assert before.command.startswith("helpdesk ")

    after = examined(filled, fixes=True)
    assert after[name].level == "ok"
    assert after[name].fixed
    assert not doctor.has_errors(after.values())
    row = db.session.scalar(sa.select(AuditRow).where(AuditRow.kind == "mended"))
    assert name in row.details

    again = examined(filled, fixes=True)
    assert [one.name for one in again.values() if one.fixed] == []
    assert db.session.scalar(sa.select(sa.func.count()).where(AuditRow.kind == "mended")) == 1


@pytest.mark.sqlite  # asks the file for its version
def test_a_desk_that_is_well_is_not_touched(filled):
    driver = sqlite_driver()
    with closing(driver.connect(filled.folder / "helpdesk.db", isolation_level=None)) as other:
        before = other.execute("PRAGMA data_version").fetchone()
        assert not any(one.fixed for one in examined(filled, fixes=True).values())
        assert other.execute("PRAGMA data_version").fetchone() == before


def test_a_folder_that_is_open_is_closed(filled):
    filled.folder.chmod(0o755)
    (filled.folder / "secret_key").chmod(0o644)
    (filled.folder / "attachments").chmod(0o755)

    assert levels(filled, fixes=True)["data folder"] == "ok"
    for path in (filled.folder, filled.folder / "secret_key", filled.folder / "attachments"):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.folder  # what others may read of a bucket its service says
def test_what_is_deep_inside_is_seen_by_a_deep_look(filled):
    [path] = list((filled.folder / "attachments").glob("??/??/*"))[:1]
    path.chmod(0o644)

    assert levels(filled)["data folder"] == "ok"
    assert levels(filled, is_deep=True)["data folder"] == "warning"


def old(path, content=b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    ago = time.time() - DAYS
    os.utime(path, (ago, ago))
    return path


@pytest.mark.folder  # a bucket has an object whole or not at all
def test_what_crashes_left_is_removed_and_nothing_else(filled):
    data = filled.folder
    left = [
        old(data / "attachments/incoming" / f"{'a' * 32}.part"),
        old(data / "mail/ab" / f"{'b' * 32}.part"),
        old(data / "secret_key.0123456789abcdef"),
        old(data / "backups/.0123456789abcdef.proof"),
    ]
    aside = old(data / ".helpdesk-restore-0123456789abcdef" / "lock").parent
    os.utime(aside, (time.time() - DAYS,) * 2)
    fresh = data / "attachments/incoming" / f"{'c' * 32}.part"
    fresh.write_bytes(b"still coming")
    fresh.chmod(0o600)
    stray = old(data / "attachments/aa/bb" / f"aabb{'0' * 28}")

    found = examined(filled)
    assert found["leftovers"].level == "warning"
    assert found["leftovers"].sentence.endswith(": 5.")
    assert found["strays"].level == "warning"

    found = examined(filled, fixes=True)
    assert found["leftovers"].level == "ok"
    assert not any(path.exists() for path in [*left, aside])
    assert fresh.exists() and stray.exists()


def test_files_whose_content_has_changed_are_found_by_a_deep_look(filled):
    stored, size = db.session.execute(sa.select(Attachment.stored_name, Attachment.size)).first()
    path = filled.files / "attachments" / stored[:2] / stored[2:4] / stored
    path.write_bytes(b"?" * size)

    assert "contents of attachments" not in examined(filled)
    found = examined(filled, is_deep=True)
    assert found["attachments"].level == "ok"
    assert found["contents of attachments"].level == "error"
    assert "attachments 1 (1 in all)" in found["contents of attachments"].sentence


def a_mail(desk, content=MAIL, **columns):
    kept = raw.keep(content)
    values = {"source": Source.PIPE, "arrived_at": clock.now(), "outcome": Outcome.IGNORED}
    with transaction():
        db.session.add(
            ReceivedMail(sha256=kept.sha256, size=kept.size, **values | columns),
        )
    return desk.files / "mail" / kept.sha256[:2] / f"{kept.sha256}.eml"


def test_a_mail_that_is_gone_is_an_error_and_a_damaged_one_too(filled):
    path = a_mail(filled)
    assert levels(filled, is_deep=True)["contents of mails"] == "ok"
    path.write_bytes(MAIL.swapcase())
    found = levels(filled, is_deep=True)
    assert (found["raw mail"], found["contents of mails"]) == ("ok", "error")
    path.write_bytes(b"")
    assert levels(filled)["raw mail"] == "error"
    path.unlink()
    assert "all mails (1): 1;" in examined(filled)["raw mail"].sentence


def test_mails_that_nobody_files_are_warned_of(filled, travel):
    a_mail(filled, outcome=Outcome.WAITING)
    assert levels(filled)["incoming mail"] == "ok"
    travel(hours=3)
    assert levels(filled)["incoming mail"] == "warning"


def test_mails_that_wait_for_a_person_are_warned_of(filled):
    a_mail(filled, outcome=Outcome.HELD)
    assert levels(filled)["incoming mail"] == "warning"


def test_only_a_deep_look_asks_the_server_of_a_mailbox(filled):
    with transaction():
        mailbox = Mailbox(name="support", address="support@shop.example", created_at=clock.now())
        mailbox.imap_host, mailbox.imap_port, mailbox.imap_user = "127.0.0.1", 1, "support"
        db.session.add(mailbox)
    assert "ledger support" not in examined(filled)
    found = examined(filled, is_deep=True)["ledger support"]
    assert (found.level, "connections" in found.sentence) == ("warning", True)


def test_uploads_that_nobody_sweeps_are_warned_of_and_stay(filled, alice, travel):
    actions.upload(alice, filled.file())
    assert levels(filled)["uploads"] == "ok"
    travel(days=3)
    assert levels(filled, fixes=True)["uploads"] == "warning"
    assert examined(filled)["uploads"].sentence.startswith(
        "Uploads that wait for their message: 1, "
    )


def test_a_job_whose_worker_died_waits_again(filled):
    with transaction():
        job = enqueue("housekeeping", key="one")
        job.state, job.attempts, job.lease = State.RUNNING, 1, "gone.1"
        job.leased_until = clock.now() - timedelta(hours=1)
    assert levels(filled)["stuck jobs"] == "warning"
    assert levels(filled, fixes=True)["stuck jobs"] == "ok"
    db.session.rollback()
    assert db.session.scalar(sa.select(Job.state).where(Job.key == "one")) is State.WAITING


def test_a_job_that_killed_its_process_too_often_is_not_tried_again(filled):
    with transaction():
        job = enqueue("backup.make", key="one")
        job.state, job.attempts, job.lease = State.RUNNING, 99, "gone.1"
        job.leased_until = clock.now() - timedelta(hours=1)
    levels(filled, fixes=True)
    db.session.rollback()
    assert db.session.scalar(sa.select(Job.state).where(Job.key == "one")) is State.FAILED


def test_a_clock_that_was_ahead_is_warned_of(filled):
    ahead = int((clock.now() + timedelta(days=2)).timestamp())
    sql(filled, f"UPDATE messages SET created_at = {ahead} WHERE id = 3")
    found = examined(filled)["clock"]
    assert (found.level, "messages" in found.sentence) == ("warning", True)


def test_a_clock_that_stands_at_the_beginning_of_time_is_an_error(filled, travel):
    travel(days=-365 * 30)
    assert levels(filled)["clock"] == "error"


def test_a_time_zone_that_nobody_knows_is_an_error(filled):
    set_hours(DESK, time_zone="Europe/Berlin", business_hours=office_hours())
    assert levels(filled)["time zone"] == "ok"
    sql(filled, "UPDATE shop SET time_zone = 'Mars/Olympus'")
    assert levels(filled)["time zone"] == "error"


def test_a_second_step_that_is_wanted_and_no_admin_has_is_warned_of(filled, admin):
    require_of(admin, Whom.STAFF)
    assert levels(filled)["second step"] == "warning"


def test_the_demo_in_a_desk_for_others_is_warned_of(filled):
    filled.user(email="agent@demo.example")
    assert levels(filled)["demo data"] == "ok"
    public = {"HELPDESK_BASE_URL": "https://help.shop.example"}
    assert levels(filled, public)["demo data"] == "warning"


@pytest.mark.parametrize(
    ("environ", "name", "level"),
    [
        ({"HELPDESK_HOST": "0.0.0.0"}, "base url", "warning"),
        ({"HELPDESK_BASE_URL": "https://a.example"}, "proxy", "warning"),
        ({"HELPDESK_TRUSTED_PROXIES": "127.0.0.1"}, "proxy", "warning"),
        ({"HELPDESK_TRUSTED_PROXIES": "0.0.0.0/0"}, "proxy", "error"),
        (
            {"HELPDESK_TRUSTED_PROXIES": "10.0.0.1", "HELPDESK_BASE_URL": "https://a.example"},
            "proxy",
            "warning",
        ),
        (
            {"HELPDESK_TRUSTED_PROXIES": "127.0.0.1", "HELPDESK_BASE_URL": "https://a.example"},
            "proxy",
            "ok",
        ),
        ({"HELPDESK_IMAP_URL": "imaps://a:b@mail.example"}, "mail settings", "warning"),
        ({"HELPDESK_MAIL_FROM": "a@shop.example"}, "mail settings", "warning"),
        ({"HELPDESK_SMTP_URL": "smtps://a:b@mail.example"}, "mail settings", "warning"),
        (
            {
                "HELPDESK_SMTP_URL": "smtp://a:b@mail.example",
                "HELPDESK_MAIL_FROM": "a@shop.example",
            },
            "mail settings",
            "warning",
        ),
        (
            {
                "HELPDESK_SMTP_URL": "smtps://a:b@mail.example",
                "HELPDESK_MAIL_FROM": "a@shop.example",
            },
            "mail settings",
            "ok",
        ),
    ],
)
def test_settings_that_contradict_are_told(filled, environ, name, level):
    assert levels(filled, environ)[name] == level


def test_names_that_nobody_reads_are_told(filled):
    (filled.folder / "helpdesk.env").write_text("HELPDSK_PORT=80\n")
    assert "HELPDSK_PORT" in examined(filled)["names of settings"].sentence


def test_a_secret_in_a_file_for_all_is_told(filled, tmp_path):
    key = tmp_path / "key"
    key.write_text("k8uGm2LqZs9x_Tf4Wc7Rb1Nv6Yp3Hd5J")
    key.chmod(0o644)
    environ = {"HELPDESK_SECRET_KEY_FILE": str(key)}
    assert levels(filled, environ)["secret files"] == "warning"
    key.chmod(0o600)
    assert levels(filled, environ)["secret files"] == "ok"


def test_a_file_of_another_user_is_told(filled):
    try:
        os.chown(filled.folder / "secret_key", 12345, -1)
    except PermissionError:
        pytest.skip("only root can give files away")
    found = examined(filled)["owner"]
    assert (found.level, "secret_key" in found.sentence) == ("error", True)


def test_a_disk_of_another_machine_is_an_error(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nnas:/desk {tmp_path.parent} nfs4 rw 0 0\n")
    assert folder._file_system(tmp_path, mounts) == "nfs4"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\n")
    assert folder._file_system(tmp_path, mounts) == "ext4"


def test_a_desk_that_was_put_aside_is_told(filled):
    (filled.folder / "replaced-20261126T081500Z").mkdir(mode=0o700)
    assert levels(filled)["replaced desks"] == "warning"


def test_a_restore_that_was_interrupted_is_one_sentence(filled):
    (filled.folder / ".restoring").mkdir(mode=0o700)
    found = examined(filled)
    assert found["restore"].level == "error"
    assert "database" not in found


def test_a_package_that_is_too_old_is_an_error(filled, monkeypatch):
    monkeypatch.setattr(programs, "_needed", lambda: ["flask>=99.0", "nobody-has-this>=1"])
    found = examined(filled)["packages"]
    assert found.level == "error"
    assert "flask" in found.sentence and "nobody-has-this" in found.sentence


def test_an_sqlite_without_full_text_search_is_an_error():
    assert programs.sqlite_is("3.53.0", lacks="FTS5").level == "error"


# Databases that can't be looked into.


@pytest.mark.sqlite  # there the schema stays from test to test: test_postgresql.py
def test_a_desk_of_other_migrations_is_one_sentence(filled):
    db.session.remove()
    db.engine.dispose()
    sql(filled, "ALTER TABLE shop RENAME COLUMN time_zone TO zone", "DROP TABLE macros")
    found = examined(filled)
    assert found["tables"].level == "error"
    assert "shop.time_zone, macros" in found["tables"].sentence
    assert "attachments" not in found


def test_a_database_of_two_programs_is_an_error(filled):
    assert soundness.revision_is(["0003", "0007"], ["0007"]).level == "error"


@pytest.mark.sqlite  # its file
def test_a_database_of_something_else_is_an_error(filled):
    db.session.remove()
    db.engine.dispose()
    for path in filled.folder.glob("helpdesk.db*"):
        path.unlink()
    sql(filled, "CREATE TABLE songs (id INTEGER PRIMARY KEY)")
    assert "not one of a help desk" in examined(filled)["schema"].sentence


@pytest.mark.sqlite  # there nobody can lock all of it
def test_a_database_that_somebody_locks_is_a_sentence(filled, monkeypatch):
    monkeypatch.setattr(doctor, "BUSY_TIMEOUT_MS", 50)
    db.session.remove()
    db.engine.dispose()
    driver = sqlite_driver()
    path = filled.folder / "helpdesk.db"
    with closing(driver.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("DELETE FROM stamps WHERE 0")
        found = examined(filled)["database"]
    assert (found.level, "locked" in found.sentence) == ("error", True)


@pytest.mark.sqlite  # its journal
def test_another_journal_is_put_right(filled):
    db.session.remove()
    db.engine.dispose()
    sql(filled, "PRAGMA journal_mode=DELETE")
    assert levels(filled)["database"] == "warning"
    sql(filled, "PRAGMA journal_mode=DELETE")
    assert levels(filled, fixes=True)["database"] == "ok"


def test_a_check_that_crashes_is_a_line_and_the_others_go_on(filled, monkeypatch):
    def crash(*_):
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr("helpdesk.operations.doctor.counts.wrong_tables", crash)
    found = examined(filled, fixes=True)
    assert found["counts"][:3] == ("error", "counts", "This could not be checked: oh.")
    assert "It could not be mended" in found["counts"].fixed
    assert found["audit trail"].level == "ok"
    assert found["clock"].level == "ok"


def test_the_command_mends_and_says_so(filled, capfd):
    from helpdesk.cli import program

    sql(filled, *BREAKS["counts"])
    with pytest.raises(SystemExit) as end:
        program.main(["--data", str(filled.folder), "doctor", "--fix", "--deep"])
    out = capfd.readouterr().out
    assert end.value.code == 0
    assert "Done: All tickets are counted anew (tickets_by_all were wrong)." in out
