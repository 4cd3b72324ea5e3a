"""Making a backup: what is in it, whoever writes or removes meanwhile, and what it never leaves."""

import gzip
import hashlib
import json
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import DESK, User
from helpdesk.database import db, transaction
from helpdesk.errors import HelpdeskError
from helpdesk.files import store
from helpdesk.jobs import Later
from helpdesk.mail import forgetting
from helpdesk.mail.models import Outcome, ReceivedMail
from helpdesk.operations import housekeeping
from helpdesk.operations.archives import aside, layout, making
from helpdesk.operations.archives.examining import examine
from helpdesk.operations.archives.making import Wish, make
from helpdesk.operations.archives.proving import stage, verify
from helpdesk.operations.archives.reading import Backup
from helpdesk.settings import load_settings
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Attachment, Place
from tests.operations.archives.conftest import MAIL, leftovers, names_in, tell_nobody

pytestmark = pytest.mark.sqlite  # a backup is a copy of its file; else it says pg_dump


def test_it_is_a_tar_that_other_programs_can_read(settings, backup, tmp_path):
    with tarfile.open(backup) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
        for member in manifest["members"]:
            content = tar.extractfile(member["name"]).read()
            assert len(content) == member["size"]
            assert hashlib.sha256(content).hexdigest() == member["sha256"]
        database = gzip.decompress(tar.extractfile("helpdesk.db.gz").read())
    (tmp_path / "copy.db").write_bytes(database)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM tickets").fetchone() == (3,)
    assert manifest["tables"]["tickets"] == 3
    assert len(database) == manifest["database"]["size"]


def test_it_has_every_file_of_the_desk(settings, backup):
    names = names_in(backup)

    assert len([name for name in names if name.startswith("attachments/")]) == 2
    assert [n for n in names if n.startswith("mail/")] == [
        f"mail/{hashlib.sha256(MAIL).hexdigest()[:2]}/{hashlib.sha256(MAIL).hexdigest()}.eml"
    ]
    assert "secret_key" in names
    assert names[-1] == "manifest.json"


