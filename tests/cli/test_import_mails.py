"""``helpdesk import mbox`` and ``eml``: as somebody types it, also twice, and stopped halfway."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from tests import warm
from tests.databases import ask
from tests.mail.letters import letter
from tests.started import environment, helpdesk


@pytest.fixture
def command(data):
    def command(*words):
        return [*helpdesk(), "--data", str(data), "import", *map(str, words)]

    return command


@pytest.fixture
def run(command):
    def run(*words):
        return warm.run(
            command(*words), capture_output=True, env=environment(), timeout=120, check=False
        )

    return run


def mbox(folder: Path, number: int) -> Path:
    path = folder / "inbox.mbox"
    with path.open("wb") as file:
        for index in range(number):
            content = letter(f"Number {index}", from_=f"c{index}@shop.example")
            file.write(
                b"From x Wed Nov 25 10:00:00 2026\n" + content.replace(b"\r\n", b"\n") + b"\n"
            )
    return path


def count(data: Path, what: str) -> int:
    [[number]] = ask(data, f"SELECT count(*) FROM {what}")
    return int(number)


@pytest.mark.sqlite  # it is made of a copy of its file
def test_a_dry_run_tells_what_the_real_one_does_and_changes_nothing(run, data, tmp_path):
    path = mbox(tmp_path, 3)
    dry = run("mbox", path, "--dry-run", "--json", "--status", "closed")
    assert dry.returncode == 0, dry.stderr
    assert count(data, "tickets") == count(data, "users") == 0
    real = run("mbox", path, "--json", "--status", "closed")
    assert json.loads(dry.stdout)["taken"] == json.loads(real.stdout)["taken"]


@pytest.mark.postgresql
def test_a_dry_run_of_postgresql_is_refused_and_changes_nothing(run, data, tmp_path):
    dry = run("mbox", mbox(tmp_path, 3), "--dry-run")
    assert (dry.returncode, dry.stdout) == (1, b"")
    assert dry.stderr == b"A dry run is only made of a database of SQLite.\n"
    assert count(data, "tickets") == count(data, "users") == 0


def test_a_report_is_what_is_printed_and_what_is_there_is_not_taken_again(run, data, tmp_path):
    path, report = mbox(tmp_path, 3), tmp_path / "report.json"
    real = run("mbox", path, "--json", "--status", "closed", "--report", report)
    assert json.loads(report.read_text()) == json.loads(real.stdout)
    assert count(data, "tickets WHERE status = 'closed'") == 3
    assert run("mbox", path).stderr == b"mails, here already: 3\n"


def test_what_is_no_mbox_is_one_sentence(run, tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(b"\x89PNG")
    done = run("mbox", path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.endswith(
        b"is no mbox: it does not begin with a line \xe2\x80\x9cFrom \xe2\x80\xa6\xe2\x80\x9d.\n"
    )


@pytest.mark.parametrize("place", ["inbox.mbox", "none/report.json"])
def test_a_report_replaces_nothing_but_a_report(run, data, tmp_path, place):
    path = mbox(tmp_path, 1)
    before = path.read_bytes()
    done = run("mbox", path, "--report", tmp_path / place)
    assert (done.returncode, done.stdout) == (2, b"")
    assert path.read_bytes() == before
    assert count(data, "tickets") == 0

    report = tmp_path / "report.json"
    for _ in range(2):
        assert run("mbox", path, "--report", report).returncode == 0
    assert report.stat().st_mode & 0o777 == 0o600
    assert json.loads(report.read_text())["known"] == {"mails": 1}


def test_what_is_no_file_is_named_and_an_empty_folder_is_told(run, tmp_path):
    done = run("mbox", tmp_path)
    assert (done.returncode, done.stderr) == (1, f"{tmp_path}: It is no file.\n".encode())
    done = run("eml", tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b"There is nothing in it that could be taken.\n"


def test_killed_halfway_it_goes_on_where_it_was(run, command, data, tmp_path):
    path = mbox(tmp_path, 220)
    running = warm.Popen(
        command("mbox", path),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while running.poll() is None and count(data, "tickets") < 100:
        time.sleep(0.02)
    running.kill()
    running.wait()
    done = run("mbox", path, "--json")
    report = json.loads(done.stdout)
    assert report["taken"]["tickets"] + report["known"].get("mails", 0) == 220
    assert report["known"]["mails"] >= 100
    assert count(data, "tickets") == count(data, "messages") == count(data, "received_mails") == 220
