"""One round of a mailbox at a time, whichever process does it, and one who waits for its news.

On SQLite the lock of a round is a file's, which the system lets go of however a process ends; so
nobody waits for one that was killed. On PostgreSQL it is the database's, over all machines. It
spares work only: that nothing is filed twice is seen to by the ledger, which has one row for a
mailbox, UIDVALIDITY and UID.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, current_app

from ...database import turn_of
from ...errors import WrongState
from ...i18n import gettext as _

_LOOK = 0.1  # seconds


@contextmanager
def alone_with(mailbox_id: int, patient: Callable[[], bool]) -> Iterator[None]:
    """Be the only one who fetches from the mailbox; wait for another while *patient*.

    Raises WrongState when patience is at its end.
    """
    lock = turn_of("FETCHING", mailbox_id) or _FileLock(mailbox_id)
    try:
        while not lock.take():
            if not patient():
                raise WrongState(_("Somebody else is fetching from this mailbox at the moment."))
            time.sleep(_LOOK)
        yield
    finally:
        lock.end()


@contextmanager
def watching(app: Flask, mailbox_id: int) -> Iterator[Callable[[], bool] | None]:
    """Be the only one who keeps a connection to the mailbox: whether it is so still.

    None where another is. On SQLite each process has one: there are two of them at most.
    """
    with app.app_context():
        turn = turn_of("WATCHING", mailbox_id)
    if turn is None:
        yield lambda: True
        return
    try:
        yield turn.is_mine if turn.take() else None
    finally:
        turn.end()


class _FileLock:
    def __init__(self, mailbox_id: int) -> None:
        folder: Path = current_app.config["HELPDESK"].mail
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"mailbox-{mailbox_id}.lock"
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self) -> bool:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def end(self) -> None:
        os.close(self._descriptor)
