"""The way of one mail, from the raw file to what becomes of it."""

from typing import Any

import sqlalchemy as sa

from ...accounts.models import User
from ...database import db, transaction
from ...errors import Invalid, NotFound, WrongState
from ...i18n import gettext as _
from .. import raw
from ..forgetting import forget_soon
from ..models import Outcome, OutgoingMail, ReceivedMail
from ..reading import Mail, Unreadable, read
from . import writing
from .answers import why_left_alone
from .bounces import file_bounce
from .essence import essence_of, filed_before
from .outcomes import decide, hold
from .senders import Sender, make_person, person, sender_of
from .unread import file_unread
from .words import kept_files


def file_mail(payload: dict[str, Any]) -> None:
    """The job ``mail.file``: ``{"received_id": …}``, and for a mail that a person has filed again
    ``"as_new"`` (a ticket of its own), ``"even_so"`` (although it is automatic, or a copy) and
    ``"by"``, that person's id.
    """
    row = db.session.get(ReceivedMail, payload["received_id"])
    if row is None or row.outcome is not Outcome.WAITING:
        return  # it was filed, and the desk was stopped before it could say so
    filer = _filer(payload)
    try:
        content = raw.read(row.sha256)
    except NotFound as error:
        hold(row.id, error.message)
        return
    try:
        mail = read(content)
    except Unreadable as error:
        if filer is None:
            hold(row.id, error.message)
        else:
            file_unread(row.id, content, error.message, filer)
        return
    essence = essence_of(mail, content, row.sha256)
    del content  # up to 60 MB
    try:
        _file(row.id, mail, essence, payload, filer)
    except _Settled:
        pass
    except (Invalid, WrongState) as error:
        hold(row.id, error.message)


def given_up(payload: dict[str, Any], reason: str) -> None:
    """The job failed for the last time: a person may find out why, and have it tried again."""
    hold(payload["received_id"], _("It could not be filed: %(why)s", why=reason))


def _filer(payload: dict[str, Any]) -> User | None:
    """Who wants a ticket of it, whatever it is."""
    if not payload.get("as_new") or payload.get("by") is None:
        return None
    return db.session.get(User, payload["by"])


def _file(
    received_id: int, mail: Mail, essence: str, payload: dict[str, Any], filer: User | None
) -> None:
    even_so = bool(payload.get("even_so"))
    # Files are on the disk before the transaction begins: nobody waits for them at its lock.
    with transaction():
        row = db.session.get_one(ReceivedMail, received_id)
        _describe(row, mail, essence)
        if row.outcome is not Outcome.WAITING or _is_settled(row, mail, even_so):
            return
        sender = sender_of(mail)
        if sender is None and filer is None:
            decide(row, Outcome.HELD, _("It does not say who sent it."))
            return
        if sender is not None:
            row.sender = sender.email[:254]
    as_new = bool(payload.get("as_new"))
    with kept_files(mail) as files:
        with transaction(together=True):
            row = db.session.get_one(ReceivedMail, received_id)
            settled = row.outcome is not Outcome.WAITING or _is_settled(row, mail, even_so)
            if not settled:
                who = filer if sender is None else _account(sender)
                assert who is not None  # noqa: S101 (it would have been held)
                writing.write(row, mail, sender, who, files, as_new=as_new)
        if settled:
            raise _Settled(received_id)  # so that its files go


class _Settled(Exception):
    """Another thread has filed it, or its copy, in between."""


def _describe(row: ReceivedMail, mail: Mail, essence: str) -> None:
    row.message_id, row.essence = mail.message_id, essence
    row.subject = mail.subject[:500]
    row.sender = "" if mail.sender is None else mail.sender.email[:254]


def _is_settled(row: ReceivedMail, mail: Mail, even_so: bool) -> bool:
    """Whether the mail needs no ticket; says so in *row*."""
    if even_so:
        return False
    if copy := filed_before(row):
        row.duplicate_of_id, row.ticket_id = copy.id, copy.ticket_id
        decide(row, Outcome.DUPLICATE, _("It is the same mail as number %(id)s.", id=copy.id))
        if copy.forgotten_at is not None:
            forget_soon()
        return True
    if mail.bounce is not None:
        file_bounce(row, mail.bounce)
        return True
    if _is_ours(mail):
        decide(row, Outcome.IGNORED, _("It is a mail of ours that came back."))
        return True
    if why := why_left_alone(mail):
        decide(row, Outcome.IGNORED, why)
        return True
    return False


def _is_ours(mail: Mail) -> bool:
    if not mail.message_id:
        return False
    query = sa.select(OutgoingMail.id).where(OutgoingMail.mail_id == mail.message_id.lower())
    return db.session.scalar(query) is not None


def _account(sender: Sender) -> User:
    """Whose words these are. Raises Invalid; WrongState for an account that is shut out."""
    who = person(sender) or make_person(sender)
    if not who.is_active:
        raise WrongState(_("The account of %(email)s is disabled.", email=sender.email))
    return who
