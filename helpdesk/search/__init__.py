"""Finding tickets by their words."""

from flask import Flask

from ..database import before_commit
from . import catching_up
from .catching_up import catch_up

__all__ = ["catch_up", "init_app"]


def init_app(app: Flask) -> None:
    """Let the index of words be kept in each of *app*'s transactions."""
    catching_up.init_app(app)
    before_commit(app, catching_up.keep_up)
