"""A thread says that it begins to wait, so that another one may use the time.

Who waits calls :func:`waits`; who hands out the time, :mod:`helpdesk.serving`, is told.
"""

import threading
from collections.abc import Callable


class _Here(threading.local):
    tell: Callable[[], object] | None = None


_here = _Here()


def tell_of_waiting(tell: Callable[[], object]) -> None:
    """Call *tell* whenever this thread begins to wait. It must not wait itself."""
    _here.tell = tell


def waits() -> None:
    """This thread begins to wait, for the disk or for another thread."""
    if _here.tell is not None:
        _here.tell()
