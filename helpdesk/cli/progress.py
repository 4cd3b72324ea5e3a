"""How far a long command is: a bar on stderr, where somebody looks at it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], object]]:
    """What is to be called with how much more is done, of *total*; on a terminal it shows a bar."""
    if not sys.stderr.isatty():
        yield lambda more: None
        return
    with click.progressbar(length=total or 0, label=label, file=sys.stderr) as bar:
        yield bar.update
