"""How far a long command is: a bar on stderr, where somebody looks at it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], object]]:
    """What is to be called with how much more is done, of *total*; on a terminal it shows a bar."""
    if not sys.stderr.isatty():
        yield lambda more: None
        return
    with click.progressbar(length=total or 0, label=label, file=sys.stderr) as bar:
        yield bar.update


_STAGES = {
    "database": "Database",
    "files": "Files",
    "content": "Content",
    "checks": "Checks",
    "bucket": "Bucket",
}


@contextmanager
def stages() -> Iterator[Callable[[str, int, int], None]]:
    """The same for what is done in stages: told which one, how much of it is done, of how much."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _all: None
        return
    at = ""
    bar: Any = None

    def tell(stage: str, done: int, all_: int) -> None:
        nonlocal at, bar
        if stage != at:
            if bar is not None:
                bar.render_finish()
            at, bar = stage, click.progressbar(length=all_, label=_STAGES[stage], file=sys.stderr)
        bar.update(done - bar.pos)

    try:
        yield tell
    finally:
        if bar is not None:
            bar.render_finish()
