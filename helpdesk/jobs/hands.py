"""The threads of a lane in which several jobs run at once."""

import logging
import threading
from collections.abc import Callable

from flask import Flask

from .leases import Claim
from .running import run

_log = logging.getLogger(__name__)


class Hands:
    """A thread for each job that runs, *most* at a time; without jobs there is none.

    *on_free* is called after each.
    """

    def __init__(self, app: Flask, most: int, on_free: Callable[[], None]) -> None:
        self._app, self._most, self._on_free = app, most, on_free
        self._busy: set[threading.Thread] = set()

    @property
    def are_full(self) -> bool:
        """Whether a job has to wait for one of them."""
        return len(self._busy) >= self._most

    def take(self, claim: Claim) -> None:
        """Run the job of *claim*; who asks doesn't wait for it."""
        name = f"jobs-{claim.kind}-{claim.id}"
        thread = threading.Thread(target=self._work, args=(claim,), name=name, daemon=True)
        self._busy.add(thread)
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads
            self._busy.discard(thread)
            run(self._app, claim)

    def threads(self) -> list[threading.Thread]:
        """Those that have a job just now."""
        return list(self._busy)

    def _work(self, claim: Claim) -> None:
        try:
            run(self._app, claim)
        except Exception:
            _log.exception("How job %d (%s) ended was not noted", claim.id, claim.kind)
        finally:
            self._busy.discard(threading.current_thread())
            self._on_free()
