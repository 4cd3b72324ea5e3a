"""One round: every message of the folder that the ledger does not have yet, one after the other.

Each is on the disk and in the ledger before the next is asked for, so a round that is cut off
anywhere has lost nothing: the next one goes on where it was.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from ...database import db, transaction
from ...errors import HelpdeskError
from ...i18n import gettext as _
from .. import ledger
from ..models import Mailbox, Source
from ..reading import MOST_BYTES
from .account import account_of
from .connection import AT_ONCE, Connection, Facts, NotGiven
from .health import note_failure, note_success
from .imap_errors import LOST, TROUBLE, MailboxFails, explain
from .locks import alone_with
from .numbers import last_kept_uid, last_uid, numbering
from .refusals import Refusals

LARGEST = MOST_BYTES  # a larger message could not be read, and is never asked for
STREAK = 10  # refused messages in a row: is it they, or the server?
_RECONNECTIONS = 3  # in one round

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Round:
    """What a round did: *seen* is how many messages the server named."""

    seen: int = 0
    new: int = 0
    failed: int = 0


def _always() -> bool:
    return True


def fetch_round(mailbox: Mailbox) -> Round:
    """Connect and do one round that compares everything. Raises MailboxFails.

    How it went is noted in the mailbox's row.
    """
    mailbox_id = mailbox.id
    try:
        account = account_of(mailbox)
        try:
            with closing(Connection(account)) as connection:
                return do_round(connection, mailbox_id)
        except TROUBLE as error:
            raise MailboxFails(explain(error, account)) from error
    except HelpdeskError as error:
        note_failure(mailbox_id, str(error))
        raise MailboxFails(str(error)) from error


def do_round(
    connection: Connection,
    mailbox_id: int,
    *,
    full: bool = True,
    going_on: Callable[[], bool] = _always,
) -> Round:
    """A round by *connection*, which ends between two messages when *going_on* says so.

    A *full* one compares every UID; any other looks only behind the last known one, and at those
    that were not given. Raises HelpdeskError, and what ``imap_errors.TROUBLE`` lists.
    """
    with alone_with(mailbox_id, going_on):
        done = _Fetching(connection, mailbox_id, going_on).do(full=full)
    note_success(mailbox_id)
    return done


class _Fetching:
    """The state of one round."""

    def __init__(
        self, connection: Connection, mailbox_id: int, going_on: Callable[[], bool]
    ) -> None:
        self.connection, self.mailbox_id, self.going_on = connection, mailbox_id, going_on
        self.round = Round()
        self._reconnections, self._is_tested = 0, False
        self.validity = connection.examine()
        # Somebody else's round may just have ended: what was read before is of no use.
        db.session.rollback()
        db.session.expire_all()
        mailbox = self._mailbox()
        self.numbering = numbering(mailbox, connection.account, self.validity)
        self.is_numbered_anew = (
            mailbox.uidvalidity != self.numbering
            or mailbox.fetched_from != connection.account.place
        )
        self.refusals = Refusals(mailbox_id, self.numbering)

    def do(self, *, full: bool) -> Round:
        if self.is_numbered_anew:
            self._begin_numbering()
        try:
            self._take_all(self._wanted(full=full or self.is_numbered_anew))
        finally:
            self.refusals.note()
        self.round.failed = self.refusals.failed
        return self.round

    def _take_all(self, wanted: list[int]) -> None:
        for some in _in_lots(wanted):
            facts = self._facts(some)
            for uid in some:
                if not self.going_on():
                    return
                self._take(uid, facts.get(uid))
                if len(self.refusals.pending) == STREAK:
                    self._test_server(wanted[-1])

    def _test_server(self, newest: int) -> None:
        """Ask for two others: a server that gives nothing is at fault, and not its messages."""
        if not self._is_tested and not (
            self._is_given(last_kept_uid(self._mailbox(), self.numbering)) or self._is_given(newest)
        ):
            _uid, reason = self.refusals.pending.popitem()
            self.refusals.pending.clear()
            raise MailboxFails(
                _("The server gives none of its messages. Its words: %(why)s", why=reason)
            )
        self._is_tested = True
        self.refusals.note()

    def _is_given(self, uid: int) -> bool:
        try:
            return bool(uid and self.connection.raw(uid))
        except NotGiven:
            return False

    def _begin_numbering(self) -> None:
        """Note under which numbering messages come from now on, and what was there before."""
        mailbox = self._mailbox()
        before, old = mailbox.uidvalidity, []
        if not mailbox.files_old_mail:
            old = sorted(self.connection.uids())
            if mailbox.uidvalidity is not None:  # some of these came since the desk is there
                facts = self._facts(old)
                old = [
                    uid
                    for uid in old
                    if (known := facts.get(uid))
                    and known.arrived is not None
                    and known.arrived < mailbox.created_at
                ]
        with transaction():
            mailbox = self._mailbox()
            if old and mailbox.uidvalidity == before:
                ledger.note_old(mailbox, self.numbering, old)
            mailbox.uidvalidity = self.numbering
            mailbox.fetched_from = self.connection.account.place
            mailbox.refused = {}

    def _wanted(self, *, full: bool) -> list[int]:
        mailbox = self._mailbox()
        refused = self.refusals.before()
        if full:
            there = self.connection.uids()
            wanted = there - (ledger.known_uids(mailbox, self.numbering) - refused)
        else:
            last = last_uid(mailbox, self.numbering)
            which = ",".join([*map(str, sorted(refused)), f"{last + 1}:*"])
            there = self.connection.uids(f"UID {which}")
            # n:* names the last message even where its number is lower.
            wanted = {uid for uid in there if uid > last or uid in refused}
        self.round.seen = len(there)
        self.refusals.forget(refused - wanted)
        return sorted(wanted)

    def _facts(self, uids: Sequence[int]) -> dict[int, Facts]:
        """What the server says of *uids*; where it chokes on one, nothing: each is asked alone."""
        try:
            return self.connection.facts(uids)
        except NotGiven:
            return {}
        except LOST as error:
            self._reconnect(error)
            return {}

    def _take(self, uid: int, facts: Facts | None) -> None:
        db.session.rollback()  # no snapshot of the database is held while a server takes its time
        try:
            facts = facts or self.connection.facts([uid]).get(uid)
            if facts and facts.size > LARGEST:
                self.refusals.fail(uid, _too_large(facts.size))
                return
            content = self.connection.raw(uid)
        except NotGiven as reason:
            if self.connection.has(uid):  # nobody has deleted it meanwhile
                self.refusals.add(uid, str(reason))
            return
        except LOST as error:
            self._reconnect(error)  # and it goes on: the next message may be a better one
            self.refusals.add(uid, explain(error, self.connection.account))
            return
        self.refusals.note()  # before the last known number is a higher one
        ledger.arrive(
            content, Source.IMAP, mailbox=self._mailbox(), uidvalidity=self.numbering, uid=uid
        )
        self.refusals.forget({uid})
        self.round.new += 1

    def _reconnect(self, error: Exception) -> None:
        self._reconnections += 1
        if self._reconnections > _RECONNECTIONS or not self.going_on():
            raise error
        _log.info("Mailbox %s: the connection was lost, trying again", self.mailbox_id)
        self.connection.reopen()
        if self.connection.examine() != self.validity:
            raise error

    def _mailbox(self) -> Mailbox:
        return db.session.get_one(Mailbox, self.mailbox_id)


def _too_large(size: int) -> str:
    return _(
        "It is too large: %(size)s MB, and the most is %(most)s MB. It is still on the server.",
        size=size // 1_000_000,
        most=LARGEST // 1_000_000,
    )


def _in_lots(uids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(uids), AT_ONCE):
        yield uids[start : start + AT_ONCE]
