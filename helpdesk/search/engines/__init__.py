"""The engines that keep the index of words and look into it: one for each database.

They have the same functions: what these promise, they all keep, and what is found is the same.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from ...database import db, sql
from ..parts import Part

if TYPE_CHECKING:
    from ..documents import Document

Row = tuple[int, int, int, int]  # of the table of documents


class Engine(Protocol):
    """Its functions take the driver's connection, and expressions as ``says`` has made them."""

    # The words of tickets, as statements: see documents.py and gathering.py.
    TICKET: str
    MESSAGES: str
    SHORT: str

    def says(self, part: Part) -> Any:
        """*part* as the engine understands it."""

    def are_too_many(self, words: Sequence[str], most: int) -> bool:
        """Whether it is better asked for what they all begin with."""

    def has_any(self, connection: Any, expression: Any) -> bool:
        """Whether a document is so."""

    def has_word(self, connection: Any, word: str) -> bool:
        """Whether a document has this very word."""

    def read(
        self, connection: Any, expression: Any, most: int, low: int, high: int, *, down: bool
    ) -> list[int]:
        """The newest (or else oldest) *most* slots between two, in that order."""

    def tickets(self, connection: Any, slots: Sequence[int]) -> list[int]:
        """Whose documents these are."""

    def aside(self, connection: Any, expression: Any) -> list[int]:
        """The tickets of what is found among the documents that have no place in the order."""

    def tickets_with(self, connection: Any, expression: Any) -> list[int]:
        """The tickets of all documents that are so: for what only long ones are asked for."""

    def condition(self, expression: Any, slots: sa.Select[int]) -> sa.ColumnElement[bool]:
        """That one of the documents in these *slots* is so."""

    def slots_elsewhere(self, connection: Any, since: int) -> list[int]:
        """The first documents of tickets since then that are elsewhere than in the inbox."""

    def heads(self, connection: Any, ids: Sequence[int]) -> dict[int, int]:
        """The slot of the first document of each of these tickets."""

    def number_in_the_inbox(self, connection: Any, ids: Sequence[int]) -> int:
        """How many of these tickets lie there."""

    def wait(self, connection: Any) -> None:
        """Let nobody else keep the index until the transaction ends."""

    def add_documents(self, connection: Any, table: str, added: Collection[Row]) -> None:
        """Write into the *table* of documents."""

    def put(self, connection: Any, table: str, put: Iterable[tuple[int, "Document"]]) -> None:
        """Write documents into the slots of the index *table*."""

    def drop(self, connection: Any, table: str, slot: int) -> None:
        """Empty a slot of the index *table*."""

    def add_words(self, connection: Any, words: Sequence[str]) -> None:
        """Add *words*, in order, to the vocabulary."""

    def statements(self) -> list[str]:
        """What makes the index, empty, and the triggers."""

    def is_watched(self, connection: Any) -> bool:
        """Whether the triggers are there, as the program has them."""

    def number_of_stray(self, connection: Any) -> int:
        """How many rows are in the index or the table of documents alone."""

    def has_just(self, connection: Any, slot: int, document: "Document") -> bool:
        """Whether the index has just the words of *document* there, as often, where they are."""

    def make_beside(self, connection: Any, suffix: str) -> None:
        """Make an empty index and table of documents with *suffix*, and the triggers anew."""

    def put_in_place(self, connection: Any, suffix: str, old: str) -> None:
        """Let these be the index; what it was until now gets the suffix *old*, or is gone."""

    def throw_away(self, old: str, change: Callable[[str], int]) -> None:
        """Remove what has the suffix *old*; *change* does a part of it in a transaction."""


def engine() -> Engine:
    """That of the desk's database."""
    found: Engine = engine_of(db.engine.dialect.name)
    return found


@cache
def engine_of(dialect: str) -> Any:
    """That of a database which speaks *dialect*."""
    if dialect == sql.POSTGRESQL:
        from . import postgresql

        return postgresql
    from . import sqlite

    return sqlite


def connection() -> Any:
    """The driver's connection of the session; ``?`` stands for a value in statements."""
    session: Any = db.session()
    found = session.driver_connection()
    if db.engine.dialect.name != sql.POSTGRESQL:
        return found
    from .driver import WithQuestionMarks

    return WithQuestionMarks(found)
