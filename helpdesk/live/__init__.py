"""Who is looking at a ticket and who is writing on it, and news of tickets, as they happen.

In memory: everything goes through the :class:`Hub` of the application. Where several processes
serve, each has one, and they tell each other (others.py).
"""

from flask import Flask, current_app

from ..accounts.models import User
from .lines import Line
from .others import join, tell_notices
from .rooms import Viewer
from .switchboard import Hub
from .telling import still_valid, subscribe_to_events

__all__ = ["Hub", "Line", "Viewer", "hub", "init_app", "tell_notices", "viewer", "writing"]


def init_app(app: Flask) -> None:
    """Give *app* a hub that hears of every ticket's events and of every ended session."""
    found = Hub(still_valid(app))
    app.extensions["helpdesk.live"] = found
    subscribe_to_events(app, found)
    join(app, found)


def hub() -> Hub:
    """The hub of the current application."""
    return hub_of(current_app)


def hub_of(app: Flask) -> Hub:
    """The hub of *app*."""
    found: Hub = app.extensions["helpdesk.live"]
    return found


def viewer(user: User) -> Viewer:
    """*user* as others see them on a ticket."""
    return Viewer(user.id, user.name, user.initials)


def writing(user: User, ticket_id: int) -> None:
    """Let others see for some seconds that *user*, who may see the ticket, is writing on it."""
    hub().writing(viewer(user), ticket_id)
