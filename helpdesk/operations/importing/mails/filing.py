"""Old mails become tickets: with their own times, without a word to anybody.

Each gets its row in the ledger, so a mailbox that is fetched later has nothing new to bring, and an
import that was stopped goes on where it was.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import sqlalchemy as sa

from .... import clock
from ....accounts.queries import by_email
from ....database import db, transaction
from ....errors import HelpdeskError
from ....files import store
from ....mail import raw
from ....mail.filing.answers import why_left_alone
from ....mail.filing.essence import essence_of, filed_before
from ....mail.filing.outcomes import decide
from ....mail.filing.senders import person, sender_at, sender_of
from ....mail.filing.words import kept_files
from ....mail.models import Outcome, OutgoingMail, ReceivedMail, Source
from ....mail.reading import Mail, Unreadable, read
from ....mail.sending.outbox import quiet
from .. import Report
from .becoming import make_words
from .discarded import why_discarded
from .found import Reading, Ways, Who
from .letters import Letter


def take(letters: Sequence[Letter], ways: Ways, report: Report) -> None:
    """File *letters* in one transaction. Raises what the first one raises that can't be."""
    here = Report()
    with ExitStack() as stack:
        readings = list(_readings(letters, stack, here))
        with transaction(), quiet():
            for reading in readings:
                _file(reading, ways, here)
    for reading in readings:
        if not reading.is_used:
            for file in reading.files:
                store().delete(file.stored.name)
    report.add(here)


def hold(letter: Letter, why: str, report: Report) -> None:
    """Keep a mail that could not be filed in the ledger, for a person to look at."""
    report.leave_out(letter.where, why)
    try:
        content = letter.read()
    except (HelpdeskError, OSError):
        return  # too large, or gone
    kept = raw.keep(content)
    with transaction():
        if not _known({kept.sha256}):
            row = _row(kept)
            decide(row, Outcome.HELD, why)


def _readings(letters: Sequence[Letter], stack: ExitStack, report: Report) -> Iterator[Reading]:
    contents = []
    for letter in letters:
        content = letter.read()
        if why := why_discarded(letter.path, content):
            report.leave_out(letter.where, why)
        else:
            contents.append((letter, content))
    hashes = {letter: hashlib.sha256(content).hexdigest() for letter, content in contents}
    known = _known(set(hashes.values()))
    db.session.rollback()
    raws = raw.keep_all(
        {hashes[one]: content for one, content in contents if hashes[one] not in known}
    )
    for letter, content in contents:
        if hashes[letter] in known:
            report.known["mails"] += 1
            continue
        known.add(hashes[letter])
        kept = raws[hashes[letter]]
        try:
            mail = read(content)
        except Unreadable as error:
            yield Reading(letter, kept, None, error.message, "")
            continue
        files = stack.enter_context(kept_files(mail))
        yield Reading(letter, kept, mail, "", essence_of(mail, content, kept.sha256), files)


def _known(hashes: set[str]) -> set[str]:
    query = sa.select(ReceivedMail.sha256).where(ReceivedMail.sha256.in_(hashes))
    return set(db.session.scalars(query))


def _row(kept: raw.Raw) -> ReceivedMail:
    row = ReceivedMail(
        source=Source.IMPORT,
        sha256=kept.sha256,
        size=kept.size,
        arrived_at=clock.now(),
        outcome=Outcome.WAITING,
        reason="",
        message_id="",
        essence="",
        sender="",
        subject="",
    )
    db.session.add(row)
    db.session.flush()
    return row


def _file(reading: Reading, ways: Ways, report: Report) -> None:
    """Make of a mail what it is, and say so in its row of the ledger."""
    row, mail = _row(reading.kept), reading.mail
    if mail is None:
        decide(row, Outcome.HELD, reading.why)
        report.leave_out(reading.letter.where, reading.why)
        return
    row.message_id, row.essence = mail.message_id, reading.essence
    row.subject = mail.subject[:500]
    row.sender = "" if mail.sender is None else mail.sender.email[:254]
    if copy := filed_before(row):
        row.duplicate_of_id, row.ticket_id = copy.id, copy.ticket_id
        decide(row, Outcome.DUPLICATE, f"It is the same mail as number {copy.id}.")
        report.known["mails"] += 1
        return
    who = _who(mail, ways)
    why = _why_not(mail) or ("It does not say who sent it." if who is None else "")
    if who is None or why:
        decide(row, Outcome.IGNORED, why)
        report.leave_out(reading.letter.where, why)
        return
    row.sender = who.sender.email[:254]
    make_words(row, reading, who, ways, report)


def _why_not(mail: Mail) -> str:
    if mail.bounce is not None:
        return "It tells that a mail did not arrive."
    sent = sa.select(OutgoingMail.id).where(OutgoingMail.mail_id == mail.message_id.lower())
    if mail.message_id and db.session.scalar(sent) is not None:
        return "It is a mail of ours that came back."
    return why_left_alone(mail)


def _who(mail: Mail, ways: Ways) -> Who | None:
    """The one place that says whose words these are. From is a claim, so it gives no right."""
    sender = sender_of(mail, ways.own)
    if sender is None:
        claimed = mail.sender or mail.sender_header
        if claimed is None:
            return None
        ours = sender_at(claimed)
        user = by_email(ours.email)
        return Who(ours, user if user is not None and user.is_staff else None, is_ours=True)
    user = person(sender)
    is_unproven = user is not None and user.is_staff
    return Who(sender, user, is_ours=False, is_unproven=is_unproven)
