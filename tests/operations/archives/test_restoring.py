"""Bringing a desk back: all that it was, nothing that must not happen twice, never half of it."""

import hashlib
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpdesk import clock, create_app
from helpdesk.accounts import links, sessions, tokens
from helpdesk.accounts.models import BrowserSession, LinkPurpose
from helpdesk.audit.models import AuditRow
from helpdesk.database import db, transaction
from helpdesk.errors import HelpdeskError, NotFound
from helpdesk.mail.models import MailKind, OutgoingMail, Sending
from helpdesk.mail.sending import outbox
from helpdesk.operations.archives import proving, restoring, swapping
from helpdesk.operations.archives.making import Wish, make
from helpdesk.operations.archives.restoring import put_back, restore
from helpdesk.operations.migrate import is_current
from helpdesk.privacy.models import Erasure
from helpdesk.serving import ServingError, lock_data_folder
from helpdesk.settings import SettingsError, load_settings
from helpdesk.tickets import actions
from helpdesk.tickets.models import Draft, HeldReply
from tests.operations.archives.conftest import leftovers, tell_nobody

pytestmark = pytest.mark.sqlite  # a backup is a copy of its file; else it says pg_dump


def rows_of(folder, sql):
    # To be written, too: who was killed may have left a journal, which SQLite brings back.
    with closing(sqlite3.connect(f"file:{folder / 'helpdesk.db'}?mode=rw", uri=True)) as database:
        return database.execute(sql).fetchall()


def subjects(folder):
    return [row[0] for row in rows_of(folder, "SELECT subject FROM tickets ORDER BY id")]


