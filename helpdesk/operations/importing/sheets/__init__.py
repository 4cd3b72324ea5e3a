"""CSV files: a ticket a row, or a message a row where rows one below the other have one id."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from .... import clock
from .. import Report
from ..models import LONGEST_ID
from ..people import good_address
from ..records import Person, Request, Words
from .mapping import FIELD, NOTHING
from .reading import Row, Sheet
from .values import Values, Wrong, address

_STAFF = frozenset({"staff", "agent", "admin", "support", "team", "mitarbeiter"})
_MOST_ROWS = 5000  # of one ticket


class Requests:
    """The requests of a sheet, as *columns* (column → field) say; what is wrong is left out."""

    def __init__(
        self, sheet: Sheet, columns: Mapping[str, str], values: Values, report: Report
    ) -> None:
        self._sheet, self._values, self._report = sheet, values, report
        self._places = {
            columns[name]: place for place, name in enumerate(sheet.header) if name in columns
        }
        self._custom = {
            field.removeprefix(FIELD): place
            for field, place in self._places.items()
            if field.startswith(FIELD)
        }
        self._others = {
            name: place for place, name in enumerate(sheet.header) if name and name not in columns
        }
        self._places.pop(NOTHING, None)
        self._seen: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Request]:
        for _id, rows in groupby(self._whole(), self._group):
            several: list[Row] = []
            for row in rows:
                if len(several) < _MOST_ROWS:
                    several.append(row)
                else:
                    self._report.leave_out(self._where(row), "Its ticket has too many rows.")
            try:
                yield self._request(several)
            except Wrong as wrong:
                self._report.leave_out(self._where(several[0]), str(wrong))

    def _whole(self) -> Iterator[Row]:
        """Rows that have as many cells as the header, or fewer."""
        for row in self._sheet.rows():
            if len(row.cells) > len(self._sheet.header) and any(
                cell.strip() for cell in row.cells[len(self._sheet.header) :]
            ):
                self._report.leave_out(
                    self._where(row),
                    f"Its cells are more than the columns: {len(row.cells)}, not "
                    f"{len(self._sheet.header)}.",
                )
            else:
                yield row

    def _group(self, row: Row) -> str:
        """What rows of one ticket share: without an id each is one of its own."""
        return self._cell(row, "id") or f"line {row.line}"

    def _where(self, row: Row) -> str:
        return f"{self._sheet.path}, line {row.line}"

    def _cell(self, row: Row, field: str) -> str:
        place = self._places.get(field)
        return "" if place is None or place >= len(row.cells) else row.cells[place].strip()

    def _request(self, rows: Sequence[Row]) -> Request:
        row = rows[0]
        key = self._key(row)
        requester = self._person(row, "requester")
        if not good_address(requester.email):
            raise Wrong(f"“{requester.email[:60]}” is not an e-mail address.")
        at = self._values.moment(self._cell(row, "created")) or clock.now()
        told: Counter[str] = Counter()  # so that the same words twice are two messages
        number = self._cell(row, "id")
        subcategory = self._cell(row, "subcategory")
        return Request(
            key=key,
            ref=f"#{number}" if number else f"line {row.line}",
            where=self._where(row),
            subject=self._cell(row, "subject") or self._cell(row, "message").partition("\n")[0],
            requester=requester,
            words=[one for each in rows for one in self._words(each, key, requester, at, told)],
            status=self._values.status(self._cell(rows[-1], "status")),
            solved_at=self._values.moment(self._cell(rows[-1], "solved")),
            priority=self._values.priority(self._cell(row, "priority")),
            assignee=self._assignee(row),
            category=[self._cell(row, "category"), *([subcategory] if subcategory else [])],
            tags=self._cell(row, "tags").replace(";", ",").split(","),
            fields={name: self._at(row, place) for name, place in self._custom.items()},
            facts={name: self._at(row, place) for name, place in self._others.items()},
        )

    def _words(
        self, row: Row, key: str, requester: Person, began: datetime, told: Counter[str]
    ) -> Iterator[Words]:
        """What a row says: a message, and perhaps the answer to it, and a note."""
        at = self._values.moment(self._cell(row, "created")) or began
        author = self._author(row, requester)
        is_staff = author is None or author.is_staff
        solved = self._values.moment(self._cell(row, "solved"))
        for field, internal, shop in (
            ("message", False, is_staff),
            ("answer", False, True),
            ("note", True, True),
        ):
            body = self._cell(row, field)
            if body or field == "message":
                hashed = _hash([body, self._cell(row, "created")])
                told[f"{field}/{hashed}"] += 1
                yield Words(
                    key=_short(f"{key}/{field}/{hashed}/{told[f'{field}/{hashed}']}"),
                    body=body or self._cell(row, "subject"),
                    at=max(at, solved) if field == "answer" and solved else at,
                    author=author if field == "message" else None,
                    is_staff=shop,
                    internal=internal,
                )

    def _author(self, row: Row, requester: Person) -> Person | None:
        """Who wrote the message of a row; None: staff, and nobody knows who."""
        side = self._cell(row, "side").lower()
        author = self._person(row, "author")
        if not author.email:
            return None if side in _STAFF else requester
        if author.email == requester.email:
            return requester
        is_staff = side in _STAFF
        return Person(key=author.key, email=author.email, name=author.name, is_staff=is_staff)

    def _person(self, row: Row, field: str) -> Person:
        name, email = address(self._cell(row, field))
        email = email.lower()
        return Person(key=_short(email), email=email, name=self._cell(row, f"{field}_name") or name)

    def _assignee(self, row: Row) -> Person | None:
        _name, email = address(self._cell(row, "assignee"))
        if not good_address(email):
            return None
        email = email.lower()
        return Person(key=_short(email), email=email, is_staff=True)

    def _key(self, row: Row) -> str:
        """By what a row is known again: its id, or else all that it says."""
        if number := self._cell(row, "id"):
            return _short(number)
        hashed = _hash(row.cells)
        self._seen[hashed] += 1
        return f"{hashed}#{self._seen[hashed]}"

    def _at(self, row: Row, place: int) -> str:
        return row.cells[place].strip() if place < len(row.cells) else ""


def _hash(cells: Sequence[str]) -> str:
    whole = "\0".join(cell.strip() for cell in cells)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:32]


def _short(key: str) -> str:
    return key if len(key) <= LONGEST_ID else _hash([key])
