"""Commands that are killed amid their work, by kill -9: the desk is whole, and nothing is half."""

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from helpdesk import create_app
from helpdesk.database import db
from helpdesk.operations import migrate
from helpdesk.operations.archives import swapping
from helpdesk.operations.archives.making import make
from helpdesk.operations.archives.proving import verify
from helpdesk.operations.archives.reading import Backup
from helpdesk.operations.archives.restoring import restore
from helpdesk.settings import load_settings
from tests import warm
from tests.operations.archives.conftest import leftovers, tell_nobody
from tests.operations.archives.test_restoring import is_whole, rows_of, subjects
from tests.operations.test_upgrading import closed, released
from tests.started import PATIENCE, environment, helpdesk

pytestmark = pytest.mark.sqlite  # a backup is a copy of its file; else it says pg_dump

__all__ = ["released"]
ROUNDS = [1, pytest.param(300, marks=pytest.mark.thorough)]


@pytest.fixture
def folder(filled, alice, settings, tmp_path):
    """A desk that takes a moment to copy, with a backup from before its last ticket."""
    content = random.Random(1).randbytes(300_000)
    for number in range(20):
        filled.ticket(alice, f"File {number}", files=[filled.file(content=content)])
    make(settings, tmp_path / "backup.tar")
    filled.ticket(alice, "Since then")
    db.session.remove()
    db.engine.dispose()
    copy = tmp_path / "desk"
    shutil.copytree(filled.folder, copy)
    return copy


def kill_amid(folder, *words):
    """Kill the command *words* some time after it has begun to work; whether it was not done."""
    known = set(leftovers(folder))  # of one that was killed before
    process = warm.Popen(
        [*helpdesk(), "--data", str(folder), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        if set(leftovers(folder)) - known:
            break
        time.sleep(0.002)
    time.sleep(random.uniform(0, 0.5))
    process.kill()
    return process.wait(PATIENCE) != 0


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_backup_that_is_killed_is_not_there_or_whole(folder, rounds):
    killed = 0
    for _ in range(rounds):
        killed += kill_amid(folder, "backup")
        for made in (folder / "backups").glob("*.tar"):
            with made.open("rb") as file:
                Backup(file).unpack({})
            made.unlink()

    made = make(load_settings(folder, {}))

    assert killed or rounds == 1  # one may be too late
    assert leftovers(folder) == []
    with made.open("rb") as file:
        Backup(file).unpack({})


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_restore_that_is_killed_leaves_the_old_desk_or_the_new(folder, tmp_path, rounds):
    killed, whole = 0, tmp_path / "whole"
    shutil.copytree(folder, whole)
    for _ in range(rounds):
        killed += kill_amid(folder, "restore", "--replace", str(tmp_path / "backup.tar"))
        swapping.go_on(folder)  # as every command does first
        is_old = subjects(folder)[-1] == "Since then"
        assert len(subjects(folder)) == 23 + is_old
        assert is_whole(folder)
        if not is_old:
            [replaced] = folder.glob("replaced-*")
            assert subjects(replaced)[-1] == "Since then"
            shutil.rmtree(folder)
            shutil.copytree(whole, folder)

    restore(tmp_path / "backup.tar", folder, {}, tell_nobody, replace=True)

    assert killed or rounds == 1  # one may be too late
    assert leftovers(folder) == []
    assert len(subjects(folder)) == 23


@pytest.mark.parametrize("rounds", ROUNDS)
def test_an_upgrade_that_is_killed_leaves_the_old_database_or_the_new(tmp_path, rounds, released):
    for number in range(rounds):
        folder = Path(shutil.copytree(released / "0001", tmp_path / str(number)))
        kill_amid(folder, "upgrade")
        rows, revision = rows_of(folder, "SELECT * FROM alembic_version"), migrate.revisions()[-1]
        assert rows in ([("0001",)], [(revision,)])
        assert subjects(folder) == ["Broken <lamp>", "Where is my order", "Invoice 9"]
        for made in (folder / "backups").glob("*.tar"):
            with made.open("rb") as file:
                Backup(file).unpack({})

        app = create_app(load_settings(folder, {}), answers=False)
        migrate.bring_up_to_date(app)
        closed(app)

        assert rows_of(folder, "SELECT * FROM alembic_version") == [(revision,)]
        assert rows_of(folder, "PRAGMA integrity_check") == [("ok",)]


def test_a_proof_that_is_killed_leaves_nothing_for_long(folder, tmp_path):
    backup = tmp_path / "backup.tar"
    process = warm.Popen([*helpdesk(), "verify", str(backup)], env=environment())
    until = time.monotonic() + PATIENCE
    while not leftovers(tmp_path) and time.monotonic() < until:
        time.sleep(0.002)
    process.kill()
    process.wait(PATIENCE)
    assert leftovers(tmp_path)

    assert verify(backup, tell_nobody, writes_files=False).ok
    assert leftovers(tmp_path) == []
