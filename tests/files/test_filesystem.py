"""The store: durable, private, unguessable, and nothing left behind."""

import errno
import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk.errors import NotFound, TooLarge
from helpdesk.files import FileStore, StorageFailed, StorageFull

LONG_AGO = datetime.now(UTC) - timedelta(days=2)
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def age(path, when=LONG_AGO):
    os.utime(path, (when.timestamp(), when.timestamp()))


def test_a_kept_file_reads_as_it_was_written(disk, keep):
    content = os.urandom(200_000)
    stored = keep(content)
    assert stored.size == disk.size(stored.name) == 200_000
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    with disk.open(stored.name) as file:
        assert file.read() == content


def test_an_empty_file_is_a_file(disk, keep):
    stored = keep(b"")
    assert (stored.size, disk.size(stored.name)) == (0, 0)


def test_a_stored_name_is_random_and_spread_over_folders(root, keep, on_disk):
    first, second = keep(b"same").name, keep(b"same").name
    assert first != second
    assert len(first) == 32
    assert root / first[:2] / first[2:4] / first in on_disk()


def test_nobody_else_on_the_machine_may_read_a_file(root, disk, keep, on_disk):
    disk.receive()
    keep()
    assert {stat.S_IMODE(path.stat().st_mode) for path in on_disk()} == {0o600}
    folders = [path for path in root.rglob("*") if path.is_dir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def recorded(monkeypatch):
    """Every call that makes something durable, in order, as (call, path)."""
    calls = []

    def record(name, path_of):
        real = getattr(os, name)

        def call(*args, **options):
            calls.append((name, path_of(*args)))
            return real(*args, **options)

        monkeypatch.setattr(os, name, call)

    record("fsync", lambda fd: str(Path(f"/proc/self/fd/{fd}").readlink()))
    record("rename", lambda _source, target: str(target))
    return calls


def test_content_then_name_then_folder_are_on_the_disk_before_keep_returns(root, disk, monkeypatch):
    incoming = disk.receive()
    incoming.write(b"hello")
    temporary = str(incoming.path)
    calls = recorded(monkeypatch)
    name = disk.keep(incoming).name
    outer, inner = root / name[:2], root / name[:2] / name[2:4]
    assert calls == [
        ("fsync", temporary),
        ("fsync", str(root.parent)),  # a new folder's own entry is in its parent
        ("fsync", str(root)),
        ("fsync", str(outer)),
        ("rename", str(inner / name)),
        ("fsync", str(inner)),
    ]


def test_everything_written_is_in_the_file_when_it_is_made_durable(disk, monkeypatch):
    incoming = disk.receive()
    incoming.write(b"still in a buffer")
    sizes = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (sizes.append(os.fstat(fd).st_size), real(fd)))
    disk.keep(incoming)
    assert sizes[0] == len(b"still in a buffer")


def test_a_folder_that_somebody_else_made_is_settled_once(root, keep, monkeypatch):
    for outer in range(256):  # as another process may have, without an fsync, before a power cut
        (root / f"{outer:02x}").mkdir(parents=True, exist_ok=True)
    calls = recorded(monkeypatch)
    keep()
    assert ("fsync", str(root)) in calls
    name = keep().name
    calls.clear()
    monkeypatch.setattr("helpdesk.files.filesystem.secrets.token_hex", lambda _n: name[:-1] + "0")
    keep()
    assert [path for call, path in calls if call == "fsync"][1:] == [
        str(root / name[:2] / name[2:4])
    ]


@pytest.mark.parametrize("refused", ["fsync", "rename", "mkdir"])
@pytest.mark.parametrize(
    ("code", "kind"),
    [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, StorageFailed)],
)
def test_a_disk_that_refuses_is_a_clear_error_and_nothing_is_left(
    disk, on_disk, monkeypatch, refused, code, kind
):
    incoming = disk.receive()
    incoming.write(b"hello")

    def refuse(*_args, **_options):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, refused, refuse)
    with pytest.raises(StorageFailed) as caught:
        disk.keep(incoming)
    assert type(caught.value) is kind
    assert incoming.closed
    assert on_disk() == []


def test_a_name_that_can_not_be_made_durable_is_taken_back(disk, on_disk, monkeypatch):
    incoming = disk.receive()
    real, calls = os.fsync, []

    def refuse_the_last(fd):
        calls.append(fd)
        if len(calls) == 5:
            raise OSError(errno.EIO, "bad disk")
        real(fd)

    monkeypatch.setattr(os, "fsync", refuse_the_last)
    with pytest.raises(StorageFailed):
        disk.keep(incoming)
    assert len(calls) == 5
    assert on_disk() == []


def test_a_disk_that_is_full_while_writing_is_a_clear_error(disk, on_disk):
    incoming = disk.receive()
    incoming._file.close()
    with Path("/dev/full").open("r+b", 0) as incoming._file, pytest.raises(StorageFull):
        incoming.write(b"x" * 100_000)
    assert on_disk() == []


def test_a_folder_that_can_not_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "attachments").write_text("a file where the folder should be")
    with pytest.raises(StorageFailed):
        FileStore(tmp_path / "attachments").receive()


def test_a_file_is_kept_once(disk):
    incoming = disk.receive()
    disk.keep(incoming)
    with pytest.raises(ValueError, match="once"):
        disk.keep(incoming)


def test_discarding_a_kept_file_changes_nothing(disk):
    incoming = disk.receive()
    incoming.write(b"hello")
    name = disk.keep(incoming).name
    incoming.discard()
    assert disk.size(name) == 5


def test_a_discarded_file_is_gone(disk, on_disk):
    incoming = disk.receive()
    incoming.write(b"hello")
    incoming.discard()
    incoming.discard()
    assert on_disk() == []


