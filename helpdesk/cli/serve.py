"""``helpdesk serve``: the desk on the network."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from .groups import example
from .opening import bring_up_to_date, keep_mailbox, look_at_files, make_desk, read_settings
from .starting import start

if TYPE_CHECKING:
    from flask import Flask

    from ..jobs import Worker
    from ..mail.fetching.fetcher import Fetcher
    from ..operations.releasing import Releaser
    from ..serving import Server
    from ..settings import Settings

LOOK = 5.0  # seconds between two looks at what other processes hold


@click.command(
    epilog=example(
        "helpdesk serve",
        "helpdesk serve --host 0.0.0.0 --port 8080",
        "helpdesk --data /tmp/lamps serve --demo",
    )
)
@click.option("--host", help="The address to listen on. Default: HELPDESK_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Its port; 0 picks a free one.")
@click.option("--demo", is_flag=True, help="Fill an empty desk with a believable small shop.")
@click.option("--no-worker", is_flag=True, help="Leave the background work to another process.")
@click.pass_context
def serve(
    ctx: click.Context, host: str | None, port: int | None, demo: bool, no_worker: bool
) -> None:
    """Serve the desk until SIGTERM or Ctrl-C.

    The database is brought up to date first, after a backup. Prints "Help desk ready at" and the
    address when it accepts connections, and the one-time address for setting up a new desk.
    Password links that people ask for appear here too.
    """
    with start() as go_on:
        if not _serve(host, port, demo=demo, no_worker=no_worker, go_on=go_on):
            ctx.exit(1)


def _serve(
    host: str | None, port: int | None, *, demo: bool, no_worker: bool, go_on: Callable[[], None]
) -> bool:
    from .. import logs, metrics, watchdog
    from ..database import linked
    from ..database.checkpoints import Checkpoints
    from ..serving import bind, give_memory_back, lock_data_folder
    from ..serving import serve as answer

    give_memory_back()
    settings = read_settings(host=host, port=port)
    logs.configure(settings)
    with ExitStack() as stack:
        alone = settings.is_alone
        stack.enter_context(lock_data_folder(settings.data, shared=not alone))
        sock = bind(settings.host, settings.port)
        stack.callback(sock.close)
        settings = settings.with_port(sock.getsockname()[1])
        go_on()
        app = make_desk(settings, answers=True)
        go_on()
        bring_up_to_date(app, holds_lock=True)
        stack.enter_context(linked(app))
        go_on()
        look_at_files(app)
        keep_mailbox(app, lets_go=True)
        _announce_password_links(app, settings.base_url)
        facts = _first_facts(app, settings, demo=demo)
        checkpoints = Checkpoints(app)
        checkpoints.start()
        stack.callback(checkpoints.stop)
        if not no_worker:
            for worker in _workers(app, alone=alone):
                worker.start()
                stack.callback(worker.stop)
                watchdog.watch(app, partial(_still_works, worker))

        def tell(server: "Server") -> None:
            go_on()
            metrics.watch(app, server)
            _say(*facts)

        return answer(app, settings, sock, on_ready=tell)


def _workers(app: "Flask", *, alone: bool) -> Iterable["Worker | Releaser | Fetcher"]:
    """What works in the background of *app*."""
    from ..jobs import Worker
    from ..mail.fetching.fetcher import Fetcher
    from ..operations.releasing import Releaser

    return Worker(app, holds_lock=alone), Releaser(app, every=None if alone else LOOK), Fetcher(app)


def _still_works(worker: "Worker | Releaser | Fetcher") -> str | None:
    if worker.is_alive:
        return None
    return f"The {type(worker).__name__.lower()} has died: start the desk again."


def _first_facts(app: "Flask", settings: "Settings", *, demo: bool) -> list[str]:
    """What a start prints; the demo's rows are made here."""
    from ..accounts import links
    from ..settings import default_base_url

    base_url, address = settings.base_url, default_base_url(settings.host, settings.port)
    facts = [f"Help desk ready at {base_url}"]
    if address != base_url:  # of what stands before us; a free port is known from here only
        facts.append(f"Listening at {address}")
    with app.app_context():
        if demo:
            from ..operations.demo import fill

            facts += [f"Sign in as {login.email} with {login.password}" for login in fill()]
        token = links.setup_token()
    if token is not None:
        facts.append(f"Set up your desk at {base_url}/setup/{token}")
    return facts


def _announce_password_links(app: "Flask", base_url: str) -> None:
    """Print each password link that somebody asked for, once it is committed; never log it."""
    from ..accounts import links
    from ..database import after_commit
    from ..events import Event, subscribe
    from ..logs import printable
    from .opening import link_to_set_password

    def note(event: Event) -> None:
        link = next(link for link in links.open_resets() if link.user_id == event.user_id)
        email = printable(link.user.email) if link.user else ""
        line = f"Password link for {email}: {link_to_set_password(link, base_url)}"
        after_commit(lambda: _say(line))

    subscribe(app, "user.reset_requested", note)


def _say(*facts: str) -> None:
    """Print *facts* at once; a terminal that went away stops no server."""
    with suppress(OSError, ValueError):  # full or broken, closed
        click.echo("\n".join(facts))
