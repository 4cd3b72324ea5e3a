"""One round of a mailbox at a time, whichever process does it.

The lock is a file's, which the system lets go of however a process ends; so nobody waits for one
that was killed. It spares work only: that nothing is filed twice is seen to by the ledger, which
has one row for a mailbox, UIDVALIDITY and UID.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from ...errors import WrongState
from ...i18n import gettext as _

_LOOK = 0.1  # seconds


@contextmanager
def alone_with(mailbox_id: int, patient: Callable[[], bool]) -> Iterator[None]:
    """Be the only one who fetches from the mailbox; wait for another while *patient*.

    Raises WrongState when patience is at its end.
    """
    folder: Path = current_app.config["HELPDESK"].mail
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"mailbox-{mailbox_id}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _take(descriptor):
            if not patient():
                raise WrongState(_("Somebody else is fetching from this mailbox at the moment."))
            time.sleep(_LOOK)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
