"""Taking many things over in few transactions: each is taken whole, or told with the reason."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa

from ...database import db, sqlite_driver
from ...errors import HelpdeskError, Invalid
from ...files import StorageFailed

Thing = TypeVar("Thing")
AT_ONCE = 100  # things in a transaction: whoever uses the desk meanwhile waits for one of these
# What is no fault of the thing at hand: the disk is full, or somebody holds the database.
_ENDS_ALL = (StorageFailed, OSError, sa.exc.OperationalError, sqlite_driver().OperationalError)
_log = logging.getLogger(__name__)


def take_each(
    batch: Sequence[Thing],
    take: Callable[[Sequence[Thing]], None],
    refused: Callable[[Thing, str], None],
) -> None:
    """Let *take* have all of *batch* in one transaction; if it fails, one by one.

    Each that fails by itself is *refused*, with the reason in words.
    """
    try:
        take(batch)
    except _ENDS_ALL:
        raise
    except Exception as error:
        if isinstance(error.__cause__, OSError):
            raise
        db.session.rollback()
        db.session.expunge_all()
        if len(batch) == 1:
            refused(batch[0], reason_of(error))
        else:
            for one in batch:
                take_each([one], take, refused)
    # Nothing of it is needed any more, and there may be a million of them.
    db.session.rollback()
    db.session.expunge_all()


def in_batches(
    things: Iterable[Thing], weight: Callable[[Thing], int], most: int
) -> Iterator[list[Thing]]:
    """*things*, AT_ONCE at a time, and fewer where they weigh more than *most* together."""
    batch: list[Thing] = []
    weighed = 0
    for thing in things:
        weighs = weight(thing)
        if batch and (len(batch) == AT_ONCE or weighed + weighs > most):
            yield batch
            batch, weighed = [], 0
        batch.append(thing)
        weighed += weighs
    if batch:
        yield batch


def reason_of(error: Exception) -> str:
    """Why something was not taken, for people."""
    if isinstance(error, Invalid):
        return " ".join(
            f"{field.removesuffix('_id')}: {sentence}"
            for field, sentences in error.fields.items()
            for sentence in sentences
        )
    if isinstance(error, HelpdeskError):
        return error.message
    if isinstance(error, sa.exc.IntegrityError):
        return "Something in it has a number that something else has."
    _log.info("Something could not be imported.", exc_info=error)
    return f"It could not be taken ({type(error).__name__})."