def test_only_its_owner_can_read_it(settings, backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert leftovers(settings.data) == []


def test_it_proves_itself(backup):
    proof = verify(backup, tell_nobody)

    assert [(check.name, check.level) for check in proof.checks if check.level != "ok"] == []
    assert proof.ok
    assert "TKT1, TKT2, TKT3" in proof.checks[-1].sentence
    assert leftovers(backup.parent) == []


def content_of(backup, folder):
    """The backup unpacked, and what was odd about it."""
    with backup.open("rb") as file:
        archive = Backup(file)
        folder.mkdir()
        stage(archive, folder / "desk", tell_nobody)
        return [c.sentence for c in examine(folder / "desk", archive.manifest) if c.level != "ok"]


def test_whoever_writes_meanwhile_it_is_of_one_moment(filled, alice, settings, tmp_path):
    over, errors = threading.Event(), []
    customer = alice.id

    def write():
        number = 0
        while not over.is_set():
            with filled.app.app_context():
                try:
                    user = db.session.get_one(User, customer)
                    number += 1
                    filled.ticket(
                        user, f"Lamp {number}", files=[filled.file(content=b"%d" % number)]
                    )
                except Exception as error:
                    errors.append(error)
                    return

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        made = [make(settings) for _ in range(3)]
    finally:
        over.set()
        for thread in threads:
            thread.join()

    assert errors == []
    for number, backup in enumerate(made):
        assert content_of(backup, tmp_path / str(number)) == []


def first_file():
    return db.session.scalar(sa.select(Attachment.stored_name).order_by(Attachment.id))


def test_a_file_that_is_removed_meanwhile_is_in_it_and_goes_later(
    filled, settings, tmp_path, travel
):
    name = first_file()

    def remove(what, _done, _all):
        if what == "files" and first_file() == name:
            ticket = queries.get(DESK, 1)
            actions.place(DESK, ticket, Place.BIN)
            actions.purge(DESK, ticket)
            housekeeping.drop_nameless_files()

    backup = make(settings, wish=Wish(tell=remove))

    assert content_of(backup, tmp_path / "unpacked") == []
    assert store().size(name) is not None
    travel(days=2)
    housekeeping.drop_nameless_files()
    assert store().size(name) is None


def test_a_mail_that_is_forgotten_meanwhile_is_in_it_and_goes_later(filled, settings, tmp_path):
    with transaction():
        row = db.session.scalars(sa.select(ReceivedMail)).one()
        row.outcome, sha256 = Outcome.TICKET, row.sha256
    tried = []

    def forget(what, _done, _all):
        if what == "files" and not tried:
            with pytest.raises(Later) as told:
                forgetting.forget({})
            tried.append(told.value.reason)

    backup = make(settings, wish=Wish(tell=forget))

    assert tried == ["A backup is being made."]
    assert content_of(backup, tmp_path / "unpacked") == []
    forgetting.forget({})
    assert not (settings.data / layout.mail(sha256)).exists()


def test_two_at_once_are_both_whole(settings, tmp_path):
    made = []
    threads = [threading.Thread(target=lambda: made.append(make(settings))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 2
    for number, backup in enumerate(made):
        assert content_of(backup, tmp_path / str(number)) == []


def test_it_goes_where_it_is_told_to(settings, tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()

    assert make(settings, folder).parent == folder
    assert make(settings, folder / "lamps.tar") == folder / "lamps.tar"


def test_it_replaces_nothing(settings, tmp_path):
    target = tmp_path / "precious.tar"
    target.write_text("precious")

    with pytest.raises(HelpdeskError, match="is there already"):
        make(settings, target)
    with pytest.raises(HelpdeskError, match="There is no folder"):
        make(settings, tmp_path / "nowhere" / "lamps.tar")

    assert target.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [target]


def test_without_a_desk_there_is_nothing_to_back_up(tmp_path):
    with pytest.raises(HelpdeskError, match="There is no desk"):
        make(load_settings(tmp_path / "new", {}))


def test_a_file_that_is_missing_already_keeps_nothing_from_being_backed_up(settings):
    (settings.data / layout.attachment(first_file())).unlink()

    proof = verify(make(settings), tell_nobody)

    assert proof.ok
    [warning] = [check for check in proof.checks if check.level == "warning"]
    assert "files were missing (1) or damaged (0) already" in warning.sentence


def test_a_file_that_is_damaged_already_is_told(settings, tmp_path):
    path = settings.data / layout.attachment(first_file())
    path.write_bytes(b"?" + path.read_bytes()[1:])

    [warning] = content_of(make(settings), tmp_path / "unpacked")
    assert "files were missing (0) or damaged (1) already" in warning


def test_a_disk_without_room_is_told_before_anything_is_written(settings, monkeypatch):
    monkeypatch.setattr(aside.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))

    with pytest.raises(HelpdeskError, match="There is not enough room"):
        make(settings)

    assert list(settings.backups.iterdir()) == []


def test_a_disk_that_is_full_amid_it_leaves_nothing_behind(settings, small_disk, monkeypatch):
    monkeypatch.setattr(making, "require_room", lambda *_: None)
    database = (settings.data / "helpdesk.db").stat().st_size
    for size in (database // 2, database + 8192):  # amid the copy, amid the archive
        with small_disk(size) as folder, pytest.raises((OSError, HelpdeskError)):
            make(settings, folder)
        assert list(folder.rglob("*")) == []


def test_what_a_killed_one_left_behind_goes_with_the_next(settings, tmp_path):
    left = settings.backups / ".helpdesk-backup-0123456789abcdef"
    left.mkdir()
    (left / "helpdesk.db").write_bytes(b"half")

    make(settings)

    assert leftovers(settings.data) == []
