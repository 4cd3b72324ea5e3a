"""What the desk runs on: Python, the packages, SQLite."""

import platform
import re
import sqlite3
import sys
import tomllib
from importlib import metadata
from types import ModuleType

from ...database import sqlite_driver
from ...i18n import lazy
from ...paths import PACKAGE
from ...search.schema import OLDEST_SQLITE
from .checks import Check, Patient, Said, bad, good, some, warn

OLDEST_PYTHON = (3, 11)
WAL_FAULT_FIXED = (3, 51, 3)  # a checkpoint at the wrong moment corrupted the database before
_NEEDED = re.compile(r"([A-Za-z0-9._-]+)>=([0-9.]+)(;.*)?", re.ASCII)
_NEWER_SQLITE = "pip install --upgrade pysqlite3"


def python(_patient: Patient) -> Said:
    """Whether Python is new enough."""
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return bad(lazy("Python %(version)s is too old: 3.11 is the oldest.", version=version))
    return good(f"Python {version}.")


def packages(_patient: Patient) -> Said:
    """Whether the packages that the desk needs are there, and not too old."""
    wrong = [told for line in _needed() if (told := _lacks(line))]
    if wrong:
        return bad(
            lazy("Packages are missing or too old: %(which)s.", which=some(wrong)),
            "pip install --upgrade helpdesk",
        )
    return good(lazy("The packages that the desk needs are there, and new enough."))


def sqlite(_patient: Patient) -> Said:
    """Whether SQLite is free of known faults, and has what the desk needs."""
    driver = sqlite_driver()
    return sqlite_is(
        driver.sqlite_version, is_bundled=driver is not sqlite3, lacks=_lacking(driver)
    )


def sqlite_is(version: str, *, is_bundled: bool = True, lacks: str = "") -> Said:
    """What is to be said of that *version* of SQLite."""
    numbers = tuple(int(part) for part in version.split("."))
    if lacks:
        return bad(
            lazy("SQLite %(version)s was built without %(what)s.", version=version, what=lacks),
            _NEWER_SQLITE,
        )
    if numbers < OLDEST_SQLITE:
        return bad(
            lazy(
                "SQLite %(version)s is too old for searching: 3.43 is the oldest.", version=version
            ),
            _NEWER_SQLITE,
        )
    if numbers < WAL_FAULT_FIXED:
        return warn(
            lazy(
                "SQLite %(version)s has a fault that can corrupt a database in WAL mode; 3.51.3"
                " doesn't.",
                version=version,
            ),
            _NEWER_SQLITE,
        )
    if is_bundled:
        return good(f"SQLite {version}.")
    return good(lazy("SQLite %(version)s, of the standard library.", version=version))


def _lacking(driver: ModuleType) -> str:
    """What the desk needs that was left out of this SQLite."""
    connection = driver.connect(":memory:")
    try:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    finally:
        connection.close()
    if "THREADSAFE=0" in options:
        return "threads"
    return "" if "ENABLE_FTS5" in options else "FTS5"


def _needed() -> list[str]:
    """The lines that say which packages the desk needs; those of extras are left out."""
    try:
        lines = metadata.requires("helpdesk") or []
    except metadata.PackageNotFoundError:  # a checkout that was not installed
        try:
            with (PACKAGE.parent / "pyproject.toml").open("rb") as file:
                lines = tomllib.load(file)["project"]["dependencies"]
        except (OSError, KeyError, tomllib.TOMLDecodeError):
            lines = []
    return [line.replace(" ", "") for line in lines if "extra==" not in line.replace(" ", "")]


def _lacks(line: str) -> str:
    """What is wrong with the package that *line* names; empty: nothing."""
    needed = _NEEDED.fullmatch(line)
    if needed is None or (needed[3] and sys.platform not in needed[3]):
        return ""
    try:
        version = metadata.version(needed[1])
    except metadata.PackageNotFoundError:
        return needed[1]
    return "" if _numbers(version) >= _numbers(needed[2]) else f"{needed[1]} {version}"


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"[0-9]+", version)[:3]]


CHECKS = (
    Check("program", lazy("python"), python),
    Check("program", lazy("packages"), packages),
    Check("program", lazy("SQLite"), sqlite),
)
