"""What ``helpdesk doctor`` says of mail. It asks the rows only, never a server."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from .. import clock
from ..mail.mailboxes import queries
from ..mail.models import Mailbox
from ..mail.sending import queries as sending

# The worker does a round at least every nine minutes; a start takes its time.
LONGEST_SILENCE = timedelta(minutes=30)


def mailboxes() -> Iterator[tuple[str, str, str]]:
    """A line a mailbox in use: whether it can be fetched from, and when that was."""
    for mailbox in queries.active():
        if mailbox.imap_host:
            yield f"mailbox {mailbox.name}", *_fetching(mailbox)


def outgoing() -> tuple[str, str]:
    """Whether mail can be sent, and what of it did not leave."""
    if not queries.sending_is_set_up():
        return "ok", "It is not set up; HELPDESK_SMTP_URL or a mailbox with a server does that."
    counts = sending.counts()
    sentence = f"{counts.waiting} wait, {counts.failed} failed, {counts.uncertain} are uncertain."
    ailing = [one for one in queries.active() if one.smtp_failing_since is not None]
    if ailing:
        names = ", ".join(one.name for one in ailing[:5])
        return "warning", f"{sentence} Nothing can be sent by {names}: {ailing[0].smtp_error}"
    return ("warning" if counts.failed or counts.uncertain else "ok"), sentence


def _fetching(mailbox: Mailbox) -> tuple[str, str]:
    if mailbox.failing_since is not None:
        since = clock.iso(mailbox.failing_since)
        return "warning", f"Nothing could be fetched since {since}. {mailbox.last_error}"
    if mailbox.fetched_at is None:
        return "warning", "Nothing was ever fetched. `helpdesk mail fetch` does it now."
    sentence = f"Fetched {_ago(mailbox.fetched_at)}."
    if clock.now() - mailbox.fetched_at > LONGEST_SILENCE:
        return "warning", (
            f"{sentence} Is there a worker? `serve` without --no-worker is one, and so is `worker`."
        )
    return "ok", sentence


def _ago(moment: datetime) -> str:
    minutes = int((clock.now() - moment).total_seconds()) // 60
    for unit, size in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        if minutes >= size:
            number = minutes // size
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    return "less than a minute ago"
