"""Lists that are asked for again and again: what their filters mean is kept for a minute.

With each thing that somebody writes, pages that are open ask for their lists again. To understand
the filters and to make statements of them takes longer than to run these, so whoever asks for the
same within the same minute, while nothing has changed that filters are about, gets the same
filters, and with them their statements (``tickets.queries.orders.order_of``).
"""

from collections.abc import Hashable
from threading import Lock
from typing import NamedTuple

from flask import current_app

from ...accounts.models import Known
from ...database.stamps import STAMPED, stamps
from ...i18n import language
from .asking import Asking
from .narrowing import Narrowed, narrowed
from .rules import Rules

MOST_KEPT = 60  # lists, of 30 to 100 kB
LONGEST = 2_000  # characters of what one is asked for
_lock = Lock()


class _Question(NamedTuple):
    minute: int
    who: Hashable
    stamps: Hashable
    rules: Hashable


class InView(NamedTuple):
    """A list: what its view says, what narrows it further, and both."""

    of_view: Narrowed
    further: Narrowed
    both: Narrowed


def narrowed_in_view(asking: Asking, of_view: Rules, further: Rules, text: str) -> InView:
    """What the rules *of_view*, *further* ones, and *text* as somebody typed it, narrow a list to.

    A view of which a rule makes no sense lists nothing.
    """
    question = _question(asking, of_view, further) if not text else None
    if question is None:
        return _in_view(asking, of_view, further, text)
    kept: dict[_Question, InView] = current_app.extensions.setdefault("helpdesk.lists", {})
    found = kept.get(question)
    if found is None:
        found = _in_view(asking, of_view, further, text)
        if not found.both.words:  # what is found by words has statements of its own each time
            with _lock:
                past = [one for one in kept if one.minute != question.minute]
                for one in past or list(kept)[: max(0, len(kept) + 1 - MOST_KEPT)]:
                    del kept[one]
                kept[question] = found
    return found


def _in_view(asking: Asking, of_view: Rules, further: Rules, text: str) -> InView:
    view = narrowed(asking, of_view, strictly=True)
    more = narrowed(asking, further, text)
    return InView(view, more, more.within(view))


def _question(asking: Asking, of_view: Rules, further: Rules) -> _Question | None:
    """All that it depends on; None for what isn't kept: an entity's, and very long ones."""
    actor = asking.actor
    if not isinstance(actor, Known):
        return None
    now = stamps()
    if not now.keys() >= set(STAMPED):  # a desk without its stamps works all the same
        return None
    said = _said(of_view), _said(further)
    if sum(len(word) for rules in said for _name, values in rules for word in values) > LONGEST:
        return None
    who = actor.id, actor.role, actor.created_at, language()
    minute = int(asking.now.timestamp()) // 60
    return _Question(minute, who, tuple(now.items()), said)


def _said(rules: Rules) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(values)) for name, values in rules.items())
