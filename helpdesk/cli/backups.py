"""``backup``, ``verify``, ``restore``: one file that has all of a desk."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .groups import Place, example
from .opening import data_option, read_settings, remark
from .printing import json_option, print_json
from .progress import stages

if TYPE_CHECKING:
    from ..operations.archives.calming import Calmed
    from ..operations.archives.proving import Proof

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    epilog=example("helpdesk backup", "helpdesk backup /mnt/usb/", "helpdesk backup lamps.tar")
)
@click.argument("destination", required=False, type=Place(), metavar="[DEST]")
@click.option(
    "--without-files", is_flag=True, help="The database alone, no attachment and no mail."
)
def backup(destination: Path | None, without_files: bool) -> None:
    """Back up the whole desk into one file, also while it is served.

    DEST is a new file or a folder; by default the data folder's backups/. Prints the file's path.
    It has every word and every password's hash, the mailboxes' passwords and the secret key: who
    has it has the desk. Only its owner can read it (0600).
    """
    from .. import audit
    from ..operations.archives.making import Wish, make
    from .trail import note

    settings = read_settings()
    with stages() as tell:
        wish = Wish(
            has_files=not without_files,
            tell=tell,
            on_wait=lambda: remark("Another backup is being made: waiting."),
        )
        made = make(settings, destination, wish)
    click.echo(made)
    note(audit.Kind.BACKED_UP, {"name": made.name, "size": made.stat().st_size})


@click.command(
    epilog=example("helpdesk verify instance/backups/helpdesk-20261126T030000Z.tar --json")
)
@click.argument("file", type=_FILE)
@click.option("--light", is_flag=True, help="Compare files with their hashes, and write none.")
@json_option
@click.pass_context
def verify(ctx: click.Context, file: Path, light: bool, as_json: bool) -> None:
    """Prove that a backup can be restored.

    It is restored into a folder beside it, which needs room, looked through, and three of its
    tickets are opened; then that folder is removed. A line each: ok, warning or error; the status
    is 1 at an error.
    """
    import msgspec

    from ..operations.archives.proving import verify as prove

    with stages() as tell:
        proof = prove(file, tell, writes_files=not light)
    _keep(file, proof)
    if as_json:
        print_json(msgspec.to_builtins(proof))
    else:
        for check in proof.checks:
            click.echo(f"{check.level:<7}  {check.name}: {check.sentence}")
    if not proof.ok:
        ctx.exit(1)


def _keep(file: Path, proof: "Proof") -> None:
    """Let the page of the backups know, if *file* is one of this desk's."""
    from ..backups import shelf
    from ..operations.backing_up import kept
    from ..settings.folder import data_folder

    folder = data_folder(data_option(), os.environ) / "backups"
    if file.absolute().parent == folder and shelf.find(folder, file.name) is not None:
        with suppress(OSError):
            shelf.keep_proof(folder / file.name, kept(proof))


@click.command(
    epilog=example(
        "helpdesk --data /srv/desk restore helpdesk-20261126T030000Z.tar",
        "helpdesk restore --replace instance/backups/helpdesk-20261126T030000Z.tar",
        "helpdesk restore --replace instance/replaced-20261126T081500Z",
    )
)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--replace", is_flag=True, help="Keep the desk that is there aside, and replace it.")
def restore(file: Path, replace: bool) -> None:
    """Bring a desk back from its backup.

    Into an empty data folder; with --replace into one that has a desk, which is kept aside in it:
    FILE may be such a folder, too, which puts it back. The desk must be stopped. All is checked
    before anything is changed, and a kill or a full disk leaves the old desk whole. Everybody is
    signed out then, and what waited to be sent waits for somebody to look at it.
    """
    from .. import audit
    from ..operations.archives import restoring
    from ..settings.folder import data_folder
    from .trail import note

    data = data_folder(data_option(), os.environ)
    if file.is_dir():
        if not replace:
            raise click.UsageError("To put that back replaces what is there now: add --replace.")
        _tell_old(restoring.put_back(file, data, os.environ))
        note(audit.Kind.RESTORED, {"folder": file.name})
        return
    with stages() as tell:
        done = restoring.restore(file, data, os.environ, tell, replace=replace)
    click.echo(f"Restored into {data}: the desk as it was at {done.made_at}.")
    _tell_old(done.old)
    _tell_calmed(done.calmed)
    if done.erased:
        numbers = ", ".join(str(number) for number in done.erased)
        remark(f"Erased since that backup, and there again: accounts {numbers}. Erase them anew.")
    if not done.has_files:
        remark("The backup has the database alone: attachments and mails are those of here.")
    if done.keeps_settings:
        remark(f"{data / 'helpdesk.env'} stays as it is; the backup has another one.")
    for path in done.missing:
        remark(f"The settings name {path}, which is in no backup: bring it here before the start.")


def _tell_old(old: Path | None) -> None:
    if old is not None:
        click.echo(f"The desk that was there is kept in {old}.")


def _tell_calmed(calmed: "Calmed") -> None:
    remark("Everybody is signed out. Passwords are those of the backup.")
    if calmed.tokens:
        remark(f"API tokens that work as they did then: {calmed.tokens} (`helpdesk token list`)")
    if calmed.mails:
        remark(f"Mails that may have been sent since, see Outgoing mail: {calmed.mails}")
    if calmed.replies:
        remark(f"Held replies that are drafts of their authors again: {calmed.replies}")
