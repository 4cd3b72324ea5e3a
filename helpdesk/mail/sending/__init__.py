"""Outgoing mail: rows of the outbox, written with what they tell of, and what sends them."""

from flask import Flask

from ...i18n import lazy

LANE = "mail-out"


def init_app(app: Flask) -> None:
    """Let *app* write and send mails, where there is a server for it."""
    from ... import jobs
    from . import delivering, digest, noticing, outbox, telling
    from .connections import Connections, Pace

    app.extensions[delivering.CONNECTIONS] = Connections()
    app.extensions[delivering.PACE] = Pace()
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
