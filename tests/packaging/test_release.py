"""What is released: the same bytes whoever makes it, under one version."""

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpdesk.release import current_version
from tests.started import typed

ROOT = Path(__file__).parents[2]
COMMITTED = 1_790_000_000  # 2026-09-21 14:13:20 UTC


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, ROOT / ".ci" / "build.py", folder]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(COMMITTED)}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.mark.slow
def test_wheel_and_sources_are_the_same_bytes_when_made_elsewhere(made):
    sums = [line.split("  ") for line in (made / "SHA256SUMS").read_text().splitlines()]
    version = current_version()
    assert [name for _, name in sums] == [
        f"helpdesk-{version}-py3-none-any.whl",
        f"helpdesk-{version}.tar.gz",
    ]
    for digest, name in sums:
        assert hashlib.sha256((made / name).read_bytes()).hexdigest() == digest


@pytest.mark.slow
def test_the_wheel_is_of_its_commit_and_has_what_it_needs(made):
    [path] = made.glob("*.whl")
    wheel = zipfile.ZipFile(path)
    assert {one.date_time for one in wheel.infolist()} == {(2026, 9, 21, 14, 13, 20)}
    names = set(wheel.namelist())
    assert {"helpdesk/templates/base.html", "helpdesk/migrations/schema.sql"} <= names
    assert not [n for n in names if n.startswith(("tests/", "instance/")) or n.endswith(".pyc")]


def test_the_program_tells_its_version(tmp_path):
    assert typed(tmp_path, "--version") == f"helpdesk {current_version()}"
    assert not list(tmp_path.iterdir())


def test_changes_are_told_under_the_version():
    [newest, *_] = re.findall(r"^## (\S+) \(", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest == current_version()
