"""PostgreSQL's driver, spoken to as SQLite's: so most statements are said once."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any


class WithQuestionMarks:
    """A connection of psycopg, in whose statements ``?`` stands for a value."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """A cursor that has run *statement*."""
        return self._connection.execute(_with_marks(statement), values or None)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        """Run *statement* with each of *values*."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_with_marks(statement), values)


@lru_cache(200)
def _with_marks(statement: str) -> str:
    return statement.replace("?", "%s")
