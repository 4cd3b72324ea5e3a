"""What commands begin with: the settings of this call, and the desk brought up to date."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flask import Flask

    from ..accounts.models import OneTimeLink, User
    from ..settings import Settings

NEW_OBJECTS = 5_000  # that are there before the garbage collector looks at them


def data_option() -> Path | None:
    """What ``--data`` says, if it was given."""
    path: Path | None = click.get_current_context().find_root().params["data"]
    return path


def read_settings(**options: Any) -> "Settings":
    """The settings of this call. Raises SettingsError."""
    from ..operations.archives.swapping import go_on
    from ..settings import load_settings
    from ..settings.folder import data_folder

    go_on(data_folder(data_option(), os.environ))
    return load_settings(data_option(), **options)


def make_desk(settings: "Settings", *, answers: bool) -> "Flask":
    """The desk of *settings*; with *answers* it can be served.

    What is made here stays until the end. So the garbage collector doesn't look for garbage in it
    meanwhile, which takes a tenth of a start, nor ever after, when it holds up every thread. And as
    a request leaves hardly any that only the collector finds, it looks after some pages, not some
    lines.
    """
    from .. import create_app

    gc.disable()
    try:
        return create_app(settings, answers=answers)
    finally:
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS)
        gc.enable()


@contextmanager
def open_desk(*, answers: bool = False) -> Iterator["Flask"]:
    """The desk, its database brought up to date, for a command; a server may run meanwhile."""
    from .. import audit
    from ..database import db

    app = make_desk(read_settings(), answers=answers)
    audit.by_command(app)
    bring_up_to_date(app)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def bring_up_to_date(app: "Flask", *, holds_lock: bool = False) -> None:
    """Migrate the database if it is older than the program; say so on stderr."""
    from ..operations import migrate

    backup = migrate.bring_up_to_date(app, holds_lock=holds_lock)
    if backup is not None:
        remark(f"The database was brought up to date. As it was before, it is kept in {backup}.")


def look_at_files(app: "Flask") -> None:
    """Ask the bucket, where one keeps the files, whether it would. Raises SettingsError.

    One that is only away is back some time, and the desk has words meanwhile.
    """
    from ..files import bucket
    from ..settings import SettingsError

    with app.app_context():
        place = bucket()
    if place is None or not (trouble := place.check()):
        return
    if not place.rests:
        raise SettingsError(f"HELPDESK_FILES_URL: {trouble}")
    remark(f"{trouble} Until it does, no file can be sent or opened.")


def keep_mailbox(app: "Flask", *, lets_go: bool = False) -> None:
    """Let the mailbox that the settings name be what they say. Raises SettingsError."""
    from ..mail.mailboxes.settled import from_settings

    with app.app_context():
        from_settings(lets_go=lets_go)


def user_of(email: str) -> "User":
    """The user with this address. Raises NotFound."""
    from ..accounts import queries
    from ..errors import NotFound

    user = queries.by_email(email)
    if user is None:
        raise NotFound(f"There is no user with the address {email}.")
    return user


def link_to_set_password(link: "OneTimeLink", base_url: str) -> str:
    """The address that *link* is."""
    from ..accounts import links

    return f"{base_url}/set-password/{links.token_of(link)}"


def password_of_stdin() -> str:
    """The first line of stdin, as it is but for its end. Raises HelpdeskError."""
    from ..errors import HelpdeskError

    try:
        return sys.stdin.buffer.readline().decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise HelpdeskError("The password on stdin is not UTF-8.") from None


def remark(sentence: str) -> None:
    """Tell a person something that no script should read: on stderr."""
    click.echo(sentence, err=True)
