"""What an import has made of what: so that the same thing is never taken twice."""

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ...database import Base, db

LONGEST_ID = 200  # characters
_AT_ONCE = 500  # ids a question to the database


class Imported(Base):
    """*our_id* is what the thing *external_id* of *source* became here.

    Of a person an account, of a ticket one of ours, of words a message: the kind says which.
    """

    __tablename__ = "imported"
    __table_args__ = (
        sa.Index("ix_imported_our", "kind", "our_id"),
        {"sqlite_with_rowid": False},
    )

    source: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    external_id: Mapped[str] = mapped_column(sa.String(LONGEST_ID), primary_key=True)
    our_id: Mapped[int] = mapped_column(sa.BigInteger)


def known(source: str, kind: str, external_ids: Collection[str]) -> dict[str, int]:
    """Which of *external_ids* were taken before, and what they are here."""
    found: dict[str, int] = {}
    for some in _some(sorted(external_ids)):
        query = sa.select(Imported.external_id, Imported.our_id).where(
            Imported.source == source, Imported.kind == kind, Imported.external_id.in_(some)
        )
        found |= {row[0]: row[1] for row in db.session.execute(query)}
    return found


class Notes:
    """What became of things, to be written in one go: there are many."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._rows: list[dict[str, Any]] = []

    def add(self, kind: str, external_id: str, our_id: int) -> None:
        """Say what a thing became."""
        values = {"kind": kind, "external_id": external_id, "our_id": our_id}
        self._rows.append({"source": self._source, **values})

    def write(self) -> None:
        """Write all. Only inside the ``transaction()`` that makes the things."""
        if self._rows:
            db.session.execute(sa.insert(Imported), self._rows)
        self.forget()

    def forget(self) -> None:
        """Nothing of it came to be."""
        self._rows.clear()


def _some(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
