"""Notices: what happened that concerns one member of staff."""

from flask import Flask

from .making import install, listen, tell_also

__all__ = ["init_app", "listen", "tell_also"]


def init_app(app: Flask) -> None:
    """Make notices of what *app*'s desk records."""
    install(app)
