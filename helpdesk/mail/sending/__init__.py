"""Outgoing mail: rows of the outbox, written with what they tell of, and what sends them."""

from functools import partial

from flask import Flask

from ...i18n import lazy

LANE = "mail-out"
PACE = "pace"  # the subject of what processes tell each other of it


def init_app(app: Flask) -> None:
    """Let *app* write and send mails, where there is a server for it."""
    from ... import jobs
    from ...database import hear_others, say_to_others
    from . import delivering, digest, noticing, outbox, telling
    from .connections import Connections, Pace

    app.extensions[delivering.CONNECTIONS] = Connections()
    pace = app.extensions[delivering.PACE] = Pace(tell=partial(say_to_others, app, PACE))
    hear_others(app, PACE, pace.heard)
    telling.install(app)
    noticing.install(app)
    digest.install(app)
    jobs.register(
        app,
        outbox.JOB,
        delivering.send,
        title=lazy("Send a mail"),
        lane=LANE,
        attempts=10 * delivering.MOST_ATTEMPTS,  # how often is the row's own business
        failed=delivering.failed,
    )
