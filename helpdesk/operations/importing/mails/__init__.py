"""Mails of an archive (mbox files, ``.eml`` folders, maildirs), in the order of their dates."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ....accounts.queries import normal_email
from ....errors import HelpdeskError
from ....mail.mailboxes import queries as mailboxes
from ....tickets.models import Status
from .. import Progress, Report
from ..batches import in_batches, take_each
from . import filing, folders, mbox
from .found import Ways
from .letters import Letter, in_order

MOST_BYTES_AT_ONCE = 32_000_000  # of the mails of one transaction
SOURCES = {"mbox": "an mbox file", "eml": "a folder of mails"}


def find(format: str, paths: Sequence[Path], report: Report) -> list[Letter]:
    """The mails of *paths*, each an mbox or (*format* ``eml``) a folder, in the order of time.

    Raises HelpdeskError, OSError where one of *paths* is no such thing.
    """
    found: list[Letter] = []
    for path in paths:
        found += _mbox(path) if format == "mbox" else folders.letters_of(path, report.leave_out)
    return list(in_order(found))


def import_mails(
    format: str,
    letters: Sequence[Letter],
    report: Report,
    *,
    from_us: Sequence[str] = (),
    status: Status | None = None,
    progress: Progress = lambda more: None,
) -> None:
    """File *letters*; mails from the desk's own addresses, or *from_us*, are words of staff.

    *progress* is called with bytes. Raises HelpdeskError, OSError where the disk refuses.
    """
    own = mailboxes.own_addresses() | {_address(one) for one in from_us}
    kept_by = {mailbox.address: mailbox.id for mailbox in mailboxes.mailboxes()}
    ways = Ways(own, kept_by, status, SOURCES[format])
    take = partial(filing.take, ways=ways, report=report)
    for batch in in_batches(letters, _size, MOST_BYTES_AT_ONCE):
        take_each(batch, take, _holding(report))
        progress(sum(map(_size, batch)))


def _mbox(path: Path) -> Iterator[Letter]:
    # A mailbox of Apple Mail is a folder with the file in it.
    inner = path / "mbox"
    return mbox.letters_of(inner if path.is_dir() and inner.is_file() else path)


def _size(letter: Letter) -> int:
    return letter.end - letter.start


def _address(email: str) -> str:
    if "@" not in email:
        raise HelpdeskError(f"{email} is not an e-mail address.")
    return mailboxes.without_tag(normal_email(email))


def _holding(report: Report) -> Callable[[Letter, str], None]:
    return lambda letter, why: filing.hold(letter, why, report)
