"""Messages that a server has but does not give: asked for in a few rounds, then noted as failed.

What counts the rounds is in the mailbox's row, so that rounds of different processes add up.
"""

from ...database import db, transaction
from ...i18n import gettext as _
from .. import ledger
from ..models import Mailbox

TRIES = 3  # rounds, until a message that is not given is noted as failed


class Refusals:
    """What a mailbox's server refused, in the round at hand and before."""

    def __init__(self, mailbox_id: int, numbering: int) -> None:
        self._mailbox_id, self._numbering = mailbox_id, numbering
        self.pending: dict[int, str] = {}  # one after the other, not counted yet: UID → reason
        self.failed = 0  # messages of this round

    def before(self) -> set[int]:
        """What was refused in earlier rounds, and is to be asked for again."""
        return {int(uid) for uid in self._mailbox().refused}

    def add(self, uid: int, reason: str) -> None:
        """The server refuses *uid*; it counts with :meth:`note`."""
        self.pending[uid] = reason

    def note(self) -> None:
        """Count what is pending; whose last time it was becomes a failed row of the ledger."""
        pending, self.pending = self.pending, {}
        if not pending:
            return
        self.failed += len(pending)
        with transaction():
            mailbox = self._mailbox()
            refused = dict(mailbox.refused)
            for uid, reason in pending.items():
                tries = refused[str(uid)] = refused.get(str(uid), 0) + 1
                if tries >= TRIES:
                    del refused[str(uid)]
                    words = _(
                        "Not given by its server in %(n)s rounds: %(why)s", n=tries, why=reason
                    )
                    ledger.fail(mailbox, self._numbering, uid, words)
            mailbox.refused = refused

    def fail(self, uid: int, reason: str) -> None:
        """*uid* can't be had, whatever the server says."""
        self.failed += 1
        with transaction():
            ledger.fail(self._mailbox(), self._numbering, uid, reason)
            self.forget({uid})

    def forget(self, uids: set[int]) -> None:
        """They came after all, or are not there any more."""
        names = {str(uid) for uid in uids}
        if names.isdisjoint(self._mailbox().refused):
            return
        with transaction():
            mailbox = self._mailbox()
            mailbox.refused = {u: n for u, n in mailbox.refused.items() if u not in names}

    def _mailbox(self) -> Mailbox:
        return db.session.get_one(Mailbox, self._mailbox_id)
