"""Finding tickets by their words."""

from flask import Flask

from ..database import before_commit, sqlite_driver
from ..errors import HelpdeskError
from . import catching_up
from .catching_up import catch_up
from .filling import fill
from .rebuilding import rebuild, tidy_up
from .schema import OLDEST_SQLITE

__all__ = ["catch_up", "fill", "init_app", "rebuild", "tidy_up"]


def init_app(app: Flask) -> None:
    """Let the index of words be kept in each of *app*'s transactions.

    Raises HelpdeskError where SQLite is too old for one.
    """
    if sqlite_driver().sqlite_version_info < OLDEST_SQLITE:
        raise HelpdeskError(
            "This SQLite is too old for searching: 3.43 is the oldest that works. "
            "Please install the package pysqlite3, which has a newer one."
        )
    catching_up.init_app(app)
    before_commit(app, catching_up.keep_up)
