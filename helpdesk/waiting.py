"""A thread says that it begins to wait, so that another one may use the time.

Who waits calls :func:`waits`, or for what may take seconds :func:`waits_aside`; who hands out the
time, :mod:`helpdesk.serving`, is told.
"""

import threading
from collections.abc import Callable


def _nothing() -> None:
    pass


class _Here(threading.local):
    waits: Callable[[], object] = staticmethod(_nothing)
    waits_aside: Callable[[], object] = staticmethod(_nothing)
    goes_on: Callable[[], object] = staticmethod(_nothing)


_here = _Here()


def tell_of_waiting(
    waits: Callable[[], object],
    waits_aside: Callable[[], object],
    goes_on: Callable[[], object],
) -> None:
    """Call these when this thread begins to wait, and goes on. They must not wait themselves."""
    _here.waits, _here.waits_aside, _here.goes_on = waits, waits_aside, goes_on


def waits() -> None:
    """This thread begins to wait, for the disk or for another thread."""
    _here.waits()


def waits_aside() -> Callable[[], object]:
    """This thread begins to wait, perhaps for seconds: another one may have its place meanwhile.

    Who lets it go on calls what is returned before, from any thread.
    """
    goes_on = _here.goes_on
    _here.waits_aside()
    return goes_on
