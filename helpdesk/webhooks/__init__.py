"""Webhooks: scripts of others are told of what happens, signed, in order, at least once."""

from flask import Flask

from ..i18n import lazy
from .making import worded_by

__all__ = ["init_app", "worded_by"]

LANE = "webhooks"
AT_ONCE = 8  # webhooks: a slow one holds up no other, nor do some


def init_app(app: Flask) -> None:
    """Let *app* write down what webhooks are to be told, and send it."""
    from .. import jobs
    from . import making, sending

    making.install(app)
    jobs.register(
        app,
        making.SEND,
        sending.send,
        title=lazy("Send to a webhook"),
        lane=LANE,
        attempts=1000,  # each delivery has its own; a job ends in its first
        at_once=AT_ONCE,
    )
