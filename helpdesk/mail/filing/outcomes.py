"""What the ledger says became of a mail."""

from ... import clock
from ...database import db, transaction
from ..models import Outcome, ReceivedMail

_MOST_WORDS = 2000


def decide(row: ReceivedMail, outcome: Outcome, reason: str = "") -> None:
    """Write down what became of *row*. Only inside a ``transaction()``."""
    row.outcome, row.reason, row.decided_at = outcome, reason[:_MOST_WORDS], clock.now()


def hold(received_id: int, reason: str) -> None:
    """Keep the mail for a person to look at; the next one goes on."""
    with transaction():
        row = db.session.get_one(ReceivedMail, received_id)
        if row.outcome is Outcome.WAITING:
            decide(row, Outcome.HELD, reason)