def files_of(folder):
    """Every file of the desk with its hash; not its database."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("attachments", "mail")
        for path in (folder / name).rglob("*")
        if path.is_file()
    }


def is_whole(folder):
    """Whether each file that a row names is there as it was."""
    files = files_of(folder)
    for name, sha256 in rows_of(folder, "SELECT stored_name, sha256 FROM attachments"):
        assert files[f"attachments/{name[:2]}/{name[2:4]}/{name}"] == sha256
    for (sha256,) in rows_of(folder, "SELECT sha256 FROM received_mails"):
        assert files[f"mail/{sha256[:2]}/{sha256}.eml"] == sha256
    assert rows_of(folder, "PRAGMA integrity_check") == [("ok",)]
    return True


def in_it(folder, ask):
    """What *ask* says of the desk in *folder*."""
    app = create_app(load_settings(folder, {}), answers=False)
    with app.app_context():
        try:
            return ask()
        finally:
            db.session.remove()
            db.engine.dispose()


def close():
    db.session.remove()
    db.engine.dispose()


@pytest.fixture
def other(tmp_path):
    """A data folder that is not there yet."""
    return tmp_path / "other" / "desk"


def test_all_that_it_was_is_there_again(filled, backup, other):
    done = restore(backup, other, {}, tell_nobody)

    assert done.old is None
    assert subjects(other) == ["A <lamp> & its 'cord'", "Second", "Third"]
    assert files_of(other) == files_of(filled.folder)
    assert is_whole(other)
    assert (other / "secret_key").read_text() == (filled.folder / "secret_key").read_text()
    assert in_it(other, is_current)
    for path in [other, *other.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert leftovers(other) == []


def test_nothing_happens_on_it_that_has_happened(filled, alice, agent, other):
    sessions.open_session(agent, "192.0.2.1", "A browser")
    with transaction():
        reset = links.token_of(links.make(LinkPurpose.RESET, agent))
        invited = links.token_of(links.make(LinkPurpose.INVITE, alice))
        row = OutgoingMail(
            kind=MailKind.ACCOUNT,
            user_id=agent.id,
            recipient=agent.email,
            mail_id="1@shop.example",
            details={},
            created_at=agent.created_at,
        )
        db.session.add(row)
        db.session.flush()
        outbox.enqueue(outbox.JOB, {"id": row.id}, key=str(row.id))
    ticket = filled.ticket(alice, "Held")
    actions.hold_reply(agent, ticket, "Words that were held.", seconds=60)
    token = filled.token(agent)

    done = restore(make(filled.app.config["HELPDESK"]), other, {}, tell_nobody)

    assert (done.calmed.sessions, done.calmed.replies, done.calmed.mails) == (1, 1, 1)
    assert done.calmed.tokens == 1

    def ask():
        assert db.session.scalars(sa.select(BrowserSession)).all() == []
        with pytest.raises(NotFound):
            links.find(reset, LinkPurpose.RESET)
        assert links.find(invited, LinkPurpose.INVITE)
        assert tokens.find(token) is not None
        [mail] = db.session.scalars(sa.select(OutgoingMail))
        assert mail.state is Sending.UNCERTAIN
        assert "It may have been sent since" in mail.said
        assert db.session.scalars(sa.select(HeldReply)).all() == []
        [draft] = db.session.scalars(sa.select(Draft))
        assert (draft.body, draft.choices["why"]) == ("Words that were held.", "restored")
        kinds = sa.select(AuditRow.kind).order_by(AuditRow.id.desc())
        assert db.session.scalars(kinds).first() == "restored"

    in_it(other, ask)


def test_a_desk_is_not_replaced_unless_that_is_said(filled, backup):
    before = files_of(filled.folder)
    close()

    with pytest.raises(HelpdeskError, match="With --replace"):
        restore(backup, filled.folder, {}, tell_nobody)

    assert files_of(filled.folder) == before
    assert leftovers(filled.folder) == []


def test_files_without_a_database_are_a_desk_too(filled, backup):
    close()
    for path in filled.folder.glob("helpdesk.db*"):
        path.unlink()

    with pytest.raises(HelpdeskError, match="With --replace"):
        restore(backup, filled.folder, {}, tell_nobody)


def test_a_folder_with_backups_and_settings_alone_is_empty(backup, other):
    other.mkdir(parents=True)
    (other / "backups").mkdir()
    moved = backup.rename(other / "backups" / backup.name)
    (other / "helpdesk.env").write_text("HELPDESK_PORT=9000\n")

    done = restore(moved, other, {}, tell_nobody)

    assert done.old is None
    assert moved.exists()
    assert load_settings(other, {}).port == 9000


def test_a_folder_of_something_else_is_not_filled(backup, other):
    other.mkdir(parents=True)
    (other / "photo.jpg").write_bytes(b"lamp")

    with pytest.raises(HelpdeskError, match=r"is not empty: it has photo\.jpg"):
        restore(backup, other, {}, tell_nobody)
    assert [path.name for path in other.iterdir() if path.name != "serve.lock"] == ["photo.jpg"]

    restore(backup, other, {}, tell_nobody, replace=True)
    assert (other / "photo.jpg").read_bytes() == b"lamp"


def test_a_new_disk_with_the_backup_on_it_is_empty(backup, other):
    (other / "lost+found").mkdir(parents=True)
    moved = backup.rename(other / backup.name)

    assert restore(moved, other, {}, tell_nobody).old is None


def test_settings_come_back_where_there_are_none(filled, settings, other, tmp_path):
    (filled.folder / "helpdesk.env").write_text("HELPDESK_PORT=9001\n")
    backup = make(settings)

    assert not restore(backup, other, {}, tell_nobody).keeps_settings
    assert load_settings(other, {}).port == 9001

    there = tmp_path / "there"
    there.mkdir()
    (there / "helpdesk.env").write_text("HELPDESK_PORT=9002\n")
    assert restore(backup, there, {}, tell_nobody).keeps_settings
    assert load_settings(there, {}).port == 9002


def test_files_that_settings_name_are_asked_for_and_may_come_later(filled, settings, other):
    token = filled.folder / "metrics.token"
    token.write_text("x" * 20)
    (filled.folder / "helpdesk.env").write_text("HELPDESK_METRICS_TOKEN_FILE=metrics.token\n")
    backup = make(settings)

    assert restore(backup, other, {}, tell_nobody).missing == [str(other / "metrics.token")]
    with pytest.raises(SettingsError, match=r"metrics\.token cannot be read"):
        load_settings(other, {})
    token.rename(other / "metrics.token")
    assert load_settings(other, {}).metrics_token == "x" * 20
    assert restore(backup, other, {}, tell_nobody, replace=True).missing == []


def test_what_the_environment_says_needs_no_file(filled, settings, other):
    (filled.folder / "helpdesk.env").write_text("HELPDESK_METRICS_TOKEN_FILE=metrics.token\n")
    given = {"HELPDESK_METRICS_TOKEN": "x" * 20}

    assert restore(make(settings), other, given, tell_nobody).missing == []


def test_settings_that_name_another_database_reach_none(filled, settings, other, tmp_path):
    """Those of a backup must not lead its proof to the desk that is in use."""
    elsewhere = tmp_path / "elsewhere.db"
    backup = make(settings)
    (filled.folder / "helpdesk.env").write_text(f"DATABASE_URL=sqlite:///{elsewhere}\n")

    restore(backup, other, {}, tell_nobody)
    with pytest.raises(HelpdeskError, match="DATABASE_URL"):
        restore(backup, filled.folder, {}, tell_nobody, replace=True)

    assert not elsewhere.exists()


def test_what_is_replaced_is_kept_and_can_be_put_back(filled, alice, backup):
    filled.ticket(alice, "Since then", files=[filled.file(content=b"since")])
    close()
    before = files_of(filled.folder)

    done = restore(backup, filled.folder, {}, tell_nobody, replace=True)

    assert subjects(filled.folder) == ["A <lamp> & its 'cord'", "Second", "Third"]
    assert is_whole(filled.folder)
    assert subjects(done.old)[-1] == "Since then"
    assert files_of(done.old) == before

    now = put_back(done.old, filled.folder, {})

    assert subjects(filled.folder)[-1] == "Since then"
    assert files_of(filled.folder) == before
    assert is_whole(filled.folder)
    assert not done.old.exists()
    assert len(subjects(now)) == 3


def test_who_was_erased_since_is_told(filled, admin, bob, backup, other):
    with transaction():
        db.session.add(
            Erasure(user_id=bob.id, asked_by_id=admin.id, asked_at=clock.now(), counts={})
        )
    close()

    assert restore(backup, filled.folder, {}, tell_nobody, replace=True).erased == [bob.id]
    assert restore(backup, other, {}, tell_nobody).erased == []


@pytest.mark.parametrize("log", ["helpdesk.db-wal", "helpdesk.db-journal"])
def test_a_damaged_desk_can_be_replaced(filled, backup, log):
    close()
    (filled.folder / "helpdesk.db").write_bytes(b"lamps" * 5000)
    (filled.folder / log).write_bytes(b"log")

    done = restore(backup, filled.folder, {}, tell_nobody, replace=True)

    assert (done.old / "helpdesk.db").read_bytes() == b"lamps" * 5000
    assert (done.old / log).read_bytes() == b"log"
    assert not (filled.folder / log).exists()
    assert is_whole(filled.folder)

    put_back(done.old, filled.folder, {})

    assert (filled.folder / log).read_bytes() == b"log"


def test_a_desk_that_is_served_is_left_alone(filled, backup):
    close()

    with (
        lock_data_folder(filled.folder),
        pytest.raises(ServingError, match="already serving"),
    ):
        restore(backup, filled.folder, {}, tell_nobody, replace=True)


def test_a_desk_that_a_command_uses_is_left_alone(filled, backup):
    db.session.execute(sa.text("SELECT count(*) FROM tickets"))

    with pytest.raises(HelpdeskError, match="Another program is using"):
        restore(backup, filled.folder, {}, tell_nobody, replace=True)

    assert len(subjects(filled.folder)) == 3
    assert leftovers(filled.folder) == []


def test_only_what_a_restore_replaced_is_put_back(filled, tmp_path):
    close()
    for folder in (tmp_path, filled.folder / "attachments", filled.folder):
        with pytest.raises(HelpdeskError, match="is not what a restore has replaced"):
            put_back(folder, filled.folder, {})
    empty = filled.folder / "replaced-20260101T000000Z"
    empty.mkdir()
    with pytest.raises(HelpdeskError, match="no database"):
        put_back(empty, filled.folder, {})


def test_a_backup_of_the_database_alone_leaves_the_files(filled, settings, alice):
    backup = make(settings, wish=Wish(has_files=False, is_compressed=False))
    filled.ticket(alice, "Since then")
    close()
    before = files_of(filled.folder)

    restore(backup, filled.folder, {}, tell_nobody, replace=True)

    assert files_of(filled.folder) == before
    assert is_whole(filled.folder)
    assert len(subjects(filled.folder)) == 3


class Killed(BaseException):
    """The process is dead: nothing that comes after it is done."""


def test_killed_at_any_step_it_is_the_old_desk_or_the_new(filled, alice, backup, monkeypatch):
    """Each of its steps in turn is the last one; the next command goes on, or all is as it was."""
    filled.ticket(alice, "Since then", files=[filled.file(content=b"since")])
    close()
    monkeypatch.setattr(restoring, "calm", lambda *_: None)  # others look at that
    real, left = swapping._move, []
    steps = {name: getattr(Path, name) for name in ("rename", "mkdir", "unlink")}

    def counted(name):
        def taken(*args, **options):
            if left:
                if left[0] == 0:
                    raise Killed
                left[0] -= 1
            return steps[name](*args, **options)

        return taken

    for name in steps:
        monkeypatch.setattr(Path, name, counted(name))

    def is_killed_at(step):
        def move(data):
            left[:] = [step]
            try:
                real(data)
            finally:
                left.clear()

        monkeypatch.setattr(swapping, "_move", move)
        try:
            restore(backup, filled.folder, {}, tell_nobody, replace=True)
        except Killed:
            return True
        finally:
            monkeypatch.setattr(swapping, "_move", real)
        return False

    step, before = 0, 4
    while is_killed_at(step):
        swapping.go_on(filled.folder)
        assert is_whole(filled.folder)
        assert len(subjects(filled.folder)) == 3
        assert not (filled.folder / swapping.NEW).exists()
        newest = max(filled.folder.glob("replaced-*"), key=lambda path: path.stat().st_ctime_ns)
        assert len(subjects(newest)) == before
        step, before = step + 1, 3
    assert step > 5


def test_nobody_reads_a_desk_before_it_is_whole(filled, backup, monkeypatch):
    close()

    def killed(_data):
        raise Killed

    monkeypatch.setattr(swapping, "_move", killed)
    with pytest.raises(Killed):
        restore(backup, filled.folder, {}, tell_nobody, replace=True)
    monkeypatch.undo()

    with (
        lock_data_folder(filled.folder),
        pytest.raises(HelpdeskError, match="is being restored"),
    ):
        swapping.go_on(filled.folder)
    swapping.go_on(filled.folder)

    assert is_whole(filled.folder)
    assert not swapping.is_under_way(filled.folder)


def test_a_disk_that_is_full_amid_it_leaves_the_old_desk(filled, backup, small_disk, monkeypatch):
    monkeypatch.setattr(proving, "require_room", lambda *_: None)
    size = (filled.folder / "helpdesk.db").stat().st_size
    with small_disk(size // 2) as folder:
        with pytest.raises((OSError, HelpdeskError)):
            restore(backup, folder, {}, tell_nobody)
        assert [path.name for path in folder.iterdir()] == ["serve.lock"]
        (folder / "serve.lock").unlink()


def test_a_disk_of_its_own_is_not_moved(filled, backup, monkeypatch):
    close()
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "attachments")

    with pytest.raises(HelpdeskError, match="a disk of its own"):
        restore(backup, filled.folder, {}, tell_nobody, replace=True)

    assert len(subjects(filled.folder)) == 3
