"""Files: durable on disk before the rows that name them."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app

from ... import clock
from ...accounts.models import Actor
from ...database import db, is_writing, transaction
from ...errors import Invalid, TooLarge
from ...files import IncomingFile, StorageFailed, StoredFile, clean_name, store
from ...i18n import gettext as _
from .. import policy
from ..models import Attachment, HeldReply, Message


@dataclass(frozen=True)
class NewFile:
    """A file that came with this request; *name* is what its sender calls it."""

    name: str
    incoming: IncomingFile


@dataclass(frozen=True)
class Claim:
    """An upload of the actor's that no message has yet; *name* is what this message calls it."""

    upload_id: int
    name: str = ""  # empty: as it was called when it came


@dataclass(frozen=True)
class Kept:
    """A file that is on disk for good, before a row names it; *name* is safe to show."""

    name: str
    stored: StoredFile


Sent = Sequence[NewFile | Claim | Attachment]  # an Attachment is claimed as it is called
Files = Sequence[NewFile | Claim | Attachment | Kept]  # what is Kept was counted by who kept it


def upload(actor: Actor, file: NewFile) -> Attachment:
    """Keep *file* for a message to come; only *actor* may see or claim it. Raises NotAllowed."""
    policy.require(actor, "upload")
    with keeping([file]) as kept, transaction(together=True):
        [row] = uploads(actor, kept)
    return row


@contextmanager
def keeping(files: Files, *, most: int | None = None) -> Iterator[list[Kept | Claim | Attachment]]:
    """Keep the new ones of *files*; if the block fails, nothing of them is left behind.

    Raises TooLarge for more than *most*, by default what the settings allow.
    """
    if most is None:
        most = current_app.config["HELPDESK"].max_files
    if sum(not isinstance(file, Kept) for file in files) > most:
        raise TooLarge(_("At most %(most)s files go with one message.", most=most))
    disk = store()
    kept: list[Kept | Claim | Attachment] = []
    try:
        for file in files:
            if isinstance(file, NewFile):
                kept.append(Kept(clean_name(file.name), disk.keep(file.incoming)))
            else:
                kept.append(file)
        yield kept
    except BaseException:
        # Inside of a transaction nobody waits for another machine: it is swept there.
        for done in kept if disk.is_local or not is_writing() else ():
            if isinstance(done, Kept):
                with suppress(StorageFailed):
                    disk.delete(done.stored.name)
        raise


def uploads(actor: Actor, kept: Sequence[Kept | Claim | Attachment]) -> list[Attachment]:
    """*kept* as uploads of *actor*, inside the caller's transaction. Raises NotAllowed, Invalid."""
    policy.require(actor, "upload")
    rows = [_row(actor, one) if isinstance(one, Kept) else _claimed(actor, one) for one in kept]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def attach(
    actor: Actor, message: Message | HeldReply, kept: Sequence[Kept | Claim | Attachment]
) -> None:
    """Hang *kept* on *message*. Raises Invalid when an upload was claimed or swept meanwhile."""
    for file in kept:
        row = _row(actor, file) if isinstance(file, Kept) else _claimed(actor, file)
        message.attachments.append(row)


def _claimed(actor: Actor, file: Claim | Attachment) -> Attachment:
    """The row of an upload as it is now: it may be another message's by now, or gone."""
    if isinstance(file, Attachment):
        [upload_id] = sa.inspect(file, raiseerr=True).identity or (None,)
        file = Claim(upload_id)
    found = db.session.scalar(
        sa.select(Attachment)
        .where(
            Attachment.id == file.upload_id,
            Attachment.uploader_id == actor.id,
            Attachment.message_id.is_(None),
            Attachment.held_reply_id.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Invalid({"attachments": [_("This file belongs to another message already.")]})
    found.draft_id = None
    if file.name:
        found.file_name = clean_name(file.name)
    return found


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
