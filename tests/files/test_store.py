"""The store: durable, private, and nothing left behind."""

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk.errors import NotFound
from helpdesk.files import FileStore


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "attachments")


def kept(store, content=b"words"):
    incoming = store.receive()
    incoming.write(content)
    return store.keep(incoming)


def test_a_kept_file_reads_as_it_was_written(store):
    file = kept(store, b"a" * 10_000 + b"b")
    with store.open(file.name) as stream:
        assert stream.read() == b"a" * 10_000 + b"b"
    assert (file.size, store.size(file.name)) == (10_001, 10_001)
    assert file.sha256 == hashlib.sha256(b"a" * 10_000 + b"b").hexdigest()
    assert file.content_type == "text/plain"


def test_files_and_folders_are_private(store):
    file = kept(store)
    path = store._path(file.name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_is_on_the_disk_before_its_name_and_the_name_before_it_returns(store, monkeypatch):
    calls = []
    real_sync = os.fsync

    def sync(descriptor):
        calls.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    path = store._path(kept(store).name)
    assert "incoming" in calls[0]
    assert calls[1:] == [str(store.root), str(path.parent.parent), str(path.parent)]


def test_a_full_disk_leaves_nothing(store, monkeypatch):
    incoming = store.receive()
    incoming.write(b"words")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.keep(incoming)
    assert list(store.names()) == []
    assert list(store.incoming.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n", "a/" * 16]
)
def test_only_a_stored_name_is_ever_a_path(store, name):
    for use in (store.open, store.size, store.delete):
        with pytest.raises(ValueError, match="stored file"):
            use(name)


def test_a_file_that_the_disk_lost_is_not_found(store):
    file = kept(store)
    store.delete(file.name)
    store.delete(file.name)
    assert store.size(file.name) is None
    with pytest.raises(NotFound):
        store.open(file.name)


def test_the_sweep_removes_what_nothing_names_and_only_after_a_while(store):
    named, forgotten, fresh = kept(store), kept(store), kept(store)
    abandoned = store.receive()
    long_ago = datetime.now(UTC) - timedelta(days=2)
    for path in (store._path(named.name), store._path(forgotten.name), abandoned.path):
        os.utime(path, (long_ago.timestamp(), long_ago.timestamp()))
    removed = store.sweep(lambda names: {named.name} & set(names), long_ago + timedelta(days=1))
    assert removed == [forgotten.name]
    assert {name for name, _ in store.names()} == {named.name, fresh.name}
    assert not abandoned.path.exists()


def test_an_upload_is_never_whole_in_memory(tmp_path):
    script = Path(__file__).with_name("measure_upload.py")
    run = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < 10_000  # kB, for a file of 80 MB
    assert list((tmp_path / "incoming").iterdir()) == []
