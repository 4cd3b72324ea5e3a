"""A thread says that it begins to wait, so that another one may use the time.

Who waits calls :func:`waits`, or for what may take seconds :func:`waiting`; who hands out the time,
:mod:`helpdesk.serving`, is told.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class _Here(threading.local):
    tell: Callable[[], object] | None = None
    tell_aside: Callable[[bool], object] | None = None


_here = _Here()


def tell_of_waiting(
    tell: Callable[[], object], tell_aside: Callable[[bool], object] | None = None
) -> None:
    """Call *tell* whenever this thread begins to wait. It must not wait itself.

    Of waiting that may take long *tell_aside* is told: whether it begins or ends.
    """
    _here.tell, _here.tell_aside = tell, tell_aside


def waits() -> None:
    """This thread begins to wait, for the disk or for another thread."""
    if _here.tell is not None:
        _here.tell()


@contextmanager
def waiting() -> Iterator[None]:
    """The block waits, perhaps for seconds: another thread may have this one's place meanwhile."""
    tell = _here.tell_aside
    if tell is None:
        waits()
        yield
        return
    tell(True)
    try:
        yield
    finally:
        tell(False)
