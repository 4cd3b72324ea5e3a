"""What ``helpdesk doctor`` says of mail. It asks the rows only, never a server."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from .. import clock
from ..mail.mailboxes import queries
from ..mail.models import Mailbox

# The worker does a round at least every nine minutes; a start takes its time.
LONGEST_SILENCE = timedelta(minutes=30)


def mailboxes() -> Iterator[tuple[str, str, str]]:
    """A line a mailbox in use: whether it can be fetched from, and when that was."""
    for mailbox in queries.active():
        if mailbox.imap_host:
            yield f"mailbox {mailbox.name}", *_fetching(mailbox)


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
