"""Mails of ours that came back (RFC 3464): told at the words that did not arrive."""

import sqlalchemy as sa

from ... import clock
from ...database import db
from ...events import record
from ...i18n import gettext as _
from ..models import Outcome, OutgoingMail, ReceivedMail
from ..reading import Bounce
from .outcomes import decide

_MOST_WORDS = 2000


def file_bounce(row: ReceivedMail, bounce: Bounce) -> None:
    """Attach *bounce* to the mail that bounced. Only inside a ``transaction()``."""
    mail = _bounced(bounce)
    if mail is None and not bounce.message_ids:
        decide(row, Outcome.HELD, _("It tells that a mail did not arrive, but not which one."))
        return
    if mail is None:
        decide(row, Outcome.IGNORED, _("It tells of a mail that is not ours."))
        return
    row.bounced_id, row.ticket_id = mail.id, mail.ticket_id
    words = _words(bounce)
    if not _is_final(bounce):
        decide(row, Outcome.BOUNCE, _("It is late, and may still arrive: %(why)s", why=words))
        return
    decide(row, Outcome.BOUNCE, words)
    if mail.bounced_at is not None:
        return
    mail.bounced_at, mail.bounce = clock.now(), words
    if mail.ticket_id is not None:
        record(
            None,
            "ticket.mail_bounced",
            ticket_id=mail.ticket_id,
            after={"mail_id": mail.id, "recipient": mail.recipient, "why": words[:500]},
        )


def _bounced(bounce: Bounce) -> OutgoingMail | None:
    ids = [one.lower() for one in bounce.message_ids]
    if not ids:
        return None
    query = sa.select(OutgoingMail).where(OutgoingMail.mail_id.in_(ids))
    return db.session.scalar(query.order_by(OutgoingMail.id).limit(1))


def _is_final(bounce: Bounce) -> bool:
    """Whether it failed; a report that it is late, or was delivered, is none of a failure."""
    told = [one for one in bounce.recipients if one.action]
    return not told or any(one.action.lower() == "failed" for one in told)


def _words(bounce: Bounce) -> str:
    lines = [
        " ".join(part for part in (one.status, one.diagnostic) if part) for one in bounce.recipients
    ]
    return "\n".join(line for line in lines if line)[:_MOST_WORDS]
