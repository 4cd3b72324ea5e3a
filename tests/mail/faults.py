"""Kill -9 at the n-th step of some work: each statement, commit, fsync, rename and request."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from helpdesk import clock, create_app
from helpdesk.database import db
from helpdesk.files.buckets import Bucket
from helpdesk.settings import load_settings
from tests import rclone

KILLED = -signal.SIGKILL


def in_a_child(
    folder: Path, work: Callable[[Any], None], *, kill_at: int | None = None, **environ: str
) -> int:
    """Do ``work(app)`` in a process of its own, which dies right before its step *kill_at*.

    Returns how it ended: 0, or KILLED. Forking spares the imports, a second for each.
    """
    if rclone.is_asked_for():
        return _in_a_child_of_another(folder, work, kill_at, environ)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _work(folder, work, kill_at, environ)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _in_a_child_of_another(*given: Any) -> int:
    """The same, by a process that has spoken to no bucket: what does that has threads, which no
    child would have."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.warm.imported"])
    child = context.Process(target=_work, args=given)
    child.start()
    child.join()
    return int(child.exitcode or 0)


def later(hours: float) -> None:
    """Move this process's clock: what died long ago has lost its lease."""
    clock.shift(timedelta(hours=hours))


def _work(
    folder: Path, work: Callable[[Any], None], kill_at: int | None, environ: dict[str, str]
) -> None:
    app = create_app(load_settings(folder, environ))
    with app.app_context():
        if kill_at is not None:
            _count(kill_at)
        work(app)
        db.session.remove()


def _count(kill_at: int) -> None:
    left = kill_at

    def step(*_: Any, **__: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(function: Any) -> Any:
        def call(*args: Any, **more: Any) -> Any:
            step()
            return function(*args, **more)

        return call

    os.fsync = before(os.fsync)
    Bucket.asked = before(Bucket.asked)  # type: ignore[method-assign]
    Path.rename = before(Path.rename)  # type: ignore[method-assign]
    Path.unlink = before(Path.unlink)  # type: ignore[method-assign]
    sa.event.listen(db.engine, "before_cursor_execute", step)
    sa.event.listen(db.engine, "commit", step)
