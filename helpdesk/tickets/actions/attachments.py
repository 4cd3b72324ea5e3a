"""Files: durable on disk before the rows that name them."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import Invalid, TooLarge
from ...files import IncomingFile, StoredFile, clean_name, store
from ...i18n import gettext as _
from .. import policy
from ..models import Attachment, Message


@dataclass(frozen=True)
class NewFile:
    """A file that came with this request; *name* is what its sender calls it."""

    name: str
    incoming: IncomingFile


Files = Sequence[NewFile | Attachment]  # an Attachment: an upload that no message has claimed


@dataclass(frozen=True)
class Kept:
    """A file that is on disk for good, before a row names it; *name* is safe to show."""

    name: str
    stored: StoredFile


def upload(actor: Actor, file: NewFile) -> Attachment:
    """Keep *file* for a message to come; only *actor* may see or claim it. Raises NotAllowed."""
    policy.require(actor, "upload")
    with keeping([file]) as kept, transaction():
        rows = [_row(actor, new) for new in kept if isinstance(new, Kept)]
        db.session.add_all(rows)
        db.session.flush()
    return rows[0]


@contextmanager
def keeping(files: Files) -> Iterator[list[Kept | Attachment]]:
    """Keep the new ones of *files*; if the block fails, nothing of them is left behind."""
    most = current_app.config["HELPDESK"].max_files
    if len(files) > most:
        raise TooLarge(_("At most %(most)s files go with one message.", most=most))
    disk = store()
    kept: list[Kept | Attachment] = []
    try:
        for file in files:
            if isinstance(file, NewFile):
                kept.append(Kept(clean_name(file.name), disk.keep(file.incoming)))
            else:
                kept.append(file)
        yield kept
    except BaseException:
        for done in kept:
            if isinstance(done, Kept):
                disk.delete(done.stored.name)
        raise


def attach(actor: Actor, message: Message, kept: Sequence[Kept | Attachment]) -> None:
    """Hang *kept* on *message*. Raises Invalid when an upload was claimed meanwhile."""
    for file in kept:
        if isinstance(file, Kept):
            message.attachments.append(_row(actor, file))
        elif file.message_id is not None or file.uploader_id != actor.id:
            raise Invalid({"attachments": [_("This file belongs to another message already.")]})
        else:
            message.attachments.append(file)


def _row(actor: Actor, kept: Kept) -> Attachment:
    return Attachment(
        key=secrets.token_hex(16),
        uploader_id=actor.id,
        file_name=kept.name,
        stored_name=kept.stored.name,
        content_type=kept.stored.content_type,
        size=kept.stored.size,
        sha256=kept.stored.sha256,
        created_at=clock.now(),
    )
