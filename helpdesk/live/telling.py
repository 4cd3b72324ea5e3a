"""From what the desk records to what the hub tells, once it is committed."""

from collections.abc import Callable, Collection

from flask import Flask

from ..accounts import sessions
from ..accounts.models import User
from ..database import after_commit, load
from ..events import EVERYTHING, Event, subscribe
from .log import Author, News
from .others import tell_news
from .switchboard import Hub


def subscribe_to_events(app: Flask, hub: Hub) -> None:
    """Let *hub* hear of what is recorded in *app*."""

    def tell(event: Event) -> None:
        if event.ticket_id is None or not event.kind.startswith("ticket."):
            return
        news = News(
            ticket=event.ticket_id,
            kind=event.kind.removeprefix("ticket."),
            by=_author(event),
            event=event.id,
            message=_message_id(event),
        )
        after_commit(lambda: hub.publish(news))
        tell_news(news)

    subscribe(app, EVERYTHING, tell)
    sessions.on_end(app, hub.check_sessions)


def still_valid(app: Flask) -> Callable[[Collection[str]], Collection[str]]:
    """How a hub asks *app* which sessions of its staff are still open."""

    def ask(fingerprints: Collection[str]) -> Collection[str]:
        with app.app_context():
            return sessions.open_for_staff(fingerprints)

    return ask


def _author(event: Event) -> Author | None:
    if event.actor_id is None:
        return None
    user = load(User, event.actor_id)
    return Author(user.id, user.name)


def _message_id(event: Event) -> int | None:
    told = event.after.get("message_id") if isinstance(event.after, dict) else None
    return told if isinstance(told, int) else None