@pytest.mark.parametrize(
    "name",
    ["", "a" * 31, "a" * 33, "A" * 32, "a" * 32 + "\n", "../" + "a" * 29, "/etc/passwd",
     "incoming", "\u0661" * 32, "a" * 31 + "\0", "a/" * 16],
)  # fmt: skip
def test_only_a_stored_name_ever_touches_a_path(disk, keep, name, monkeypatch):
    keep()

    def touched(*_args, **_options):
        raise AssertionError("a path was touched")

    for call in ("open", "lstat", "unlink"):
        monkeypatch.setattr(os, call, touched)
    for use in (disk.open, disk.size, disk.delete):
        with pytest.raises(NotFound):
            use(name)


def test_a_link_put_in_place_of_a_file_is_not_followed(disk, keep, root, tmp_path):
    name = keep().name
    path = root / name[:2] / name[2:4] / name
    path.unlink()
    path.symlink_to("/etc/passwd")
    with pytest.raises(StorageFailed):
        disk.open(name)


def test_a_file_that_the_disk_lost_is_not_found(disk, keep):
    name = keep().name
    disk.delete(name)
    disk.delete(name)
    assert disk.size(name) is None
    with pytest.raises(NotFound):
        disk.open(name)


def test_names_are_those_of_kept_files_only(root, disk, keep):
    assert list(disk.names()) == []
    name = keep().name
    disk.receive().write(b"on its way")
    (root / name[:2] / name[2:4] / "README").write_text("a stranger")
    (root / "lost+found").mkdir()
    [(found, written)] = disk.names()
    assert found == name
    assert abs(written - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_sweep_removes_what_no_row_names_once_it_is_old(root, disk, keep, on_disk):
    named, forgotten, fresh = keep().name, keep().name, keep().name
    for name in (named, forgotten):
        age(root / name[:2] / name[2:4] / name)
    assert disk.sweep(lambda names: {named}, YESTERDAY) == [forgotten]
    assert {path.name for path in on_disk()} == {named, fresh}


def test_the_sweep_removes_abandoned_uploads_once_they_are_old(disk, on_disk):
    abandoned, running = disk.receive(), disk.receive()
    age(abandoned.path)
    assert disk.sweep(lambda names: set(), YESTERDAY) == [abandoned.path.name]
    assert on_disk() == [running.path]


def test_the_sweep_asks_for_500_names_at_a_time(root, disk):
    (root / "ab" / "cd").mkdir(parents=True)
    for number in range(503):
        path = root / "ab" / "cd" / f"abcd{number:028x}"
        path.touch()
        age(path)
    asked = []
    disk.sweep(lambda names: asked.append(len(names)) or set(names), YESTERDAY)
    assert asked == [500, 3]


def test_the_sweep_goes_on_past_a_file_that_it_can_not_remove(root, disk, keep, monkeypatch):
    first, second = keep().name, keep().name
    for name in (first, second):
        age(root / name[:2] / name[2:4] / name)
    real = os.unlink

    def refuse_first(path, **options):
        if str(path).endswith(first):
            raise PermissionError(errno.EPERM, "no")
        real(path, **options)

    monkeypatch.setattr(os, "unlink", refuse_first)
    assert disk.sweep(lambda names: set(), YESTERDAY) == [second]


def test_the_sweep_of_a_folder_that_is_not_there_yet_is_calm(disk):
    assert disk.sweep(lambda names: set(), YESTERDAY) == []


def test_many_threads_keep_files_at_once(disk):
    def one(number):
        incoming = disk.receive()
        incoming.write(str(number).encode())
        return disk.keep(incoming)

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(one, range(64)))
    for number, stored in enumerate(kept):
        with disk.open(stored.name) as file:
            assert file.read() == str(number).encode()


def test_a_limit_is_kept_to_the_byte(disk, on_disk):
    incoming = disk.receive(limit=10)
    incoming.write(b"0123456789")
    with pytest.raises(TooLarge, match="10 B"):
        incoming.write(b"x")
    assert on_disk() == []


@pytest.mark.parametrize(
    ("limit", "words"), [(25 * 1024**2, "25 MB"), (1536 * 1024, "1.5 MB"), (2048, "2 kB")]
)
def test_a_limit_is_told_as_people_say_it(disk, limit, words):
    with pytest.raises(TooLarge, match=words):
        disk.receive(limit=limit).write(bytes(limit + 1))


def test_an_incoming_file_is_read_like_any_other(disk):
    incoming = disk.receive()
    incoming.write(b"one\ntwo\n")
    incoming.write(memoryview(b"three"))
    incoming.seek(0)
    assert list(incoming) == [b"one\n", b"two\n", b"three"]
    incoming.seek(4)
    assert (incoming.read(3), incoming.tell()) == (b"two", 7)
    assert incoming.readable()
    assert incoming.writable()
    assert incoming.seekable()


def test_an_incoming_file_only_grows(disk):
    incoming = disk.receive()
    incoming.write(b"hello")
    incoming.seek(0)
    with pytest.raises(OSError, match="grows"):
        incoming.write(b"J")
    incoming.seek(0, os.SEEK_END)
    incoming.write(b"!")
    assert incoming.sha256 == hashlib.sha256(b"hello!").hexdigest()


def test_the_head_is_the_first_4096_bytes_and_no_more(disk):
    incoming = disk.receive()
    content = os.urandom(10_000)
    for start in range(0, 10_000, 3000):
        incoming.write(content[start : start + 3000])
    assert incoming.head == content[:4096]


def test_the_kind_of_a_kept_file_is_told_from_its_bytes_and_its_name(keep):
    assert keep(b"PK\x03\x04....", "offer.docx").content_type.endswith("wordprocessingml.document")
    assert keep(b"<script>", "picture.png").content_type == "text/plain"
