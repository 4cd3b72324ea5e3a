"""Archives that nobody should restore: each is refused in words, and nothing is changed by it."""

import gzip
import hashlib
import json
import shutil
import tarfile
from contextlib import suppress

import pytest

from helpdesk import create_app
from helpdesk.database import db
from helpdesk.errors import HelpdeskError
from helpdesk.operations.archives.making import make
from helpdesk.operations.archives.proving import verify
from helpdesk.operations.archives.restoring import restore
from helpdesk.settings import load_settings
from tests.desk import Desk
from tests.operations.archives.conftest import leftovers, tell_nobody

pytestmark = pytest.mark.sqlite  # a backup is a copy of its file; else it says pg_dump

DATABASE = "helpdesk.db.gz"
STORED = "attachments/aa/bb/aabb" + "0" * 28


class Forged:
    """A good backup, taken apart, to be put together wrong."""

    def __init__(self, backup):
        with tarfile.open(backup) as tar:
            self.members = [(member, tar.extractfile(member).read()) for member in tar]
        self.members = [pair for pair in self.members if pair[0].name != "manifest.json"]
        with tarfile.open(backup) as tar:
            self.manifest = json.load(tar.extractfile("manifest.json"))
        self.text = None
        self.end = bytes(1024)
        self.format = tarfile.GNU_FORMAT

    def add(self, name, content=b"x", *, told=True, **more):
        info = tarfile.TarInfo(name)
        info.size = len(content)
        for key, value in more.items():
            setattr(info, key, value)
        self.members.append((info, content))
        if told:
            self.tell(name, content)

    def tell(self, name, content, **more):
        sha256 = hashlib.sha256(content).hexdigest()
        told = {"name": name, "size": len(content), "sha256": sha256} | more
        self.manifest["members"].append(told)

    def told(self, name):
        return next(one for one in self.manifest["members"] if one["name"] == name)

    def content(self, name):
        return next(content for info, content in self.members if info.name == name)

    def replace(self, name, content):
        """Other content under this name, and the manifest says so."""
        self.members = [
            (tarinfo(name, content), content) if info.name == name else (info, old)
            for info, old in self.members
        ]
        sha256 = hashlib.sha256(content).hexdigest()
        self.told(name).update(size=len(content), sha256=sha256)

    def write(self, path):
        text = json.dumps(self.manifest).encode() if self.text is None else self.text
        with path.open("wb") as file:
            for info, content in [*self.members, (tarinfo("manifest.json", text), text)]:
                file.write(info.tobuf(self.format))
                file.write(content + bytes(-len(content) % 512))
            file.write(self.end)
        return path


def tarinfo(name, content):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info


def link(kind, target):
    return lambda f: f.add(STORED, b"", type=kind, linkname=target)


def of_kind(kind):
    return lambda f: f.add(STORED, b"", type=kind)


def twice(f):
    f.add("secret_key", b"k" * 64, told=False)


def other_hash(f):
    f.told("secret_key")["sha256"] = "0" * 64


def other_bytes(f):
    name = f.manifest["members"][-1]["name"]
    kept = dict(f.told(name))
    f.replace(name, b"?" * kept["size"])
    f.told(name).update(kept)


def size_that_lies(f):
    f.told("secret_key")["size"] += 1


def header_that_lies(f):
    info, _content = f.members[-1]
    info.size = 2**40


def larger_database(f):
    """A gigabyte of nothing in a megabyte."""
    f.replace(DATABASE, gzip.compress(bytes(64 * 1024**2), 1))


def cut_database(f):
    f.replace(DATABASE, f.content(DATABASE)[:-9])


def no_database(f):
    f.replace(DATABASE, b"not gzip")


def behind_database(f):
    f.replace(DATABASE, f.content(DATABASE) + b"more")


def other_database(f):
    f.replace(DATABASE, gzip.compress(b"SQLite format 3\0" + bytes(9000)))
    size = {"size": 9016, "sha256": hashlib.sha256(b"SQLite format 3\0" + bytes(9000)).hexdigest()}
    f.manifest["database"] = size


def two_databases(f):
    f.add("helpdesk.db", gzip.decompress(f.content(DATABASE)))


def without(name):
    def take(f):
        f.members = [pair for pair in f.members if pair[0].name != name]

    return take


def rows_that_lie(f):
    f.manifest["tables"]["tickets"] += 1


def set_in_manifest(**values):
    return lambda f: f.manifest.update(values)


def text_of_manifest(text):
    def put(f):
        f.text = text

    return put


def end_with(end):
    def put(f):
        f.end = end

    return put


def pax_header(f):
    f.format = tarfile.PAX_FORMAT
    f.members[-1][0].pax_headers = {"path": "../../evil"}


