"""A ticket's conversation, with what happened between the messages folded in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ...i18n import ngettext
from ...tickets.queries.opened import Said
from ..words import look_up_tickets
from .happened import Happening, told
from .mailed import Mailed, mailed, texts_of
from .opened import Opened

LATEST = 50  # messages at the end of a long conversation that are shown at least


@dataclass(frozen=True)
class Words:
    """A message or a note; *is_new* where it came while somebody was writing."""

    message: Said
    is_new: bool
    kind: ClassVar = "words"


@dataclass(frozen=True)
class Fold:
    """What happened between two messages."""

    happenings: Sequence[Happening]
    kind: ClassVar = "fold"

    @property
    def summary(self) -> str:
        if len(self.happenings) == 1:
            return self.happenings[0].sentence
        names = dict.fromkeys(happening.field for happening in self.happenings)
        return ngettext(
            "%(num)s change: %(fields)s",
            "%(num)s changes: %(fields)s",
            len(self.happenings),
            fields=", ".join(names),
        )


@dataclass(frozen=True)
class Earlier:
    """Messages in the middle that are left out, with what happened between them."""

    count: int
    kind: ClassVar = "earlier"


@dataclass(frozen=True)
class Thread:
    """What the page of a ticket shows of its past."""

    parts: Sequence[Words | Fold | Earlier]
    last_message_id: int  # the newest public message that is shown; 0: there is none
    opening: str  # the words that it began with
    opening_id: int  # the message that can't be split off; 0: there is none
    mailed: Mailed


def thread(opened: Opened, newcomers: Sequence[int] = (), *, is_whole: bool = True) -> Thread:
    """The conversation of a ticket, oldest first.

    Unless all of it is wanted (*is_whole*), the middle of a long one is left out.
    """
    messages, ticket = opened.messages, opened.ticket
    bodies = (message.body for message in messages)
    look_up_tickets([ticket.description, *bodies, *texts_of(opened.came)])
    parts = _woven(messages, opened, frozenset(newcomers))
    public = [message.id for message in messages if not message.internal]
    opening = messages[0].body if messages else ""
    shown = parts if is_whole else _ends(parts)
    opening_id = public[0] if public else 0
    return Thread(shown, max(public, default=0), opening, opening_id, mailed(opened))


def _ends(parts: list[Words | Fold]) -> list[Words | Fold | Earlier]:
    """*parts* up to the first message, and from one of the last on; all where that is as good."""
    messages = [n for n, part in enumerate(parts) if isinstance(part, Words)]
    if len(messages) < 2 * LATEST:
        return [*parts]
    # A few more than LATEST, so that not every new message folds another one away.
    left_out = (len(messages) - 1 - LATEST) // LATEST * LATEST
    first, last = messages[0], messages[1 + left_out]
    fresh = next((n for n in messages[1:] if parts[n].is_new), last)  # type: ignore[union-attr]
    if fresh < last:
        return [*parts]
    return [*parts[: first + 1], Earlier(left_out), *parts[last:]]


def _woven(
    messages: Sequence[Said], opened: Opened, newcomers: frozenset[int]
) -> list[Words | Fold]:
    """Messages and events in the order in which they happened.

    Times are whole seconds, so the order comes from the events: one names each message.
    """
    happenings = told(opened)
    waiting = {message.id: message for message in messages}
    parts: list[Words | Fold] = []
    folded: list[Happening] = []

    def unfold() -> None:
        if folded:
            parts.append(Fold(tuple(folded)))
            folded.clear()

    for event in opened.events:
        message_id = event.after.get("message_id") if isinstance(event.after, dict) else None
        message = waiting.pop(message_id, None) if message_id is not None else None
        if message is not None:
            unfold()
            parts.append(Words(message, message.id in newcomers))
        elif event.id in happenings:
            folded.append(happenings[event.id])
    unfold()
    unnamed = [Words(message, message.id in newcomers) for message in waiting.values()]
    return _by_time(parts, unnamed) if unnamed else parts


def _by_time(parts: list[Words | Fold], unnamed: list[Words]) -> list[Words | Fold]:
    """Messages that no event names (they came by another way) go where their time puts them."""
    for words in unnamed:
        at = next(
            (n for n, part in enumerate(parts) if _when(part) > words.message.created_at),
            len(parts),
        )
        parts.insert(at, words)
    return parts


def _when(part: Words | Fold) -> datetime:
    return part.message.created_at if isinstance(part, Words) else part.happenings[0].when
