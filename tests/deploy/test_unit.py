"""The unit of systemd, as far as it can be judged where systemd doesn't run."""

import re
import shutil
import subprocess

import pytest

from tests.deploy.conftest import DEPLOY

UNIT = DEPLOY / "helpdesk.service"
WORST = 1.5  # of 10: what systemd calls OK ends at 5

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="No systemd here.")


def analyzed(*words):
    ran = subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, check=False, timeout=60
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_systemd_understands_each_line_of_it(tmp_path):
    # The program need not be here for that.
    unit = tmp_path / "helpdesk.service"
    unit.write_text(UNIT.read_text().replace("/opt/helpdesk/bin/helpdesk", "/bin/true"))
    assert analyzed("verify", str(unit)) == (0, "")


def test_it_exposes_next_to_nothing():
    _status, told = analyzed("security", "--offline=true", str(UNIT))
    exposure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", told)[1])

    assert exposure <= WORST, told


def test_it_is_given_the_time_that_a_stop_may_take():
    compose = (DEPLOY / "compose.yaml").read_text()

    assert "TimeoutStopSec=60" in UNIT.read_text()
    assert "stop_grace_period: 60s" in compose