EVIL = {
    "an absolute name": lambda f: f.add("/etc/cron.d/evil"),
    "a way up": lambda f: f.add("attachments/../../evil"),
    "a way up, later": lambda f: f.add("../evil"),
    "a name with NUL": lambda f: f.add("secret_key\0.txt"),
    "a name of nobody's": lambda f: f.add("attachments/notes.txt"),
    "a database's log": lambda f: f.add("helpdesk.db-wal"),
    "another folder's file": lambda f: f.add("attachments/aa/bb/" + "0" * 32),
    "no ASCII": lambda f: f.add("attachments/é"),
    "a very long name": lambda f: f.add("a/" * 4000 + "evil"),
    "a symbolic link": link(tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": link(tarfile.LNKTYPE, "secret_key"),
    "a link that says to be a file": link(tarfile.REGTYPE, "/etc/passwd"),
    "a device": of_kind(tarfile.CHRTYPE),
    "a pipe": of_kind(tarfile.FIFOTYPE),
    "a folder": of_kind(tarfile.DIRTYPE),
    "a sparse file": of_kind(tarfile.GNUTYPE_SPARSE),
    "a kind of nobody's": of_kind(b"Z"),
    "a header of another program": pax_header,
    "a name twice": twice,
    "another hash": other_hash,
    "other bytes": other_bytes,
    "a size that lies": size_that_lies,
    "a header that lies": header_that_lies,
    "what is not in the manifest": lambda f: f.add(STORED, told=False),
    "what is in the manifest only": lambda f: f.tell(STORED, b"x"),
    "something twice in the manifest": lambda f: f.tell("secret_key", b"k" * 65),
    "no attachment that a row names": lambda f: [
        without(name)(f) or f.manifest["members"].remove(f.told(name))
        for name in [m["name"] for m in f.manifest["members"] if m["name"][:2] == "at"][:1]
    ],
    "a bomb": larger_database,
    "a database that ends early": cut_database,
    "a database that is none": no_database,
    "something behind the database": behind_database,
    "a damaged database": other_database,
    "two databases": two_databases,
    "no database": without(DATABASE),
    "other numbers of rows": rows_that_lie,
    "a large secret": lambda f: f.replace("secret_key", b"k" * 2_000_000),
    "a newer schema": set_in_manifest(revision="9999"),
    "an older schema than it is": set_in_manifest(revision="0001"),
    "no such schema": set_in_manifest(revision="../../etc"),
    "a later format": set_in_manifest(format=2, members=3),
    "a format that is none": set_in_manifest(format="1"),
    "a manifest of other things": set_in_manifest(members={"a": 1}),
    "sizes below zero": set_in_manifest(database={"size": -1, "sha256": "0" * 64}),
    "a manifest that is no JSON": text_of_manifest(b"{"),
    "a manifest that is a list": text_of_manifest(b"[]"),
    "a manifest that is deep": text_of_manifest(b'{"format": ' + b"[" * 200_000),
    "a manifest that is no text": text_of_manifest(b"\xff\xfe\x00"),
    "no manifest": lambda f: setattr(f, "text", b"") or text_of_manifest(b"")(f),
    "no end": end_with(b""),
    "half an end": end_with(bytes(512)),
    "something behind the end": end_with(bytes(1024) + b"evil"),
    "very much behind the end": end_with(bytes(1024 + 20_000)),
}


@pytest.fixture(scope="module")
def parts(tmp_path_factory, empty_desk_folder):
    """A backup of a small desk, made once: to take it apart."""
    folder = tmp_path_factory.mktemp("evil") / "desk"
    shutil.copytree(empty_desk_folder, folder)
    settings = load_settings(folder, {})
    app = create_app(settings, answers=False)
    with app.app_context():
        desk = Desk(app, folder)
        desk.ticket(desk.user("customer"), files=[desk.file()])
        db.session.remove()
        db.engine.dispose()
    return make(settings)


@pytest.mark.parametrize("how", EVIL)
def test_it_is_refused_and_nothing_is_there(how, parts, tmp_path):
    forged = Forged(parts)
    EVIL[how](forged)
    archive = forged.write(tmp_path / "evil.tar")
    data = tmp_path / "inside" / "desk"

    with pytest.raises(HelpdeskError):
        restore(archive, data, {}, tell_nobody)

    assert [path.name for path in data.iterdir()] == ["serve.lock"]
    names = sorted(path.name for path in tmp_path.rglob("*"))
    assert names == ["desk", "evil.tar", "inside", "serve.lock"]


def test_a_good_one_put_together_again_is_taken(parts, tmp_path):
    """Or else the others are refused for what the test does, not for what they are."""
    forged = Forged(parts)
    forged.end = bytes(10240)  # as other programs end one

    restore(forged.write(tmp_path / "good.tar"), tmp_path / "desk", {}, tell_nobody)

    assert (tmp_path / "desk" / "helpdesk.db").exists()


@pytest.mark.parametrize("size", [0, 1, 511, 512, 1024, 20_000])
def test_a_file_that_was_cut_is_refused(size, parts, tmp_path):
    archive = tmp_path / "cut.tar"
    archive.write_bytes(parts.read_bytes()[:size])

    with pytest.raises(HelpdeskError):
        restore(archive, tmp_path / "desk", {}, tell_nobody)


def test_no_byte_can_be_another(parts, tmp_path):
    """A bit that flipped in any member is noticed."""
    whole = parts.read_bytes()
    with tarfile.open(parts) as tar:
        places = [member.offset_data for member in tar if member.size]
    for place in places:
        archive = tmp_path / "flipped.tar"
        content = bytearray(whole)
        content[place] ^= 4
        archive.write_bytes(content)
        with suppress(HelpdeskError):
            assert not verify(archive, tell_nobody, writes_files=False).ok
    assert leftovers(tmp_path) == []


def test_another_kind_of_file_is_refused_in_words(tmp_path):
    archive = tmp_path / "notes.txt"
    archive.write_bytes(b"Lamps, lamps, lamps.\n" * 500)

    with pytest.raises(HelpdeskError, match="not a backup"):
        restore(archive, tmp_path / "desk", {}, tell_nobody)


def test_gzip_around_it_is_refused(parts, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    archive.write_bytes(gzip.compress(parts.read_bytes()))

    with pytest.raises(HelpdeskError, match="not a backup"):
        restore(archive, tmp_path / "desk", {}, tell_nobody)
