"""An import that is killed: the desk is as empty as it was, and the next try brings all of it."""

import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.database import db
from helpdesk.operations import exporting
from helpdesk.operations.importing import ours
from tests import warm
from tests.operations.exporting.conftest import content
from tests.started import environment

STALLED = """
import sys, time
from helpdesk.cli import main
from helpdesk.operations.importing.ours import {module}
def stall(*_arguments, **_options):
    print("there", flush=True)
    time.sleep(600)
{module}.{step} = stall
main(sys.argv[1:])
"""


@pytest.mark.parametrize("step", ["rows.load", "key.take"])
def test_killed_at_a_step_it_is_begun_anew(step, desk, alice, another, tmp_path):
    desk.ticket(alice, files=[desk.file()])
    exporting.export(tmp_path / "export")
    module, _, name = step.partition(".")
    folder = tmp_path / "new"
    program = [sys.executable, "-c", STALLED.format(module=module, step=name)]
    with warm.Popen(
        [*program, "--data", str(folder), "import", "json", str(tmp_path / "export")],
        stdout=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout.readline() == b"there\n"
        process.send_signal(signal.SIGKILL)
    count = sa.select(sa.func.count()).select_from(User)
    assert another(lambda: db.session.scalar(count), folder) == 0
    another(lambda: ours.bring_in(tmp_path / "export"), folder)
    another(lambda: exporting.export(tmp_path / "2"), folder)
    assert content(tmp_path / "2") == content(tmp_path / "export")


def test_an_export_that_is_killed_leaves_nothing_of_that_name(desk, alice, tmp_path):
    desk.ticket(alice)
    program = """
import sys, time
from helpdesk.operations.exporting import files
def stall():
    print("there", flush=True)
    time.sleep(600)
    yield
files.named = stall
from helpdesk.cli import main
main(sys.argv[1:])
"""
    dest = tmp_path / "export.zip"
    with warm.Popen(
        [sys.executable, "-c", program, "--data", str(desk.folder), "export", str(dest)],
        stdout=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout.readline() == b"there\n"
        process.send_signal(signal.SIGKILL)
    assert not dest.exists()
    assert list(tmp_path.glob(".*"))
    exporting.export(dest)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert dest.exists()
