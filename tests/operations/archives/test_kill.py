"""Commands that are killed amid their work, by kill -9: the desk is whole, and nothing is half."""

import random
import shutil
import subprocess
import time

import pytest

from helpdesk.database import db
from helpdesk.operations.archives import swapping
from helpdesk.operations.archives.making import make
from helpdesk.operations.archives.reading import Backup
from tests.operations.archives.conftest import leftovers
from tests.operations.archives.test_restoring import is_whole, subjects
from tests.started import PATIENCE, environment, helpdesk, typed

ROUNDS = [2, pytest.param(300, marks=pytest.mark.thorough)]


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
    process = subprocess.Popen(
        [*helpdesk(), "--data", str(folder), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    until = time.monotonic() + PATIENCE
    while process.poll() is None and not leftovers(folder) and time.monotonic() < until:
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

    made = typed(folder, "backup")

    assert killed
    assert leftovers(folder) == []
    assert typed(folder, "verify", made)


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

    typed(folder, "restore", "--replace", str(tmp_path / "backup.tar"))

    assert killed
    assert leftovers(folder) == []
    assert len(subjects(folder)) == 23


def test_a_proof_that_is_killed_leaves_nothing_for_long(folder, tmp_path):
    backup = tmp_path / "backup.tar"
    process = subprocess.Popen([*helpdesk(), "verify", str(backup)], env=environment())
    until = time.monotonic() + PATIENCE
    while not leftovers(tmp_path) and time.monotonic() < until:
        time.sleep(0.002)
    process.kill()
    process.wait(PATIENCE)
    assert leftovers(tmp_path)

    assert "application" in typed(folder, "verify", str(backup))
    assert leftovers(tmp_path) == []
