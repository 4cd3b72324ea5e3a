"""Mail: whether it comes and goes. Only a deep look asks a server."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from ... import clock
from ...database import db
from ...i18n import lazy
from ...mail.mailboxes import queries
from ...mail.models import Mailbox, Outcome, OutgoingMail, ReceivedMail, Sending
from ...mail.sending import queries as sending
from .checks import Check, Patient, Said, bad, good, some, warn, when

# The worker does a round at least every nine minutes; a start takes its time.
LONGEST_SILENCE = timedelta(minutes=30)
LONGEST_WAIT = timedelta(hours=2)  # of a mail that is to leave, or to be filed
_FETCH, _SEND, _LEDGER = "helpdesk mail fetch", "helpdesk mail send", "helpdesk mail ledger"


def outgoing(_patient: Patient | None = None) -> Said:
    """Whether mail can be sent, and what of it did not leave."""
    if not queries.sending_is_set_up():
        return good(
            lazy("It is not set up; HELPDESK_SMTP_URL or a mailbox with a server does that.")
        )
    counts = sending.counts()
    numbers = {"waiting": counts.waiting, "failed": counts.failed, "uncertain": counts.uncertain}
    ailing = [one for one in queries.active() if one.smtp_failing_since is not None]
    if ailing:
        return warn(
            lazy(
                "Nothing can be sent by %(which)s: %(why)s (waiting: %(waiting)s; failed:"
                " %(failed)s).",
                which=some(one.name for one in ailing),
                why=ailing[0].smtp_error,
                **numbers,
            ),
            _SEND,
        )
    if counts.failed or counts.uncertain:
        return warn(
            lazy(
                "Waiting: %(waiting)s; failed: %(failed)s; perhaps sent: %(uncertain)s. The"
                " settings' page Outgoing mail says why, and sends them again.",
                **numbers,
            )
        )
    since = db.session.scalar(
        sa.select(OutgoingMail.created_at)
        .where(OutgoingMail.state == Sending.WAITING)
        .order_by(OutgoingMail.id)
        .limit(1)
    )
    if since is not None and _is_long_ago(since):
        return warn(
            lazy(
                "Waiting: %(waiting)s, one since %(since)s: is there a worker? `serve` without"
                " --no-worker is one.",
                since=when(since),
                **numbers,
            ),
            _SEND,
        )
    return good(lazy("Waiting: %(waiting)s; none failed.", **numbers))


def incoming(_patient: Patient) -> Said:
    """Whether what came was filed."""
    since = db.session.scalar(
        sa.select(ReceivedMail.arrived_at)
        .where(ReceivedMail.outcome == Outcome.WAITING)
        .order_by(ReceivedMail.id)
        .limit(1)
    )
    if since is not None and _is_long_ago(since):
        return warn(
            lazy(
                "A mail that came at %(since)s waits to be filed: is there a worker? `serve`"
                " without --no-worker is one.",
                since=when(since),
            ),
            _FETCH,
        )
    held = db.session.scalar(sa.select(sa.func.count()).where(ReceivedMail.outcome == Outcome.HELD))
    if held:
        return warn(
            lazy(
                "Of the mails that came %(num)s could not be filed, and wait for a person at the"
                " settings' page Incoming mail.",
                num=held,
            )
        )
    return good(lazy("What came is filed."))


def mailboxes(_patient: Patient) -> Iterator[Said]:
    """Of each mailbox in use, whether it can be fetched from, and when that was."""
    for mailbox in queries.active():
        if mailbox.imap_host:
            yield _fetching(mailbox)._replace(about=mailbox.name)


def ledger(_patient: Patient) -> Iterator[Said]:
    """Of each mailbox in use, whether the ledger has every message that its server has."""
    from ...mail.fetching.proof import prove

    for mailbox in [one for one in queries.active() if one.imap_host]:
        found = prove(mailbox)
        about = {"server": found.server, "num": len(found.missing), "which": some(found.missing)}
        if found.server is None:
            said = warn(lazy("The server could not be asked: %(why)s", why=found.error), _LEDGER)
        elif found.missing:
            said = bad(
                lazy(
                    "Messages on the server: %(server)s; the ledger lacks %(num)s of them"
                    " (%(which)s).",
                    **about,
                ),
                _FETCH,
            )
        else:
            said = good(lazy("The ledger has all messages on the server (%(server)s).", **about))
        yield said._replace(about=found.mailbox)


def _fetching(mailbox: Mailbox) -> Said:
    if mailbox.failing_since is not None:
        return warn(
            lazy(
                "Nothing could be fetched since %(since)s. %(why)s",
                since=when(mailbox.failing_since),
                why=mailbox.last_error,
            ),
            f"{_FETCH} {mailbox.name}",
        )
    if mailbox.fetched_at is None:
        return warn(lazy("Nothing was ever fetched."), f"{_FETCH} {mailbox.name}")
    if clock.now() - mailbox.fetched_at > LONGEST_SILENCE:
        return warn(
            lazy(
                "Fetched last at %(when)s. Is there a worker? `serve` without --no-worker is one.",
                when=when(mailbox.fetched_at),
            ),
            f"{_FETCH} {mailbox.name}",
        )
    return good(lazy("Fetched last at %(when)s.", when=when(mailbox.fetched_at)))


def _is_long_ago(moment: datetime) -> bool:
    return clock.now() - moment > LONGEST_WAIT


CHECKS = (
    Check("mail", lazy("outgoing mail"), outgoing),
    Check("mail", lazy("incoming mail"), incoming),
    Check("mail", lazy("mailbox"), mailboxes),
    Check("mail", lazy("ledger"), ledger, is_deep=True),
)
