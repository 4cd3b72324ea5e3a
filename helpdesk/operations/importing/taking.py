"""Requests of another program become tickets: the one writer of every format but mail."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from ...accounts.models import DESK, User
from ...database import db, transaction
from ...errors import HelpdeskError, Invalid, WrongState
from ...files import store
from ...mail.sending.outbox import quiet
from ...tickets.actions import Kept, NewFile, follow, keeping
from ...tickets.actions.bringing import OldTicket, OldWords, bring, bring_words, settle
from ...tickets.models import SOLVED, AuthorKind, Place, Ticket
from . import Progress, Report, fitting, models
from .batches import in_batches, take_each
from .origins import note_origin, was_changed_here
from .people import Accounts
from .places import Categories
from .records import Attached, Request, Words

TICKET, MESSAGE = "ticket", "message"
MOST_WORDS_AT_ONCE = 200  # of one transaction: a third of a second
_NO_WORDS = "(This message has no words.)"


@dataclass
class _Reading:
    """A request, what of it was taken before, and the files of what is new."""

    request: Request
    ticket_id: int | None
    new: list[Words]
    files: dict[str, list[Kept]] = field(default_factory=dict)  # by the words' keys


class Taker:
    """Takes the requests of *source*, which people call *label*."""

    def __init__(self, source: str, label: str, report: Report, *, make_categories: bool) -> None:
        self._source, self._label, self._report = source, label, report
        self._notes = models.Notes(source)
        self._accounts = Accounts(source, self._notes)
        self._categories = Categories(make=make_categories)

    def take_all(self, requests: Iterable[Request], progress: Progress) -> None:
        """Take *requests*; what can't be taken is in the report. *progress* counts tickets."""
        for batch in in_batches(requests, lambda one: len(one.words) + 1, MOST_WORDS_AT_ONCE):
            take_each(batch, self._take, self._refuse)
            progress(len(batch))

    def _refuse(self, request: Request, why: str) -> None:
        self._report.leave_out(request.where, why)

    def _take(self, requests: Sequence[Request]) -> None:
        here = Report()
        try:
            with ExitStack() as stack:
                readings = [self._reading(one) for one in requests]
                db.session.rollback()
                for reading in readings:
                    self._keep_files(reading, stack, here)
                with transaction(), quiet():
                    for reading in readings:
                        self._write(reading, here)
                    self._notes.write()
        except BaseException:
            self._accounts.forget()
            self._notes.forget()
            raise
        self._report.add(here)

    def _reading(self, request: Request) -> _Reading:
        known = models.known(self._source, TICKET, [request.key]).get(request.key)
        taken = models.known(self._source, MESSAGE, [words.key for words in request.words])
        new = [words for words in request.words if words.key not in taken]
        return _Reading(request, known, new)

    def _keep_files(self, reading: _Reading, stack: ExitStack, report: Report) -> None:
        for words in reading.new:
            _body, whole = fitting.body_of(words.body)
            files = [*words.files, *([_as_file(whole)] if whole else [])]
            new = [one for file in files if (one := _received(file, reading.request, report))]
            if new:
                kept = stack.enter_context(keeping(new, most=len(new)))
                reading.files[words.key] = [one for one in kept if isinstance(one, Kept)]

    def _write(self, reading: _Reading, report: Report) -> None:
        request = reading.request
        ticket = None
        if reading.ticket_id is not None:
            ticket = db.session.get(Ticket, reading.ticket_id)
            report.known["tickets"] += 1
            if ticket is None or ticket.place in (Place.PURGED, Place.MERGED) or not reading.new:
                return
        if not request.words:
            raise HelpdeskError("It has no words.")
        if not reading.new:
            raise HelpdeskError("Its words were taken as those of another ticket.")
        if ticket is None:
            ticket = self._open(reading, report)
            rest = reading.new[1:]
        else:
            rest = reading.new
        for words in rest:
            message = bring_words(DESK, ticket, self._old(words, reading, report))
            self._notes.add(MESSAGE, words.key, message.id)
            report.taken["notes" if words.internal else "messages"] += 1
        self._settle(ticket, request, is_new=reading.ticket_id is None, report=report)

    def _open(self, reading: _Reading, report: Report) -> Ticket:
        request, opening = reading.request, reading.new[0]
        facts = dict(request.facts)
        requester = self._requester(request, facts, report)
        place = self._categories.of(request.category, report)
        if place is None:
            facts["Category"] = " / ".join(request.category)
        tags, other_tags = fitting.tags_of(request.tags)
        filled, other_fields = fitting.fields_of(request.fields)
        category_id, subcategory_id = place or (None, None)
        old = OldTicket(
            subject=fitting.subject_of(request.subject),
            requester=requester,
            priority=request.priority,
            category_id=category_id,
            subcategory_id=subcategory_id,
            assignee_id=self._assignee(request, facts, report),
            tags=tags,
            fields=filled,
        )
        ticket, message = bring(DESK, old, self._old(opening, reading, report))
        self._notes.add(TICKET, request.key, ticket.id)
        self._notes.add(MESSAGE, opening.key, message.id)
        note_origin(ticket, self._label, request.ref)
        self._note(ticket, request, fitting.facts_of(facts, other_fields, tags=other_tags))
        report.taken["tickets"] += 1
        report.taken["notes" if opening.internal else "messages"] += 1
        return ticket

    def _requester(self, request: Request, facts: dict[str, str], report: Report) -> User:
        """Whose request it is: of what its requester was never shown, whoever wrote it."""
        author = request.words[0].author
        if author is not None and all(words.internal for words in request.words):
            facts["Requester"] = f"{request.requester.name} {request.requester.email}".strip()
            return self._accounts.of(author, report)
        return self._accounts.of(request.requester, report)

    def _assignee(self, request: Request, facts: dict[str, str], report: Report) -> int | None:
        """Nobody who can't sign in has an open ticket: it would lie there unseen."""
        if request.assignee is None:
            return None
        user = self._accounts.of(request.assignee, report)
        if user.is_staff and (user.is_active or request.status in SOLVED):
            return user.id
        facts["Assignee"] = user.name
        return None

    def _note(self, ticket: Ticket, request: Request, facts: Mapping[str, str]) -> None:
        words = OldWords(
            body=fitting.told(self._label, request.ref, facts),
            at=ticket.created_at,
            author=None,
            kind=AuthorKind.ADMIN,
            internal=True,
        )
        bring_words(DESK, ticket, words)

    def _old(self, words: Words, reading: _Reading, report: Report) -> OldWords:
        author = None if words.author is None else self._accounts.of(words.author, report)
        files = reading.files.get(words.key, [])
        report.taken["files"] += len(files)
        kind = AuthorKind.CUSTOMER
        if words.is_staff:
            kind = AuthorKind.ADMIN
        elif author is not None and not author.is_staff:
            kind = AuthorKind(author.kind)
        body, _whole = fitting.body_of(words.body)
        return OldWords(
            body=body or ("" if files else _NO_WORDS),
            at=fitting.moment_of(words.at),
            author=author,
            kind=kind,
            internal=words.internal,
            files=files,
        )

    def _settle(self, ticket: Ticket, request: Request, *, is_new: bool, report: Report) -> None:
        if not is_new and was_changed_here(ticket):
            settle(DESK, ticket, ticket.status, solved_at=ticket.resolved_at)
            return
        solved_at = request.solved_at and fitting.moment_of(request.solved_at)
        settle(DESK, ticket, request.status, solved_at=solved_at)
        if not is_new:
            return
        for person in request.followers:
            follower = self._accounts.of(person, report)
            try:
                follow(DESK, ticket, follower)
            except (Invalid, WrongState):
                continue  # staff, the requester, or somebody who is shut out
        if request.is_spam:
            since = ticket.modified_at
            settle(DESK, ticket, request.status, solved_at=solved_at, spam_since=since)


def _as_file(text: str) -> Attached:
    return Attached(fitting.WHOLE, partial(_encoded, text))


def _encoded(text: str) -> Iterable[bytes]:
    yield text.encode("utf-8")


def _received(file: Attached, request: Request, report: Report) -> NewFile | None:
    """*file* on the disk; None, and told, where it can't be had."""
    incoming = store().receive(file_name=file.name)
    try:
        for piece in file.read():
            incoming.write(piece)
    except HelpdeskError as error:
        incoming.discard()
        if isinstance(error.__cause__, OSError):
            raise
        report.leave_out(f"{request.where}, file {file.name}", error.message)
        return None
    except BaseException:
        incoming.discard()
        raise
    return NewFile(file.name, incoming)
