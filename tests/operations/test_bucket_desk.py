"""A desk that keeps its files in a bucket: what customers, admins and backups see of that."""

import hashlib
import os
import shutil

import pytest

from helpdesk import clock
from helpdesk.errors import NotFound
from helpdesk.files import StorageAway, buckets, store
from helpdesk.mail import ledger, raw
from helpdesk.mail.models import Source
from helpdesk.operations import doctor, housekeeping
from helpdesk.operations.archives import restoring
from helpdesk.operations.archives.making import Wish, make
from helpdesk.operations.archives.proving import verify
from helpdesk.shop import actions as shop
from helpdesk.tickets import actions as tickets
from helpdesk.tickets.models import Place
from tests.desk import PNG, upload

MAIL = b"From: ana@shop.example\r\nSubject: Lamps\r\n\r\nIt is broken.\r\n"


def tell_nobody(_what, _done, _all):
    """Nobody looks at how far it is."""


@pytest.fixture(scope="module")
def told(s3):
    """What a desk is told that has a bucket."""
    s3.make("bucketed")
    return s3.settings("bucketed", "shop")


@pytest.fixture
def desk(make_desk, s3, told):
    desk = make_desk(**told)
    s3.empty("bucketed", "shop")
    return desk


@pytest.fixture
def away(s3, desk, monkeypatch):
    """Stops the bucket's server until the test ends."""
    monkeypatch.setattr(buckets, "RESTS", 0)
    yield s3.stop
    if s3.process.poll() is not None:
        s3.start()
    desk.app.extensions["helpdesk.files"].bucket.check()


def in_the_bucket(s3):
    place = s3.bucket("bucketed", "shop")
    return sorted(one.key for folder in ("attachments", "mail") for one in place.listed(folder))


def on_the_disk(desk):
    folders = (desk.folder / "attachments", desk.folder / "mail")
    return [path for one in folders for path in one.rglob("*") if path.is_file()]


def sent(desk, alice, content=PNG, name="lamp.png"):
    """The answer to a request with a file."""
    data = {"subject": "Lamp", "message": "Broken.", "attachments": upload(content, name)}
    return desk.api(alice).post("/customer-support-ticket", data=data)


def path_of(desk, alice):
    ticket = desk.ticket(alice, files=[desk.file("a.txt", b"0123456789" * 50_000)])
    shown = desk.api(alice).get(f"/customer-support-ticket/{ticket.id}").get_json()
    return shown["data"]["ticketMessage"][0]["ticketAttachments"][0]["filePath"]


def test_a_file_goes_to_the_bucket_and_comes_from_it(desk, alice, s3):
    path = path_of(desk, alice)
    assert len(in_the_bucket(s3)) == 1
    assert on_the_disk(desk) == []
    script = desk.api(alice)
    answer = script.get(path)
    assert answer.data == b"0123456789" * 50_000
    part = script.get(path, headers={"Range": "bytes=499990-"})
    assert (part.status_code, part.data) == (206, b"0123456789")
    head = script.open("HEAD", path)
    assert (head.content_length, head.data) == (500_000, b"")
    assert script.get(path, headers={"Range": "bytes=500000-"}).status_code == 416


def test_while_it_is_away_nothing_half_is_kept_and_everything_else_works(desk, alice, away):
    path = path_of(desk, alice)
    etag = desk.api(alice).get(path).headers["ETag"]
    away()
    answer = sent(desk, alice)
    assert answer.status_code == 503
    assert "does not answer" in answer.get_json()["message"]
    assert answer.headers["Retry-After"] == "30"
    assert desk.api(alice).get(path).status_code == 503
    # Who has it already need not ask.
    known = desk.api(alice).get(path, headers={"If-None-Match": etag})
    assert known.status_code == 304
    assert on_the_disk(desk) == []
    words = {"subject": "Without a file", "message": "Still broken."}
    assert desk.api(alice).post("/customer-support-ticket", json=words).status_code == 200
    shown = desk.api(alice).get("/customer-support-ticket").get_json()["data"]
    assert [ticket["subject"] for ticket in shown] == ["Without a file", "Broken lamp"]


def test_a_form_comes_back_with_its_words(desk, alice, away):
    away()
    form = {"subject": "A very broken lamp", "message": "It fell.", "files": upload()}
    page = desk.browser(alice).post("/tickets", data=form)
    assert page.status_code == 503
    assert "does not answer" in page.text


def test_the_watchdog_and_the_doctor_tell(desk, alice, away, told):
    examined = {one.name: one for one in doctor.examine(desk.folder, told)}
    assert examined["place of files"].level == "warning"  # this one is not encrypted
    away()
    sent(desk, alice)
    health = desk.browser().get("/healthz")
    assert (health.status_code, health.text) == (503, "The bucket bucketed does not answer.\n")
    examined = {one.name: one for one in doctor.examine(desk.folder, told)}
    assert examined["place of files"].level == "error"
    assert "does not answer" in examined["place of files"].sentence


