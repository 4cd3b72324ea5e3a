"""Which files belong to a desk: those that a row names, in the order of their paths."""

from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import sqlalchemy as sa

from ...database import db
from ...errors import NotFound
from ...files import store
from ...mail import raw
from ...mail.models import ReceivedMail
from ...shop.models import Shop
from ...tickets.models import Attachment

_AT_ONCE = 1000
Select = sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]]


class Named(NamedTuple):
    """A file that a row names: where it is kept in an export, and what the row calls it."""

    path: str
    name: str
    is_mail: bool


def named() -> Iterator[Named]:
    """Every file, read in the transaction at hand, a few at a time."""
    for name in _each(_attachments()):
        yield Named(f"attachments/{name[:2]}/{name[2:4]}/{name}", name, is_mail=False)
    for name in _each(_mails()):
        yield Named(f"mail/{name[:2]}/{name}.eml", name, is_mail=True)


def opened(file: Named) -> BinaryIO | None:
    """The content of *file*; None: it is gone, or a mail is damaged."""
    try:
        if file.is_mail:
            return raw.opened(file.name)
        # Asked first, for each that can't be opened is a line of the log.
        return None if store().size(file.name) is None else store().open(file.name)
    except NotFound:
        return None


def _each(query: Select) -> Iterator[str]:
    rows = db.session.connection().execute(query, execution_options={"yield_per": _AT_ONCE})
    for (name,) in rows:
        yield name


def _attachments() -> Select:
    logos = sa.select(Shop.logo_name).where(Shop.logo_name.is_not(None))
    return sa.union(sa.select(Attachment.stored_name.label("name")), logos).order_by("name")


def _mails() -> Select:
    return (
        sa.select(ReceivedMail.sha256)
        .distinct()
        .where(ReceivedMail.sha256 != "", ReceivedMail.forgotten_at.is_(None))
        .order_by(ReceivedMail.sha256)
    )
