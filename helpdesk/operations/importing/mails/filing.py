"""Old mails become tickets: with their own times, without a word to anybody.

Each gets its row in the ledger, so a mailbox that is fetched later has nothing new to bring, and an
import that was stopped goes on where it was.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .... import clock
from ....accounts.models import DESK, Role, User
from ....accounts.queries import by_email, normal_email
from ....database import db, transaction
from ....errors import HelpdeskError
from ....files import store
from ....mail import raw, tokens
from ....mail.filing.answers import why_left_alone
from ....mail.filing.essence import essence_of, filed_before
from ....mail.filing.outcomes import decide
from ....mail.filing.senders import Sender, person, sender_at, sender_of
from ....mail.filing.words import body_of, kept_files, mail_of_message, subject_of
from ....mail.mailboxes import queries as mailboxes
from ....mail.models import Outcome, OutgoingMail, ReceivedMail, Source
from ....mail.reading import Mail, Unreadable, read
from ....mail.sending.outbox import quiet
from ....tickets.actions import Kept
from ....tickets.actions.bringing import OldTicket, OldWords, bring, bring_words, settle
from ....tickets.models import AuthorKind, Message, Status, Ticket
from .. import Report
from ..origins import note_origin, was_changed_here
from ..people import brought_account
from . import threads
from .discarded import why_discarded
from .letters import Letter, moment_of


@dataclass(frozen=True)
class Ways:
    """How mails are taken: whose are ours, and what becomes of their tickets."""

    own: frozenset[str]
    mailboxes: Mapping[str, int]  # their addresses, in lower case, and ids
    status: Status | None  # None: by who wrote last
    archive: str  # what the tickets are said to come from


@dataclass
class _Read:
    """A mail that was read from its archive, with its files on the disk."""

    letter: Letter
    kept: raw.Raw
    mail: Mail | None
    why: str  # it can't be read
    essence: str
    files: Sequence[Kept] = ()
    is_used: bool = False  # whether a message has the files


@dataclass(frozen=True)
class _Who:
    """Who wrote a mail: one of us (*user* if that is known), or *sender*."""

    sender: Sender
    user: User | None
    is_ours: bool
    is_unproven: bool = False  # says that it is from a member of staff


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


def _readings(letters: Sequence[Letter], stack: ExitStack, report: Report) -> Iterator[_Read]:
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
            yield _Read(letter, kept, None, error.message, "")
            continue
        files = stack.enter_context(kept_files(mail))
        yield _Read(letter, kept, mail, "", essence_of(mail, content, kept.sha256), files)


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


def _file(reading: _Read, ways: Ways, report: Report) -> None:
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
    _make_words(row, reading, who, ways, report)


def _why_not(mail: Mail) -> str:
    if mail.bounce is not None:
        return "It tells that a mail did not arrive."
    sent = sa.select(OutgoingMail.id).where(OutgoingMail.mail_id == mail.message_id.lower())
    if mail.message_id and db.session.scalar(sent) is not None:
        return "It is a mail of ours that came back."
    return why_left_alone(mail)


def _who(mail: Mail, ways: Ways) -> _Who | None:
    """The one place that says whose words these are. From is a claim, so it gives no right."""
    sender = sender_of(mail, ways.own)
    if sender is None:
        claimed = mail.sender or mail.sender_header
        if claimed is None:
            return None
        ours = sender_at(claimed)
        user = by_email(ours.email)
        return _Who(ours, user if user is not None and user.is_staff else None, is_ours=True)
    user = person(sender)
    is_unproven = user is not None and user.is_staff
    return _Who(sender, user, is_ours=False, is_unproven=is_unproven)


def _make_words(row: ReceivedMail, reading: _Read, who: _Who, ways: Ways, report: Report) -> None:
    mail = reading.mail
    assert mail is not None  # noqa: S101 (it was read)
    at = moment_of(reading.letter.at, clock.now())
    match = threads.find(mail, who.sender.email, who.user, is_ours=who.is_ours)
    if match.ticket is not None:
        message = _add(row, match.ticket, reading, who, at, report)
        ticket, related = match.ticket, None
    else:
        opened = _open(row, reading, who, at, ways, report)
        if opened is None:
            return
        ticket, message = opened
        related = match.related
    reading.is_used = True
    report.taken["mails"] += 1
    report.taken["files"] += len(reading.files)
    beside = mail_of_message(
        message.id, row, mail, who.sender, None if related is None else related.id
    )
    beside.copied = [one for one in beside.copied if not mailboxes.is_own(one["email"], ways.own)]
    db.session.add(beside)
    row.ticket_id, row.filed_as_id = ticket.id, message.id
    tokens.thread_of(ticket.id, _mailbox(mail, ways))
    if match.ticket is not None and was_changed_here(ticket):
        settle(DESK, ticket, ticket.status)
    else:
        settle(DESK, ticket, _status(ticket, who, ways))


def _add(
    row: ReceivedMail, ticket: Ticket, reading: _Read, who: _Who, at: datetime, report: Report
) -> Message:
    note = who.is_unproven
    words = _words(reading, who, at, internal=note)
    message = bring_words(DESK, ticket, words)
    if note:
        decide(row, Outcome.NOTE, f"It claims to be {who.user.name if who.user else '?'}'s.")
    else:
        decide(row, Outcome.REPLY)
    report.taken["notes" if note else "messages"] += 1
    return message


def _open(
    row: ReceivedMail, reading: _Read, who: _Who, at: datetime, ways: Ways, report: Report
) -> tuple[Ticket, Message] | None:
    mail = reading.mail
    assert mail is not None  # noqa: S101 (it was read)
    asks = _addressee(mail, ways) if who.is_ours else who.sender
    if asks is None:
        why = "It is from an address of ours, and to nobody else."
        decide(row, Outcome.IGNORED, why)
        report.leave_out(reading.letter.where, why)
        return None
    requester = person(asks) if who.is_ours else who.user
    if requester is None:
        requester, _new = brought_account(asks.email, asks.name, role=Role.CUSTOMER, at=at)
        report.taken["customers"] += 1
    author = who if who.is_ours else _Who(who.sender, requester, is_ours=False)
    old = OldTicket(subject=subject_of(mail), requester=requester)
    ticket, message = bring(DESK, old, _words(reading, author, at))
    note_origin(ticket, ways.archive, reading.letter.path.name)
    decide(row, Outcome.TICKET)
    report.taken["tickets"] += 1
    report.taken["messages"] += 1
    return ticket, message


def _words(reading: _Read, who: _Who, at: datetime, *, internal: bool = False) -> OldWords:
    assert reading.mail is not None  # noqa: S101 (it was read)
    if who.is_ours or internal:
        kind = AuthorKind.ADMIN
    else:
        kind = AuthorKind.CUSTOMER if who.user is None else AuthorKind(who.user.kind)
    return OldWords(
        body=body_of(reading.mail),
        at=at,
        author=None if internal else who.user,
        kind=kind,
        internal=internal,
        files=reading.files,
    )


def _addressee(mail: Mail, ways: Ways) -> Sender | None:
    """Whom a mail of ours went to first."""
    for one in (*mail.to, *mail.cc):
        if not mailboxes.is_own(one.email, ways.own):
            return sender_at(one)
    return None


def _mailbox(mail: Mail, ways: Ways) -> int | None:
    """The mailbox that the mail came to, or was sent from: its ticket is answered from there."""
    addresses = [*(one.email for one in (*mail.to, *mail.cc)), *mail.delivered_to]
    if mail.sender is not None:
        addresses.append(mail.sender.email)
    found = (ways.mailboxes.get(mailboxes.without_tag(normal_email(one))) for one in addresses)
    return next((id_ for id_ in found if id_ is not None), None)


def _status(ticket: Ticket, who: _Who, ways: Ways) -> Status | None:
    if ways.status is not None:
        return ways.status
    # What we began waits for its requester, although its first words count as theirs.
    return Status.PENDING if who.is_ours and ticket.message_count == 1 else None