def test_the_doctor_compares_what_is_there(desk, alice, told, s3):
    desk.ticket(alice, files=[desk.file(), desk.file("b.txt", b"hello")])
    ledger.arrive(MAIL, Source.PIPE)
    deep = {one.name: one.level for one in doctor.examine(desk.folder, told, is_deep=True)}
    for name in ("attachments", "contents of attachments", "raw mail", "contents of mails"):
        assert deep[name] == "ok"
    place = s3.bucket("bucketed", "shop")
    first, *_others = in_the_bucket(s3)
    place.put(first, b"x" * place.size(first))
    deep = {one.name: one.level for one in doctor.examine(desk.folder, told, is_deep=True)}
    assert (deep["attachments"], deep["contents of attachments"]) == ("ok", "error")


def test_a_mail_is_in_the_bucket_and_one_that_can_not_be_asked_for_is_not_lost(desk, s3, away):
    sha256 = ledger.arrive(MAIL, Source.PIPE).sha256
    assert in_the_bucket(s3) == [f"mail/{sha256[:2]}/{sha256}.eml"]
    assert (raw.read(sha256), raw.size(sha256), raw.is_damaged(sha256)) == (MAIL, len(MAIL), False)
    away()
    with pytest.raises(StorageAway):
        raw.read(sha256)
    s3.start()
    raw.delete(sha256)
    with pytest.raises(NotFound):
        raw.read(sha256)


def test_what_no_row_names_is_swept_after_a_day_and_nothing_else(desk, alice, admin, s3, travel):
    desk.ticket(alice, files=[desk.file()])
    shop.set_logo(admin, desk.file().incoming)
    sha256 = ledger.arrive(MAIL, Source.PIPE).sha256
    named = in_the_bucket(s3)
    lost = store().keep(desk.file("lost.txt", b"lost").incoming).name
    raw.keep(MAIL + b"lost")
    housekeeping.sweep(desk.app)
    assert len(in_the_bucket(s3)) == len(named) + 2
    travel(days=2)
    housekeeping.sweep(desk.app)
    assert in_the_bucket(s3) == named
    assert store().size(lost) is None
    assert raw.read(sha256) == MAIL


def test_what_is_deleted_for_good_leaves_the_bucket(desk, alice, admin, s3):
    ticket = desk.ticket(alice, files=[desk.file()])
    tickets.place(admin, ticket, Place.BIN)
    tickets.purge(admin, desk.fresh(ticket))
    assert in_the_bucket(s3) == []


@pytest.mark.sqlite  # a backup has a copy of its file; PostgreSQL has pg_dump
def test_a_backup_has_the_files_and_a_restore_brings_them_to_the_bucket(
    desk, alice, s3, told, tmp_path
):
    desk.ticket(alice, files=[desk.file(), desk.file("b.txt", os.urandom(90_000))])
    ledger.arrive(MAIL, Source.PIPE)
    named = in_the_bucket(s3)
    file = make(desk.app.config["HELPDESK"], tmp_path)
    assert verify(file, tell_nobody).ok
    s3.empty("bucketed", "shop")
    other = tmp_path / "other"
    restoring.restore(file, other, told, tell_nobody)
    assert in_the_bucket(s3) == named
    assert [path for path in (other / "attachments").rglob("*") if path.is_file()] == []
    deep = {one.name: one.level for one in doctor.examine(other, told, is_deep=True)}
    assert (deep["contents of attachments"], deep["contents of mails"]) == ("ok", "ok")
    # Into a folder, for a desk that has no bucket.
    folder = tmp_path / "folder"
    restoring.restore(file, folder, {}, tell_nobody)
    for key in named:
        assert (folder / key).is_file()


@pytest.mark.sqlite  # a backup has a copy of its file; PostgreSQL has pg_dump
def test_a_restore_into_a_bucket_that_is_away_leaves_the_old_desk(
    desk, alice, away, told, tmp_path
):
    desk.ticket(alice, files=[desk.file()])
    file = make(desk.app.config["HELPDESK"], tmp_path)
    other = tmp_path / "other"
    away()
    with pytest.raises(StorageAway):
        restoring.restore(file, other, told, tell_nobody)
    assert not (other / "helpdesk.db").exists()
    with pytest.raises(StorageAway):
        make(desk.app.config["HELPDESK"], tmp_path / "second.tar")
    assert not (tmp_path / "second.tar").exists()
    alone = make(desk.app.config["HELPDESK"], tmp_path / "third.tar", Wish(has_files=False))
    assert verify(alone, tell_nobody).ok


def test_a_copy_of_a_persons_data_is_in_the_bucket_too(desk, alice, admin, s3):
    from helpdesk.jobs import run_due
    from helpdesk.privacy import archives

    desk.ticket(alice, files=[desk.file()])
    archives.ask_for_copy(admin, alice)
    while run_due(desk.app, limit=1):
        pass
    place = s3.bucket("bucketed", "shop")
    assert len(list(place.listed("personal"))) == 1
    archive = archives.latest(admin, alice)
    with archives.store_of_copies().open(archive.stored_name) as file:
        assert hashlib.sha256(file.read()).hexdigest() == archive.sha256
    shutil.rmtree(desk.folder / "personal", ignore_errors=True)
    assert archives.ready(admin, alice, archive.id).stored_name
    assert clock.now() < archive.expires_at
