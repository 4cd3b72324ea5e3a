"""What CI asks beyond a run at home: nothing is skipped, and slow tests are run."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest

from helpdesk.cli.opening import NEW_OBJECTS
from tests import postgresql, rclone

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def pytest_configure(config: pytest.Config) -> None:
    """A PostgreSQL for each process of a run that is to have one: what a desk remembers ends with
    whatever is written anywhere on its server, and tests count what is asked."""
    if config.option.dist != "no":  # this process has others that run the tests
        return
    if postgresql.is_asked_for() and postgresql.SERVER not in os.environ:
        server = postgresql.Server()
        config.add_cleanup(server.remove)
        server.start()
        os.environ[postgresql.SERVER] = str(server.folder)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage among thousands of tests: they are there until the end, and each look at
    all of them takes half a second. Afterwards look as seldom as a desk that serves does."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS)
        gc.enable()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """For all tests one process more than there are processors, as many tests wait for something;
    none but this one for a file or two."""
    is_everything = config.args == config.getini("testpaths")
    return (os.cpu_count() or 1) + 1 if is_everything else 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out, unless this is CI or somebody asked for them (``-m slow``).

    What takes minutes is for those who ask (``-m thorough``): its first rounds are a test too.
    """
    asked = config.option.markexpr
    left_out = {
        mark
        for mark in ("slow", "thorough")
        if mark not in asked and not (IN_CI and mark == "slow")
    }
    left_out.add("sqlite" if postgresql.is_asked_for() else "postgresql")
    if rclone.is_asked_for():
        left_out.add("folder")
    elsewhere = postgresql.is_asked_for() or rclone.is_asked_for()
    dropped = [
        item
        for item in items
        if any(map(item.get_closest_marker, left_out)) or (elsewhere and not _has_desk(item))
    ]
    kept = set(items) - set(dropped)
    # The slow ones first: at the end no process waits for another's last test.
    items[:] = sorted((one for one in items if one in kept), key=_haste)
    config.hook.pytest_deselected(items=dropped)


def _has_desk(item: pytest.Item) -> bool:
    """Whether it matters to the test where desks have their rows and files: the others are the same
    in every run, and are left out of the second one."""
    return "empty_desk_folder" in getattr(item, "fixturenames", ())


def _haste(item: pytest.Item) -> int:
    marks = ("slow", "browser")
    return next((place for place, mark in enumerate(marks) if item.get_closest_marker(mark)), 9)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a skipped test is a failed one: what could not be tried is not known to work."""
    report: Any = yield
    # What a test says of half characters can't be told from one process to another as it is.
    report.sections = [
        (name, said.encode("utf-8", "backslashreplace").decode()) for name, said in report.sections
    ]
    return _failed_if_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a whole module."""
    report: Any = yield
    return _failed_if_skipped(report)


def _failed_if_skipped(report: Any) -> Any:
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"Nothing may be left out in CI. {reason}"
    return report
