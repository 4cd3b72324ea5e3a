"""``backup``, ``verify``, ``restore``: one file that has all of a desk."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from .groups import example
from .opening import read_settings, remark
from .printing import json_option, print_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WORDS = {"database": "Database", "files": "Files", "content": "Content"}


@click.command(
    epilog=example("helpdesk backup", "helpdesk backup /mnt/usb/", "helpdesk backup lamps.tar")
)
@click.argument("destination", required=False, type=click.Path(path_type=Path), metavar="[DEST]")
def backup(destination: Path | None) -> None:
    """Back up the whole desk into one file, also while it is served.

    DEST is a new file or a folder; by default the data folder's backups/. Prints the file's path.
    It has every word and every password's hash, the mailboxes' passwords and the secret key: who
    has it has the desk. Only its owner can read it (0600).
    """
    from ..operations.archives.making import Wish, make

    settings = read_settings()
    with progress() as tell:
        wish = Wish(tell=tell, on_wait=lambda: remark("Another backup is being made: waiting."))
        made = make(settings, destination, wish)
    click.echo(made)


@click.command(
    epilog=example("helpdesk verify instance/backups/helpdesk-20261126T030000Z.tar --json")
)
@click.argument("file", type=_FILE)
@json_option
@click.pass_context
def verify(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Prove that a backup can be restored.

    It is restored into a folder beside it, which needs room, looked through, and three of its
    tickets are opened; then that folder is removed. A line each: ok, warning or error; the status
    is 1 at an error.
    """
    import msgspec

    from ..operations.archives.proving import verify as prove

    with progress() as tell:
        proof = prove(file, tell)
    if as_json:
        print_json(msgspec.to_builtins(proof))
    else:
        for check in proof.checks:
            click.echo(f"{check.level:<7}  {check.name}: {check.sentence}")
    if not proof.ok:
        ctx.exit(1)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr while something long is done, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _all: None
        return
    bars: dict[str, Any] = {}

    def tell(what: str, done: int, all_: int) -> None:
        if what not in bars:
            end(bars)
            bars[what] = click.progressbar(length=all_, label=_WORDS[what], file=sys.stderr)
            bars[what].__enter__()
        bars[what].update(done - bars[what].pos)

    try:
        yield tell
    finally:
        end(bars)


def end(bars: dict[str, Any]) -> None:
    """Let the line of the bar that is drawn be over."""
    for bar in bars.values():
        if not bar.finished:
            bar.render_finish()
            bar.finished = True
