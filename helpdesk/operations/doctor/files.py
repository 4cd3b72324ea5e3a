"""The files on the disk: attachments and raw mail, against the rows that name them."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, cast

import sqlalchemy as sa

from ... import clock
from ...database import db
from ...files import bucket, store
from ...i18n import lazy
from ...mail import raw
from ...mail.models import ReceivedMail
from ...shop.queries import shop
from ...tickets.models import Attachment
from ...tickets.queries import known_stored_names
from .checks import Check, Patient, Said, bad, counted, good, some, warn

BATCH = 1000
FORGOTTEN = timedelta(days=2)  # the hourly sweep removes what is a day old
_RESTORE = "helpdesk --data OTHER restore FILE"


def kept_in(_patient: Patient) -> Said:
    """Whether the place of the files takes and gives them."""
    place = bucket()
    if place is None:
        return good(lazy("Files are kept in the data folder."))
    name = place.place.bucket
    if trouble := place.check():
        return bad(
            lazy("The bucket %(name)s can't be used: %(why)s", name=name, why=trouble),
            "helpdesk config",
        )
    if place.place.endpoint.startswith("http://"):
        return warn(
            lazy("Files are kept in the bucket %(name)s, and go there unencrypted.", name=name)
        )
    return good(
        lazy("Files are kept in the bucket %(name)s, which takes and gives them.", name=name)
    )


def _compared(
    rows: Iterator[Any], sizes_of: Callable[[Sequence[Any]], list[int | None]]
) -> tuple[list[int], list[int], int]:
    """Ids of the *rows* whose file is missing, and has another size; how many there are in all."""
    missing, wrong, total = [], [], 0
    while batch := list(islice(rows, BATCH)):
        total += len(batch)
        for row, size in zip(batch, sizes_of(batch), strict=True):
            if size is None:
                missing.append(row.id)
            elif size != row.size:
                wrong.append(row.id)
    return missing, wrong, total


def attachments(_patient: Patient) -> Said:
    """Whether the file of every row is there, with its size."""
    rows = _batches(Attachment.id, Attachment.stored_name, Attachment.size)
    missing, wrong, total = _compared(
        rows, lambda batch: store().sizes([row.stored_name for row in batch])
    )
    if missing or wrong:
        return bad(
            lazy(
                "Missing of all files (%(total)s): %(missing)s; of another size: %(wrong)s"
                " (attachments %(which)s). Copy them out of a backup, restored elsewhere.",
                total=total,
                missing=len(missing),
                wrong=len(wrong),
                which=some(sorted(missing + wrong)),
            ),
            _RESTORE,
        )
    return good(lazy("All files are there (%(total)s).", total=total))


def contents(_patient: Patient) -> Said:
    """Whether every file that is there has the content that came."""
    damaged, total = [], 0
    for row in _batches(Attachment.id, Attachment.stored_name, Attachment.sha256):
        if store().size(row.stored_name) is None:
            continue  # said elsewhere
        total += 1
        if _hash(row.stored_name) != row.sha256:
            damaged.append(row.id)
    if damaged:
        return bad(
            lazy(
                "The content is not what came, of attachments %(which)s (%(num)s in all): the disk"
                " may be failing. Copy them out of a backup, restored elsewhere.",
                num=len(damaged),
                which=some(damaged),
            ),
            _RESTORE,
        )
    return good(lazy("All files have the content that came (%(total)s).", total=total))


def strays(_patient: Patient) -> Said:
    """Whether files are there that no row names, and that nobody has swept."""
    ago, found = clock.now() - FORGOTTEN, 0
    old = (name for name, written in store().names() if written < ago)
    logo = shop().logo_name
    for batch in _batched(old):
        found += len(set(batch) - known_stored_names(batch) - {logo})
    if found:
        return warn(
            counted(
                found,
                lazy(
                    "%(num)s file is of no attachment, as after a crash. Housekeeping sweeps such"
                    " each hour: is there a worker?"
                ),
                lazy(
                    "%(num)s files are of no attachment, as after a crash. Housekeeping sweeps them"
                    " each hour: is there a worker?"
                ),
            ),
            "helpdesk worker",
        )
    return good(lazy("Every file is one of an attachment."))


def uploads(_patient: Patient) -> Said:
    """How many uploads wait for a message, and whether anybody sweeps those that wait in vain."""
    waits = (
        Attachment.message_id.is_(None),
        Attachment.draft_id.is_(None),
        Attachment.held_reply_id.is_(None),
    )
    query = sa.select(sa.func.count(), sa.func.min(Attachment.created_at)).where(*waits)
    number, first = db.session.execute(query).one()
    if first is not None and first < clock.now() - FORGOTTEN:
        return warn(
            lazy(
                "Uploads that wait for their message: %(num)s, some for days. Housekeeping sweeps"
                " them after one: is there a worker?",
                num=number,
            ),
            "helpdesk worker",
        )
    return good(lazy("Uploads that wait for their message: %(num)s.", num=number))


def mails(_patient: Patient) -> Said:
    """Whether every mail that the ledger names is on the disk, with its size."""
    missing, wrong, total = _compared(
        _mails(), lambda batch: raw.sizes([row.sha256 for row in batch])
    )
    if missing or wrong:
        return bad(
            lazy(
                "Missing of all mails (%(total)s): %(missing)s; of another size: %(wrong)s (ledger"
                " %(which)s). Copy them out of a backup, restored elsewhere.",
                total=total,
                missing=len(missing),
                wrong=len(wrong),
                which=some(sorted(missing + wrong)),
            ),
            _RESTORE,
        )
    return good(lazy("All mails are there (%(total)s).", total=total))


def contents_of_mails(_patient: Patient) -> Said:
    """Whether every mail on the disk is as it came."""
    damaged = [row.id for row in _mails() if raw.is_damaged(row.sha256)]
    if damaged:
        return bad(
            lazy(
                "Not as they came are the mails of rows %(which)s of the ledger (%(num)s in all):"
                " the disk may be failing. Copy them out of a backup, restored elsewhere.",
                num=len(damaged),
                which=some(damaged),
            ),
            _RESTORE,
        )
    return good(lazy("Every mail is as it came."))


def _mails() -> Iterator[Any]:
    """The mails of the ledger that should be on the disk."""
    columns = (ReceivedMail.id, ReceivedMail.sha256, ReceivedMail.size)
    return _batches(
        *columns, where=(ReceivedMail.sha256 != "", ReceivedMail.forgotten_at.is_(None))
    )


def _batches(id_: Any, *columns: Any, where: Sequence[Any] = ()) -> Iterator[Any]:
    """Rows by their ids, some at a time, so that no snapshot of the database is held for long."""
    last = 0
    while True:
        query = sa.select(id_, *columns).where(id_ > last, *where).order_by(id_).limit(BATCH)
        found = db.session.execute(query).all()
        db.session.rollback()
        if not found:
            return
        yield from found
        last = found[-1].id


def _batched(names: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while batch := list(islice(rest, BATCH // 2)):
        yield batch


def _hash(stored_name: str) -> str:
    with store().open(stored_name) as file:
        return hashlib.file_digest(cast(io.BufferedReader, file), "sha256").hexdigest()


CHECKS = (
    Check("files", lazy("place of files"), kept_in),
    Check("files", lazy("attachments"), attachments),
    Check("files", lazy("contents of attachments"), contents, is_deep=True),
    Check("files", lazy("strays"), strays),
    Check("files", lazy("uploads"), uploads),
    Check("files", lazy("raw mail"), mails),
    Check("files", lazy("contents of mails"), contents_of_mails, is_deep=True),
)
