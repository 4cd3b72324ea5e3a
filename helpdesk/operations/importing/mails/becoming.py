"""A mail becomes words on a ticket, inside the ``transaction()`` that files it."""

from datetime import datetime

from .... import clock
from ....accounts.models import DESK, Role, User
from ....accounts.queries import normal_email
from ....database import db
from ....mail import tokens
from ....mail.filing.outcomes import decide
from ....mail.filing.senders import Sender, person, sender_at
from ....mail.filing.words import body_of, mail_of_message, subject_of
from ....mail.mailboxes import queries as mailboxes
from ....mail.models import Outcome, ReceivedMail
from ....mail.reading import Mail
from ....tickets.actions.bringing import OldTicket, OldWords, bring, bring_words, settle
from ....tickets.models import AuthorKind, Message, Status, Ticket
from .. import Report
from ..origins import note_origin, was_changed_here
from ..people import brought_account
from . import threads
from .found import Reading, Ways, Who
from .letters import moment_of


def make_words(row: ReceivedMail, reading: Reading, who: Who, ways: Ways, report: Report) -> None:
    """Put what *who* wrote on the ticket that it belongs to, or on a new one."""
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
        settle(DESK, ticket, ticket.status, solved_at=ticket.resolved_at)
    else:
        settle(DESK, ticket, _status(ticket, who, ways))


def _add(
    row: ReceivedMail, ticket: Ticket, reading: Reading, who: Who, at: datetime, report: Report
) -> Message:
    note = who.is_unproven
    if who.user is None and not who.is_ours:  # they were sent a mail of it
        who = Who(who.sender, _account(who.sender, at, report), is_ours=False)
    words = _words(reading, who, at, internal=note)
    message = bring_words(DESK, ticket, words)
    if note:
        decide(row, Outcome.NOTE, f"It claims to be {who.user.name if who.user else '?'}'s.")
    else:
        decide(row, Outcome.REPLY)
    report.taken["notes" if note else "messages"] += 1
    return message


def _open(
    row: ReceivedMail, reading: Reading, who: Who, at: datetime, ways: Ways, report: Report
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
        requester = _account(asks, at, report)
    author = who if who.is_ours else Who(who.sender, requester, is_ours=False)
    old = OldTicket(subject=subject_of(mail), requester=requester)
    ticket, message = bring(DESK, old, _words(reading, author, at))
    note_origin(ticket, ways.archive, reading.letter.path.name)
    decide(row, Outcome.TICKET)
    report.taken["tickets"] += 1
    report.taken["messages"] += 1
    return ticket, message


def _account(sender: Sender, at: datetime, report: Report) -> User:
    user, is_new = brought_account(sender.email, sender.name, role=Role.CUSTOMER, at=at)
    report.taken["customers"] += int(is_new)
    return user


def _words(reading: Reading, who: Who, at: datetime, *, internal: bool = False) -> OldWords:
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


def _status(ticket: Ticket, who: Who, ways: Ways) -> Status | None:
    if ways.status is not None:
        return ways.status
    # What we began waits for its requester, although its first words count as theirs.
    return Status.PENDING if who.is_ours and ticket.message_count == 1 else None
