"""Zendesk: its JSON export, or the pages of its API, as files."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .. import Report
from ..dumps.staging import Schema, Staged, scratch
from .files import objects
from .reading import Requests

__all__ = ["read"]

_SCHEMA: Schema = {
    "ticket": ("id", "said", "place"),
    "user": ("id", "said"),
    "organization": ("id", "said"),
    "field": ("id", "said"),
    "group": ("id", "said"),
    "comment": ("id", "ticket_id", "said"),
}
_INDEXES = (
    *(f'"{table}" (id)' for table in ("ticket", "user", "organization", "field", "group")),
    "comment (ticket_id)",
)
_MOST_ID = 2**63


@contextmanager
def read(path: Path, report: Report, *, files: Path | None = None) -> Iterator[Requests]:
    """The requests of the export at *path*, a file or a folder of them.

    *files* is a folder with the attachments, by their names or below their numbers.
    """
    with scratch(_SCHEMA, _INDEXES) as base:
        base.execute("BEGIN")
        stage = _Stage(base, report)
        for kind, found, where, ticket_id in objects(path, report):
            stage.keep(kind, found, where, ticket_id)
        base.execute("COMMIT")
        yield Requests(Staged(base), report, files)


class _Stage:
    """Keeps objects until all are there: a ticket's people and comments may come after it."""

    def __init__(self, base: Any, report: Report) -> None:
        self._base, self._report = base, report

    def keep(self, kind: str, found: Mapping[str, Any], where: str, ticket_id: int) -> None:
        number: Any = found.get("id")
        if kind == "event":
            self._event(found, where)
        elif not _is_id(number):
            self._report.leave_out(where, f"It is a {kind} without a number.")
        elif kind == "comment":
            self._comment(found, number, where, found.get("ticket_id") or ticket_id)
        elif kind == "ticket":
            self._drop("ticket", number)  # pages overlap: what came later is newer
            self._add("ticket", number, _written(found), where)
        else:
            self._drop(kind, number)
            self._add(kind, number, _written(found))

    def _event(self, found: Mapping[str, Any], where: str) -> None:
        """A page of the incremental export of events: comments are among what happened."""
        children = found.get("child_events")
        for child in children if isinstance(children, list) else ():
            if isinstance(child, dict) and child.get("event_type") == "Comment":
                merged = {"created_at": found.get("created_at"), **child}
                merged.setdefault("author_id", found.get("updater_id"))
                if _is_id(merged.get("id")):
                    self._comment(merged, merged["id"], where, found.get("ticket_id"))

    def _comment(self, found: Mapping[str, Any], number: int, where: str, ticket_id: Any) -> None:
        if not _is_id(ticket_id) or ticket_id <= 0:
            self._report.leave_out(where, "It is a comment, and nothing says of which ticket.")
            return
        self._drop("comment", number)
        self._add("comment", number, ticket_id, _written(found))

    def _drop(self, table: str, number: int) -> None:
        self._base.execute(f'DELETE FROM "{table}" WHERE id = ?', (number,))  # noqa: S608

    def _add(self, table: str, *values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self._base.execute(f'INSERT INTO "{table}" VALUES ({marks})', values)  # noqa: S608


def _is_id(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and abs(number) < _MOST_ID


def _written(found: Mapping[str, Any]) -> str:
    return json.dumps(found)
