"""What is locked: all that pyproject.toml asks for, and what is installed."""

import os
import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
TOLD = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = TOLD["project"]["optional-dependencies"]
ASKED = {
    extra: [line for line in lines if not line.startswith("helpdesk[")]  # an extra asks for another
    for extra, lines in {
        "": TOLD["project"]["dependencies"],
        "build": TOLD["build-system"]["requires"],
        **EXTRAS,
    }.items()
}


def locked(path):
    lines = re.findall(r"^[a-z0-9].*?(?= *\\?$)", (ROOT / path).read_text(), re.MULTILINE)
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): one for one in found}


EVERYTHING = locked(".ci/constraints.txt")
IMAGE = locked("deploy/requirements.txt")


@pytest.mark.parametrize("extra", ASKED)
def test_all_that_is_asked_for_is_locked(extra):
    for asked in map(Requirement, ASKED[extra]):
        [one] = EVERYTHING[canonicalize_name(asked.name)].specifier
        assert one.operator == "=="
        assert asked.specifier.contains(one.version), asked
        assert [bound.operator for bound in asked.specifier] == [">="], asked


def needed(names):
    """*names* and all that they ask for, of what is installed here."""
    found, waiting = set(), list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        try:
            asked = [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:  # an extra that isn't installed here
            continue
        waiting += [a.name for a in asked if a.marker is None or a.marker.evaluate({"extra": ""})]
    return found


def test_the_image_brings_all_that_runs_and_nothing_of_the_tests():
    extras = [
        each for name, asked in EXTRAS.items() if name not in ("test", "dev") for each in asked
    ]
    names = [Requirement(line).name for line in TOLD["project"]["dependencies"] + extras]
    assert needed(names) <= IMAGE.keys()
    assert "pytest" not in IMAGE
    assert {n: str(one.specifier) for n, one in IMAGE.items()}.items() <= {
        n: str(one.specifier) for n, one in EVERYTHING.items()
    }.items()


def test_each_file_of_the_image_is_known_by_its_hash():
    text = (ROOT / "deploy/requirements.txt").read_text()
    for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


@pytest.mark.skipif("CI" not in os.environ, reason="On a laptop newer versions may be installed.")
def test_what_is_installed_is_what_is_locked():
    lines = [*TOLD["project"]["dependencies"], *ASKED["test"]]
    for name in needed(Requirement(line).name for line in lines):
        if is_installed(name):
            assert EVERYTHING[name].specifier.contains(version(name)), name


def is_installed(name):
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False
