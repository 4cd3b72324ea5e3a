"""The session, and the driver's own connection in the same transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.pool import PoolProxiedConnection

from .dialects import Dialect
from .driver import run
from .glance import NotAtAGlance, glanced
from .lending import Lender, Lent


class Writer:
    """A transaction of the driver that sessions write in, one after the other."""

    def __init__(self, engine: sa.Engine, pooled: PoolProxiedConnection) -> None:
        self._engine, self._pooled = engine, pooled
        self.driver: Any = pooled.driver_connection
        run(self.driver, "BEGIN IMMEDIATE")

    @cached_property
    def connection(self) -> sa.Connection:
        """The same for SQLAlchemy, where it is needed: it costs as much as adding a row."""
        connection = sa.Connection(self._engine, connection=self._pooled)
        connection.begin()
        return connection

    @property
    def in_transaction(self) -> bool:
        """Whether it goes on: SQLite ends it by itself when the disk is full, say."""
        return bool(self.driver.in_transaction)

    def commit(self) -> None:
        self._end("commit", "COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self._end("rollback", "ROLLBACK")

    def _end(self, how: str, statement: str) -> None:
        known = self.__dict__.get("connection")
        whole = None if known is None else known.get_transaction()
        if whole is None:
            run(self.driver, statement)
        else:
            getattr(whole, how)()


class Session(FlaskSession):
    """A session whose transaction can be read past SQLAlchemy too, in the same snapshot.

    SQLAlchemy's way to a connection costs more than a query. Both read on one that is lent
    (lending.py), whoever comes first, in one transaction.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        if glanced.get() is not None:
            raise NotAtAGlance
        super().__init__(*args, **options)
        self._lender: Lender = current_app.extensions["helpdesk.lender"]
        self._lent: Lent | None = None
        self._writer: Writer | None = None
        self.stamps: dict[str, int] | None = None  # of this transaction (stamps.py)
        self.holds_stamps = False  # for what writes, but nothing that has any
        self._memory: dict[Any, Any] | None = None  # of this transaction too

    @property
    def dialect(self) -> Dialect:
        """How statements past SQLAlchemy are said."""
        return self._lender.dialect

    @property
    def is_writing(self) -> bool:
        """Whether a ``transaction()`` is under way: what it reads, nobody else may know yet."""
        return "writing" in self.info

    def first_row(self, text: str, values: Mapping[str, Any]) -> Any:
        """The first row of a statement as the driver gives it; None: there is none."""
        return run(self.driver_connection(), text, values).fetchone()

    def driver_connection(self) -> Any:
        """The driver's connection, in the transaction of this session, which it begins if need be.

        What the session has not written yet is written first, as before its own queries.
        """
        if self.autoflush and (self._writer is not None or self.in_transaction()):
            self.flush()
        if self._writer is not None:
            return self._writer.driver
        return self._begun().driver

    def memory(self) -> dict[Any, Any] | None:
        """What is kept with this session's connection for as long as nobody writes anything.

        It is read in this session's snapshot, and belongs to it to the letter. None: this session
        is the one that writes.
        """
        if self._writer is not None:
            return None
        if self._memory is None:  # nothing can come into a snapshot any more
            self.driver_connection()
            self._memory = self._begun().memory()
        return self._memory

    @contextmanager
    def writing_on(self, writer: Writer, *, in_savepoint: bool) -> Iterator[None]:
        """Read and write meanwhile in the transaction of *writer*, which somebody else commits.

        To roll back takes all of it back, or with *in_savepoint* what this session did.
        """
        self.join_transaction_mode = "create_savepoint" if in_savepoint else "rollback_only"
        self._writer = writer
        try:
            yield
        finally:
            self._writer = None

    def get_bind(self, *args: Any, **options: Any) -> sa.Engine | sa.Connection:
        """Where SQLAlchemy reads and writes."""
        if self._writer is not None:
            return self._writer.connection
        return self._begun().connection

    def commit(self) -> None:
        super().commit()
        self._let_go()

    def rollback(self) -> None:
        super().rollback()
        self._let_go()

    def close(self) -> None:
        if self.in_transaction() or self.identity_map:  # else SQLAlchemy has nothing to forget
            super().close()
        self._let_go()

    def _begun(self) -> Lent:
        """The connection that is lent to this session, in its transaction."""
        if self._lent is None:
            self._lent = self._lender.lend()
        self._lent.begin()
        return self._lent

    def _let_go(self) -> None:
        """Give the connection back, which ends what was begun on it."""
        self.stamps = self._memory = None
        if self._lent is not None:
            lent, self._lent = self._lent, None
            self._lender.take_back(lent)
