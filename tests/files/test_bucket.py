"""The store in a bucket: a real server, which goes away, refuses, and lies about what came."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.errors import NotFound
from helpdesk.files import FileStore, StorageAway, StorageFailed, buckets
from helpdesk.files.remote import RemoteStore
from helpdesk.files.sums import PART
from tests.rclone import S3

A_DAY = timedelta(days=1)
LARGE = 25 * 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = S3(tmp_path_factory.mktemp("buckets"))
    server.make("files")
    yield server
    server.stop()


@pytest.fixture
def place(server, tmp_path):
    return server.bucket("files", tmp_path.name)


@pytest.fixture
def remote(place, root):
    return RemoteStore(place, "attachments", FileStore(root))


@pytest.fixture
def put(remote):
    def put(content=b"hello", file_name=""):
        incoming = remote.receive(file_name=file_name)
        incoming.write(content)
        return remote.keep(incoming)

    return put


@pytest.fixture
def away(server):
    """Stops the server until the test ends."""
    yield server.stop
    server.start()


@pytest.mark.parametrize("size", [0, 1, PART, PART + 1, 2 * PART + 17])
def test_what_is_kept_reads_as_it_was_written(remote, put, on_disk, size):
    content = os.urandom(size)
    stored = put(content)
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert remote.size(stored.name) == size
    with remote.open(stored.name) as file:
        assert file.read() == content
    assert on_disk() == []


def test_any_part_of_it_can_be_read(remote, put):
    content = os.urandom(300_000)
    with remote.open(put(content).name) as file:
        assert file.seek(0, os.SEEK_END) == len(content)
        for start in (299_990, 0, 70_000, 70_001):
            file.seek(start)
            assert file.read(100) == content[start : start + 100]


def test_a_picture_is_known_by_its_content(put):
    assert put(b"GIF89a\1\0\1\0\0\0\0;", "a.txt").content_type == "image/gif"


def test_many_send_and_read_at_once(remote, put, on_disk):
    contents = [os.urandom(50_000 + number) for number in range(64)]

    def there_and_back(content):
        with remote.open(put(content).name) as file:
            return file.read()

    with ThreadPoolExecutor(64) as threads:
        assert list(threads.map(there_and_back, contents)) == contents
    assert len(list(remote.names())) == 64
    assert on_disk() == []


def test_a_large_file_is_never_whole_in_memory(remote, put):
    name = put(bytes(LARGE)).name
    largest = 0
    with remote.open(name) as file:
        while file.read(64 * 1024):
            largest = max(largest, len(file.raw._rest))
    assert 0 < largest < PART


def test_what_is_not_there_and_what_is_removed_twice(remote, put):
    name = put().name
    remote.delete(name)
    remote.delete(name)
    assert remote.size(name) is None
    assert remote.sizes([put().name, name]) == [5, None]
    for unknown in (name, "../secret_key", "0" * 31, ""):
        with pytest.raises(NotFound):
            remote.open(unknown)


def test_a_file_under_the_name_that_it_had(remote):
    incoming = remote.receive()
    incoming.write(b"again")
    assert remote.keep(incoming, "ab" * 16).name == "ab" * 16
    with remote.open("ab" * 16) as file:
        assert file.read() == b"again"


def test_the_sweep_removes_what_no_row_names_and_nothing_young(remote, put, place):
    kept, lost = put().name, put().name
    place.put("attachments/notes.txt", b"somebody else's")
    assert remote.sweep(lambda names: {kept}, datetime.now(UTC) - A_DAY) == []
    assert remote.sweep(lambda names: {kept}, datetime.now(UTC) + A_DAY) == [lost]
    assert (remote.size(kept), remote.size(lost)) == (5, None)
    assert place.size("attachments/notes.txt") is not None


def test_nothing_is_swept_while_another_desk_of_the_bucket_is_put_aside(remote, put, root):
    name = put().name
    root.with_name("replaced-20261126T120000Z").mkdir()
    assert remote.sweep(lambda names: set(), datetime.now(UTC) + A_DAY) == []
    assert remote.size(name) == 5


def test_nothing_is_removed_while_somebody_holds(remote, put):
    name = put().name
    with remote.held():
        remote.delete(name)
        assert remote.sweep(lambda names: set(), datetime.now(UTC) + A_DAY) == []
    assert remote.size(name) == 5


def test_a_server_that_went_away_takes_nothing_and_is_back_by_itself(
    remote, put, place, server, on_disk, monkeypatch
):
    name = put(b"before").name
    monkeypatch.setattr(buckets, "RESTS", 0)
    server.stop()
    try:
        for ask in (put, lambda: remote.open(name), lambda: list(remote.names())):
            with pytest.raises(StorageAway):
                ask()
        assert place.trouble == "The bucket files does not answer."
        assert on_disk() == []
    finally:
        server.start()
    with remote.open(name) as file:
        assert file.read() == b"before"
    assert place.trouble == ""


def test_who_comes_soon_after_one_that_waited_in_vain_is_told_at_once(put, place, away):
    away()
    with pytest.raises(StorageAway):
        put()
    assert place.rests
    place._store = None  # it is not even asked
    with pytest.raises(StorageAway):
        place.size("attachments/x")


def test_a_server_that_dies_amid_a_file_says_so(remote, put, server, monkeypatch):
    monkeypatch.setattr(buckets, "RESTS", 0)
    name = put(os.urandom(LARGE)).name
    with remote.open(name) as file:
        assert len(file.read(100)) == 100
        server.stop()
        try:
            with pytest.raises(StorageAway):
                file.read()
        finally:
            server.start()


def test_a_connection_that_breaks_amid_a_file_is_taken_up_where_it_broke(remote, put, place):
    content = os.urandom(2 * 1024 * 1024)
    name = put(content).name
    real, streams = place.stream, []

    def breaking(key, start):
        streams.append(start)
        pieces = real(key, start)
        if len(streams) > 1:
            return pieces

        def some():
            yield next(pieces)
            raise OSError("the cable")

        return some()

    place.stream = breaking
    with remote.open(name) as file:
        assert file.read() == content
    assert len(streams) == 2
    assert streams[1] > 0


@pytest.mark.parametrize(
    ("bucket", "keys", "trouble"),
    [
        ("files", {"secret_key": "another"}, "refuses the keys of HELPDESK_FILES_ACCESS_KEY."),
        ("files", {"access_key": "SOMEBODYELSE"}, "refuses the keys of HELPDESK_FILES_ACCESS_KEY."),
        ("missing", {}, "There is no bucket missing."),
    ],
)
def test_what_will_never_work_is_told_in_a_sentence(server, root, on_disk, bucket, keys, trouble):
    place = server.bucket(bucket, **keys)
    assert place.check().endswith(trouble)
    assert not place.rests
    store = RemoteStore(place, "attachments", FileStore(root))
    incoming = store.receive()
    incoming.write(b"hello")
    with pytest.raises(StorageAway):
        store.keep(incoming)
    assert on_disk() == []


def test_a_bucket_that_works_has_nothing_left_of_the_look_at_it(place):
    assert place.check() == ""
    assert list(place.listed("probe")) == []


def test_a_file_that_came_otherwise_is_not_kept(remote, put, place, monkeypatch):
    """A server that calls its content by other names than sums: what it has is read."""
    monkeypatch.setattr(place, "sha256", lambda key: "0" * 64)
    real = buckets.sums_of

    def other_tag(content):
        size, sums = real(content)
        return size, sums._replace(tag="of a server with keys of its own")

    monkeypatch.setattr(buckets, "sums_of", other_tag)
    with pytest.raises(StorageFailed):
        put()
    assert list(remote.names()) == []
    monkeypatch.undo()
    monkeypatch.setattr(buckets, "sums_of", other_tag)
    assert remote.size(put().name) == 5
