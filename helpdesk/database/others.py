"""Other processes of the same desk: what they are told, and what they tell.

On SQLite there is one process that serves, and nobody else to tell; on PostgreSQL there is a link
(postgresql/link.py). Whoever has news calls the same functions on both.
"""

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app

from .columns import db
from .writing import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .postgresql import Link, Turn


def tell_others(subject: str, data: Any) -> None:
    """Tell other processes of *subject* once the ``transaction()`` at hand has committed.

    *data* is JSON of some hundred characters, and no word of anybody's.
    """
    link = _link(current_app)
    if link is not None:
        writing().to_tell.append((subject, data))


def say_to_others(app: Flask, subject: str, data: Any) -> None:
    """Tell them of what is only about this moment: soon, and whatever is committed."""
    link = _link(app)
    if link is not None:
        link.say(subject, data)


def hear_others(app: Flask, subject: str, listener: Callable[[Any], None]) -> None:
    """Call *listener* with what others tell of *subject*."""
    link = _link(app)
    if link is not None:
        link.hear(subject, listener)


def after_gap(app: Flask, call: Callable[[], None]) -> None:
    """Call *call* whenever something that others told may have been missed."""
    link = _link(app)
    if link is not None:
        link.after_gap(call)


def name_among_others(app: Flask) -> str:
    """What this process is called among others; empty where it is alone."""
    link = _link(app)
    return "" if link is None else link.name


@contextmanager
def linked(app: Flask) -> "Iterator[None]":
    """Hear what other processes tell in the block; while it goes on, nobody migrates."""
    link = _link(app)
    if link is None:
        yield
        return
    link.start()
    try:
        yield
    finally:
        link.stop()


def turn_of(what: str, number: int) -> "Turn | None":
    """The turn of one of all processes to do *what* (``postgresql.Lock``) with this *number*.

    None on SQLite, whose processes are on one machine.
    """
    if db.engine.dialect.name == "sqlite":
        return None
    from .postgresql import Lock, Turn

    return Turn(db.engine, Lock[what], number)


def _link(app: Flask) -> "Link | None":
    found: Link | None = app.extensions.get("helpdesk.link")
    return found
