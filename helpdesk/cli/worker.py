"""``helpdesk worker``: the background work without the pages."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from .groups import example
from .opening import bring_up_to_date, keep_mailbox, look_at_files, make_desk, read_settings
from .printing import counted
from .starting import SIGNALS, start

if TYPE_CHECKING:
    from flask import Flask

LOOK = 5.0  # seconds between two looks at whether the database is still this program's


@click.command(epilog=example("helpdesk worker", "helpdesk worker --once"))
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.pass_context
def worker(ctx: click.Context, once: bool) -> None:
    """Do the background work until SIGTERM or Ctrl-C.

    For a desk that is served with --no-worker, or beside one; several of them share the work.
    Prints "Help desk worker ready", or with --once how many jobs were done. What is at hand is
    finished before it ends, within 30 seconds.
    """
    with start() as go_on:
        from .. import logs
        from ..database import db
        from ..serving import give_memory_back

        give_memory_back()
        settings = read_settings()
        logs.configure(settings)
        app = make_desk(settings, answers=False)
        bring_up_to_date(app)
        look_at_files(app)
        keep_mailbox(app)
        go_on()
        try:
            if once:
                _do_what_is_due(app, go_on)
            elif not _work(app, go_on):
                ctx.exit(1)
        finally:
            with app.app_context():
                db.engine.dispose()


def _do_what_is_due(app: "Flask", go_on: Callable[[], None]) -> None:
    from ..jobs import run_due
    from ..jobs.queueing import prepare
    from ..tickets.actions import release_due

    prepare(app)
    with app.app_context():
        release_due()
    ran = 0
    while run_due(app, limit=1):
        ran += 1
        go_on()
    click.echo(f"{counted(ran, 'job')} done")


def _work(app: "Flask", go_on: Callable[[], None]) -> bool:
    """Until a signal; False when a job had to be left at the end."""
    from ..database import linked
    from ..jobs import Worker
    from ..mail.fetching.fetcher import Fetcher
    from ..operations.migrate import is_current
    from ..operations.releasing import Releaser

    ended = []
    with _signals() as stopping, linked(app), ExitStack() as stack:
        worker, releaser, fetcher = Worker(app), Releaser(app, every=LOOK), Fetcher(app)
        worker.start()
        stack.callback(lambda: ended.append(worker.stop()))
        releaser.start()
        stack.callback(releaser.stop)
        fetcher.start()
        stack.callback(fetcher.stop)
        go_on()
        click.echo("Help desk worker ready")
        while not stopping.wait(LOOK):
            with app.app_context():
                is_current()  # a newer program may have migrated it: then this one must go
    return all(ended)


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """An event that the first SIGTERM or SIGINT sets; a second one ends the process at once."""
    stopping = threading.Event()
    before = {one: signal.getsignal(one) for one in SIGNALS}

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        for one in SIGNALS:
            signal.signal(one, signal.SIG_DFL)

    for one in SIGNALS:
        signal.signal(one, stop)
    try:
        yield stopping
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
