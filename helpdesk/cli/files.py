"""``helpdesk files``: where files and mails are kept."""

from typing import TYPE_CHECKING

import click

from .groups import example
from .opening import open_desk, remark
from .progress import progress

if TYPE_CHECKING:
    from ..operations.carrying import Place
    from ..settings import Settings

_FOLDER = "folder"


@click.group(epilog=example("helpdesk files copy --to 's3://desk?region=eu-central-1'"))
def files() -> None:
    """Attachments and mails: in the data folder, or in a bucket."""


@files.command(
    epilog=example(
        "helpdesk files copy --to 's3://desk/shop?endpoint=https://s3.example.com'",
        "helpdesk files copy --to folder",
        "helpdesk files copy --from folder --to 's3://desk?region=eu-central-1' --check",
    )
)
@click.option("--from", "source", metavar="PLACE", help="Default: where they are kept now.")
@click.option("--to", "target", metavar="PLACE", required=True, help="Where they are wanted.")
@click.option("--check", is_flag=True, help="Also read what is there already, and compare it.")
@click.pass_context
def copy(ctx: click.Context, source: str | None, target: str, check: bool) -> None:
    """Copy every attachment and mail from one place to another.

    A PLACE is `folder`, the data folder, or what HELPDESK_FILES_URL may be; the keys of a bucket
    are those of the settings. Each file is compared with its hash. It can be ended and begun again,
    and the desk may be served meanwhile: stop it then, copy what came since, and start it with its
    new place. Nothing is removed. Prints how many were copied and what was missing; then the status
    is 1.
    """
    with open_desk() as app:
        from ..operations import carrying

        settings: Settings = app.config["HELPDESK"]
        now = _FOLDER if settings.files_place is None else settings.files_place.url
        old, new = (_place(settings, one) for one in (source or now, target))
        with progress("Files", carrying.count()) as tell:
            done = carrying.carry(settings.data, old, new, checks=check, tell=tell)
    click.echo(f"{done.copied} files copied")
    click.echo(f"{done.there} files were there")
    for key in done.missing:
        click.echo(f"missing {key}")
    for key in done.damaged:
        click.echo(f"damaged {key}")
    if done.missing or done.damaged:
        ctx.exit(1)
    if target != now:
        said = "no HELPDESK_FILES_URL" if target == _FOLDER else f"HELPDESK_FILES_URL={target}"
        remark(f"Stop the desk, do this again, and start it with {said}.")


def _place(settings: "Settings", name: str) -> "Place":
    """The place of that name. Raises UsageError; HelpdeskError where it can't be used."""
    from ..errors import HelpdeskError
    from ..files.buckets import Bucket
    from ..operations.carrying import Folder, InBucket
    from ..settings.places import bucket_place

    if name == _FOLDER:
        return Folder(settings.data)
    try:
        place = bucket_place(name)
    except ValueError as error:
        raise click.UsageError(
            f"A place is `folder`, or {error}.".replace("must", "it must")
        ) from None
    bucket = Bucket(place, settings.files_access_key, settings.files_secret_key)
    if trouble := bucket.check():
        raise HelpdeskError(trouble)
    return InBucket(bucket)
