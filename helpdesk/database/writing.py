"""Writing: one at a time, in the order of asking, all or nothing."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session, UOWTransaction

from .columns import db
from .groups import Writers

_log = logging.getLogger(__name__)


@contextmanager
def transaction(*, together: bool = False) -> Iterator[None]:
    """Write: one at a time in the process, all or nothing, committed when the block ends.

    What was read before is forgotten at its start, so a decision inside it rests on rows that
    nobody else can change meanwhile. Inside another ``transaction()`` it joins that one. Short ones
    that many want at once are made durable *together* (groups.py): never one that takes long.
    """
    session: Any = db.session()
    if "writing" in session.info:
        yield
        return
    session.rollback()
    session.expire_all()
    writers: Writers = current_app.extensions["helpdesk.writers"]
    with writers.turn(session, _finish, together=together):
        writing = session.info["writing"] = Writing(session)
        try:
            yield
            session.flush()
            _tell(writing)
        finally:
            del session.info["writing"]
    for call in writing.after_commit:
        call()


def write_if_possible(statement: sa.Update) -> None:
    """Do what nobody would miss, in a transaction of its own: who only reads shall go on reading
    while the disk is full, or somebody else has the database for long."""
    writers: Writers = current_app.extensions["helpdesk.writers"]
    if writers.is_locked_out:
        return
    try:
        with transaction(together=True):
            db.session.execute(statement)
    except sa.exc.OperationalError as error:
        _log.warning("What is only noted was not written: %s", error.orig)


def _finish(session: Any) -> Sequence[Callable[[], None]]:
    """Do what was asked for by ``before_commit``; what is to be called after the commit."""
    writing = session.info["writing"] = Writing(session)
    try:
        for call in current_app.extensions["helpdesk.before_commit"]:
            call()
        session.flush()
        _tell(writing)
    finally:
        del session.info["writing"]
    return writing.after_commit


def _tell(writing: "Writing") -> None:
    """Let other processes hear, with the commit, what was to be told: all in one statement."""
    if writing.to_tell:
        current_app.extensions["helpdesk.link"].tell(writing.session, writing.to_tell)


@dataclass
class Writing:
    """What lives as long as one outermost ``transaction()``."""

    session: Session
    batch: str = ""  # the name of the deed that its events belong to (events.py)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    to_tell: list[tuple[str, Any]] = field(default_factory=list)  # others.py


def writing() -> Writing:
    """The ``transaction()`` of this thread. Raises RuntimeError where none is open."""
    found: Writing | None = db.session().info.get("writing")
    if found is None:
        raise RuntimeError("This belongs into a transaction().")
    return found


def is_writing() -> bool:
    """Whether this thread is in a ``transaction()``: everybody else who writes waits for it."""
    return "writing" in db.session().info


def before_commit(app: Flask, call: Callable[[], None]) -> None:
    """Call *call* before each commit of *app*, as a part of it.

    That is at the end of an outermost ``transaction()``, or of several that share the commit.
    """
    app.extensions["helpdesk.before_commit"].append(call)


def after_commit(call: Callable[[], None]) -> None:
    """Call *call* once the ``transaction()`` at hand has committed; not at all if it fails.

    It is for what leaves the database: it must neither raise nor write.
    """
    writing().after_commit.append(call)


@sa.event.listens_for(Session, "before_flush")
def _only_in_a_transaction(session: Session, _context: UOWTransaction, _rows: object) -> None:
    if "writing" not in session.info and (session.new or session.dirty or session.deleted):
        raise RuntimeError("A change to the database was made outside of transaction().")
