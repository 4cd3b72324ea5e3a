"""The hubs of other processes: news, notices and who is where go to all of them."""

from collections.abc import Collection
from functools import partial
from typing import Any

from flask import Flask

from ..accounts import sessions
from ..database import after_gap, hear_others, name_among_others, say_to_others, tell_others
from ..events import Event
from .log import Author, News
from .rooms import Viewer
from .switchboard import Hub

NEWS, NOTICED, SESSIONS, LOOKS, WRITES = "news", "noticed", "sessions", "looks", "writes"
MOST_AT_ONCE = 300  # numbers in a message


def join(app: Flask, hub: Hub) -> None:
    """Let *hub* hear what the hubs of other processes do, and tell them who is here."""
    process = name_among_others(app)
    if not process:
        return
    hub.others = _Others(app, process)
    heard = {
        NEWS: lambda told: hub.publish(news_of(told)),
        NOTICED: hub.notify,
        SESSIONS: lambda _nothing: hub.check_sessions(),
        LOOKS: lambda told: hub.heard_of(told[0], Viewer(*told[1]), told[2], told[3]),
        WRITES: lambda told: hub.heard_writing(Viewer(*told[0]), told[1]),
    }
    for subject, listener in heard.items():
        hear_others(app, subject, listener)
    after_gap(app, hub.heard_gap)
    sessions.on_end(app, partial(say_to_others, app, SESSIONS, None))


class _Others:
    """What is said to them."""

    def __init__(self, app: Flask, process: str) -> None:
        self._app, self._process = app, process

    def looks(self, viewer: Viewer, tickets: Collection[int], last: float) -> None:
        who = viewer.id, viewer.name, viewer.initials
        for some in parts(list(tickets)):
            say_to_others(self._app, LOOKS, [self._process, who, some, last])

    def writes(self, viewer: Viewer, ticket: int) -> None:
        who = viewer.id, viewer.name, viewer.initials
        say_to_others(self._app, WRITES, [who, ticket])


def tell_news(news: News) -> None:
    """Tell the others of *news*, in the transaction that makes it."""
    by = None if news.by is None else [news.by.id, news.by.name]
    tell_others(NEWS, [news.ticket, news.kind, by, news.event, news.message])


def tell_notices(_event: Event, _kind: object, user_ids: Collection[int]) -> None:
    """Tell the others for whom there is a notice, in the transaction that makes it."""
    for some in parts(list(user_ids)):
        tell_others(NOTICED, some)


def news_of(told: Any) -> News:
    ticket, kind, by, event, message = told
    return News(ticket, kind, None if by is None else Author(*by), event, message)


def parts(numbers: list[int]) -> list[list[int]]:
    return [numbers[at : at + MOST_AT_ONCE] for at in range(0, len(numbers), MOST_AT_ONCE)]
