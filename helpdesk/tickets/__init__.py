"""Tickets, messages, notes, attachments, categories, tags; who may see and do what."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Let others of *app* learn when a reply is held."""
    # Here and not above: whoever needs the tables alone need not wait for the actions.
    from .actions import holding

    holding.init_app(app)
