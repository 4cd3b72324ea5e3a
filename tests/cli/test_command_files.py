"""``helpdesk files copy``, and a desk that is told to keep its files in a bucket."""

import hashlib

import pytest

from helpdesk.mail import ledger
from helpdesk.mail.models import Source
from tests.rclone import ACCESS_KEY, SECRET_KEY


@pytest.fixture
def place(s3, monkeypatch):
    """The address of a new bucket, whose keys are in the environment."""
    name = f"copies{len(list(s3.root.iterdir()))}"
    s3.make(name)
    monkeypatch.setenv("HELPDESK_FILES_ACCESS_KEY", ACCESS_KEY)
    monkeypatch.setenv("HELPDESK_FILES_SECRET_KEY", SECRET_KEY)
    return s3.place(name, "shop").url


@pytest.fixture
def written(desk, alice):
    """A desk with two files of a message and a mail; their keys and hashes."""
    desk.ticket(alice, files=[desk.file(), desk.file("a.txt", b"hello")])
    with desk.app.app_context():
        mail = ledger.arrive(b"From: a@b.example\r\n\r\nHello", source=Source.IMPORT)
        sha256 = mail.sha256
    return {f"mail/{sha256[:2]}/{sha256}.eml": sha256} | {
        path.relative_to(desk.files).as_posix(): hashlib.sha256(content).hexdigest()
        for path in (desk.files / "attachments").rglob("*")
        if path.is_file()
        for content in [path.read_bytes()]
    }


@pytest.fixture
def home(desk):
    """The place that *written* is in."""
    place = desk.app.config["HELPDESK"].files_place
    return "folder" if place is None else place.url


def test_files_go_to_a_bucket_and_back(type_, desk, written, home, place):
    copied = type_("files", "copy", "--to", place, folder=desk.folder)
    assert copied.lines == ["3 files copied", "0 files were there"], copied.err
    assert f"HELPDESK_FILES_URL={place}" in copied.err
    again = type_("files", "copy", "--to", place, folder=desk.folder)
    assert again.lines == ["0 files copied", "3 files were there"]
    for key in written:
        (desk.files / key).unlink()
    back = type_("files", "copy", "--from", place, "--to", home, folder=desk.folder)
    assert back.lines == ["3 files copied", "0 files were there"]
    for key, sha256 in written.items():
        assert hashlib.sha256((desk.files / key).read_bytes()).hexdigest() == sha256
        assert home != "folder" or (desk.files / key).stat().st_mode & 0o077 == 0


def test_what_is_missing_or_damaged_is_named(type_, desk, written, home, place):
    type_("files", "copy", "--to", place, folder=desk.folder)
    first, second, _mail = sorted(written)
    (desk.files / first).unlink()
    (desk.files / second).write_bytes(b"x" * (desk.files / second).stat().st_size)
    back = type_("files", "copy", "--from", home, "--to", place, folder=desk.folder)
    assert back.lines == ["0 files copied", "2 files were there", f"missing {first}"]
    assert back.status == 1
    back = type_("files", "copy", "--from", place, "--to", home, "--check", folder=desk.folder)
    assert back.lines == ["2 files copied", "1 files were there"]
    assert hashlib.sha256((desk.files / second).read_bytes()).hexdigest() == written[second]


@pytest.mark.parametrize("place", ["", "bucket", "s3://desk", "/srv/files"])
def test_a_place_that_is_none_is_wrong_usage(type_, place):
    refused = type_("files", "copy", "--to", place)
    assert refused.status == 2
    assert "A place is `folder`, or it must" in refused.err


def test_a_bucket_that_can_not_be_used_is_told_before_anything_is_copied(type_, place):
    missing = place.replace("//copies", "//nothing")
    refused = type_("files", "copy", "--to", missing)
    assert refused.status == 1
    assert refused.err.startswith("There is no bucket nothing")
