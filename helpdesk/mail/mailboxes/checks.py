"""Tests of mailboxes: begun by an admin, done by a job, looked at while they go on."""

import secrets
from collections.abc import Generator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from ... import clock, jobs
from ...accounts.models import Actor
from ...database import db, transaction
from ...i18n import gettext as _
from ...i18n import lazy
from ..models import Mailbox, MailboxCheck, MailKind, OutgoingMail, Sending
from . import policy
from .checking import Result, Step, Subject, arrived, check, subject_of, words_of_test

JOB, LANE = "mail.check", "mail-check"
PAUSE = timedelta(seconds=2)  # between two looks whether the mail is back
LONGEST = timedelta(minutes=10)  # after that it was lost with its process, and another may begin


def init_app(app: Flask) -> None:
    """Let the desk's worker test mailboxes, in a lane of its own: a test waits for mail."""
    jobs.register(
        app,
        JOB,
        run,
        title=lazy("Test a mailbox"),
        lane=LANE,
        attempts=1,
        failed=_interrupted,
        about=_about,
    )


def begin(actor: Actor, mailbox: Mailbox) -> MailboxCheck:
    """Test *mailbox*, or go on with the test that runs. Raises NotAllowed."""
    policy.require_manager(actor)
    with transaction():
        found = db.session.get(MailboxCheck, mailbox.id)
        if found is not None and is_running(found):
            return found
        if found is None:
            found = MailboxCheck(mailbox_id=mailbox.id)
            db.session.add(found)
        found.run, found.steps = secrets.token_hex(16), []
        found.started_at, found.ended_at = clock.now(), None
        jobs.enqueue(JOB, {"mailbox_id": mailbox.id, "run": found.run})
    return found


def last_of(mailbox: Mailbox) -> MailboxCheck | None:
    """The last test of *mailbox*, if there was one."""
    return db.session.get(MailboxCheck, mailbox.id)


def is_running(found: MailboxCheck) -> bool:
    """Whether more steps may come."""
    return found.ended_at is None and found.started_at > clock.now() - LONGEST


def run(payload: dict[str, Any]) -> None:
    """The job: every step is in the row as soon as it is done. Raises Later until the mail is back.

    It never waits itself: a desk that stops would have to wait for it.
    """
    mailbox, row = db.session.get(Mailbox, payload["mailbox_id"]), _row(payload)
    if mailbox is None or row is None:
        return  # it was removed, or tested anew, meanwhile
    subject, mail_id = subject_of(mailbox), _mail_id(mailbox.address, payload["run"])
    has_begun, mailbox_id = bool(row.steps), mailbox.id
    db.session.rollback()  # no snapshot of the database is held while a server takes its time

    def note(state: Sending, said: str) -> None:
        _note(mailbox_id, subject.address, mail_id, state, said)

    if has_begun or _walk(payload, check(subject, mail_id, note)):
        _look(payload, subject)
    _end(payload)


def _walk(payload: dict[str, Any], steps: Generator[Step, None, bool]) -> bool:
    """Keep each of *steps*; whether a mail is on its way."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return bool(end.value)
        if not _add(payload, step):
            return False


def _look(payload: dict[str, Any], subject: Subject) -> None:
    """See whether the mail is back. Raises Later while it may come yet."""
    query = sa.select(OutgoingMail).where(*_is_mail_of(payload["run"]))
    mail = db.session.scalar(query)
    if mail is None or mail.sent_at is None or subject.imap is None:
        return
    waited = int((clock.now() - mail.sent_at).total_seconds())
    mail_id = mail.mail_id
    db.session.rollback()
    step = arrived(subject, mail_id, waited)
    if step is None:
        raise jobs.Later(PAUSE, _("The mail to itself is not back yet."), counts=False)
    _add(payload, step)


def _add(payload: dict[str, Any], step: Step) -> bool:
    with transaction():
        row = _row(payload)
        if row is not None:
            row.steps = [*row.steps, asdict(step)]
    return row is not None


def _end(payload: dict[str, Any]) -> None:
    with transaction():
        if row := _row(payload):
            row.ended_at = clock.now()


def _interrupted(payload: dict[str, Any], reason: str) -> None:
    if row := _row(payload):
        step = Step("circle", "end", Result.BAD, "interrupted")
        row.steps, row.ended_at = [*row.steps, asdict(step)], clock.now()
    mails = sa.update(OutgoingMail).where(
        *_is_mail_of(payload["run"]), OutgoingMail.state == Sending.SENDING
    )
    db.session.execute(mails.values(state=Sending.CANCELLED, said=reason))


def _row(payload: dict[str, Any]) -> MailboxCheck | None:
    """The row of this run; None once there is a newer one."""
    row = db.session.get(MailboxCheck, payload["mailbox_id"])
    return row if row is not None and row.run == payload["run"] else None


def _note(mailbox_id: int, address: str, mail_id: str, state: Sending, said: str) -> None:
    """Keep a row of the mail to oneself: so it is known for ours when it comes back."""
    with transaction():
        query = sa.select(OutgoingMail).where(OutgoingMail.mail_id == mail_id)
        mail = db.session.scalar(query)
        if mail is None:
            mail = OutgoingMail(
                kind=MailKind.TEST,
                mailbox_id=mailbox_id,
                recipient=address,
                mail_id=mail_id,
                subject=words_of_test(address)[0],
                text=words_of_test(address)[1],
                details={},
                attempts=1,
                created_at=clock.now(),
            )
            db.session.add(mail)
        mail.state, mail.said = state, said
        if state is Sending.SENT:
            mail.sent_at = clock.now()
            _works(mailbox_id)


def _works(mailbox_id: int) -> None:
    """The mailbox's server has taken a mail: what ailed it is over."""
    mailbox = db.session.get(Mailbox, mailbox_id)
    if mailbox is not None and mailbox.smtp_failing_since is not None:
        mailbox.smtp_failing_since, mailbox.smtp_error = None, ""


def _is_mail_of(run: str) -> tuple[sa.ColumnElement[bool], ...]:
    # A range, for which there is an index; after the run comes "@", and before "A" nothing else.
    return OutgoingMail.mail_id > f"{_start(run)}@", OutgoingMail.mail_id < f"{_start(run)}A"


def _mail_id(address: str, run: str) -> str:
    domain = address.rpartition("@")[2]
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = "localhost"
    return f"{_start(run)}@{domain}".lower()


def _start(run: str) -> str:
    return f"test.{run}"


def _about(payload: dict[str, Any]) -> str | None:
    mailbox = db.session.get(Mailbox, payload["mailbox_id"])
    return None if mailbox is None else mailbox.address
