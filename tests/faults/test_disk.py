"""Real disks that are full or have become read-only, and a process that may open few files."""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.desk import PREFIX
from tests.faults.deeds import CUSTOMER, STAFF, Opened
from tests.faults.script import FORM, Keys, Script, form, some_file
from tests.mail.letters import letter
from tests.started import helpdesk, started, typed

MEGABYTE = 1024 * 1024


def run(*words):
    """Do what only root may; skip the test where that can't be had."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"It needs the command {words[0]}: {error.strerror}.")
    if done.returncode:
        pytest.skip(f"It needs {' '.join(words[:2])} ({done.stderr.strip()}).")


@contextmanager
def mounted(place, *options):
    """A disk of its own at *place*."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("It needs root, to mount a small disk.")
    place.mkdir()
    run("mount", *options, str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)


def fill(path):
    """Write until the disk takes no more."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


@pytest.fixture
def keys(desk, alice, admin):
    hook = dict(line.split("\t") for line in typed(desk.folder, "mail", "hook").splitlines())
    return Keys(desk.token(alice), desk.token(admin), hook["secret"])


def post(script, keys, *files):
    body = form({"subject": "A", "message": "long " * 5000}, list(files))
    return script.ask("POST", PREFIX + CUSTOMER, keys.customer, body, **FORM)


def is_told(answer, status):
    found, headers, body = answer
    assert found == status, body
    assert int(headers["retry-after"]) > 0
    assert headers["x-request-id"].encode() in body


@pytest.mark.sqlite  # whose file is on the disk; with PostgreSQL and a bucket: the test below it
@pytest.mark.folder
def test_a_full_disk_takes_nothing_loses_nothing_and_is_over_by_itself(desk, keys, tmp_path):
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=24m", "tmpfs") as disk:
        shutil.copytree(desk.folder, disk / "desk")
        with started(disk / "desk") as served:
            script, before = Script(served.url), Opened(files=[some_file("a.bin")])
            before.do(script, keys)
            fill(disk / "filler")
            assert script.ask("GET", "/healthz")[0] == 503
            mail = letter("long " * 5000)
            hook = f"{PREFIX}{STAFF}/mail/inbound"
            is_told(post(script, keys), 507)
            is_told(post(script, keys, some_file("b.bin")), 507)
            for _ in range(60):  # the last page of the log has room for some lines more
                if script_lines(served):
                    break
                is_told(post(script, keys), 507)
            is_told(script.ask("POST", hook, "", mail, **keys.signed(mail)), 507)
            before.check(script, keys)  # whoever reads goes on
            assert script.ask("GET", "/")[0] == 200

            (disk / "filler").unlink()
            assert script.ask("GET", "/healthz")[0] == 200
            after = Opened(files=[some_file("c.bin")])
            after.do(script, keys)
            after.check(script, keys)
            before.check(script, keys)
            assert served.stop() == 0
        assert len(script_lines(served)) == 1, served.remarks
        assert not list((disk / "desk" / "attachments" / "incoming").iterdir())


def script_lines(served):
    return [line for line in served.remarks if "The log can't be written" in line]


@pytest.mark.postgresql
def test_a_full_disk_beside_postgresql_takes_no_files_and_all_else(desk, keys, tmp_path):
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=24m", "tmpfs") as disk:
        shutil.copytree(desk.folder, disk / "desk")
        with started(disk / "desk") as served:
            script, before = Script(served.url), Opened(files=[some_file("a.bin")])
            before.do(script, keys)
            fill(disk / "filler")
            assert script.ask("GET", "/healthz")[0] == 503
            is_told(post(script, keys, some_file("b.bin")), 507)
            words = Opened(files=[])
            words.do(script, keys)  # they go past this disk
            words.check(script, keys)
            before.check(script, keys)

            (disk / "filler").unlink()
            assert script.ask("GET", "/healthz")[0] == 200
            after = Opened(files=[some_file("c.bin")])
            after.do(script, keys)
            after.check(script, keys)
            assert served.stop() == 0
        assert not list((disk / "desk" / "attachments" / "incoming").iterdir())


@pytest.mark.sqlite  # whose file is on the disk
@pytest.mark.folder
def test_a_disk_that_became_read_only_is_told_and_still_read(desk, keys, tmp_path):
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(40 * MEGABYTE)
    run("mkfs.ext4", "-q", str(image))
    with mounted(tmp_path / "disk", "-o", "loop", str(image)) as disk:
        shutil.copytree(desk.folder, disk / "desk")
        with started(disk / "desk") as served:
            script, before = Script(served.url), Opened(files=[some_file("a.bin")])
            before.do(script, keys)
            run("mount", "-o", "remount,abort", str(disk))  # as the kernel does after an error
            status, _headers, told = script.ask("GET", "/healthz")
            assert (status, b"can't be written to" in told) == (503, True)
            is_told(post(script, keys), 503)
            is_told(post(script, keys, some_file("b.bin")), 503)
            before.check(script, keys)
            served.stop()


def test_few_open_files_mean_fewer_connections_and_no_failures(desk, keys):
    program = ["prlimit", "--nofile=100:100", *helpdesk()]
    if shutil.which("prlimit") is None:
        pytest.skip("It needs the command prlimit.")
    with started(desk.folder, program=program) as served, ExitStack() as stack:
        script, (host, port) = Script(served.url), urlsplit(served.url).netloc.split(":")
        for _ in range(45):
            slow = stack.enter_context(socket.create_connection((host, int(port))))
            slow.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
        opened = Opened(files=[some_file("a.bin")])
        opened.do(script, keys)  # once some of those that say nothing have lost their connection
        opened.check(script, keys)
        assert script.ask("GET", "/healthz")[0] == 200
        assert served.stop() == 0
    assert not [line for line in served.remarks if "can be taken" in line]
