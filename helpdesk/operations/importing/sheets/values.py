"""What stands in cells: dates, statuses and priorities, as programs and people write them."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from ....errors import Misworded
from ....tickets.models import Priority, Status

STATUSES: Mapping[str, Status] = {
    word: status
    for status, words in {
        Status.OPEN: "open opened new active reopened unresolved offen neu aktiv",
        Status.PENDING: "pending waiting hold onhold wartend ausstehend",
        Status.RESOLVED: "resolved solved done fixed answered gelöst erledigt",
        Status.CLOSED: "closed archived completed geschlossen",
    }.items()
    for word in words.split()
}
PRIORITIES: Mapping[str, Priority] = {
    word: priority
    for priority, words in {
        Priority.LOW: "low lowest niedrig",
        Priority.NORMAL: "normal medium standard mittel",
        Priority.HIGH: "high hoch",
        Priority.URGENT: "urgent critical highest emergency dringend kritisch",
    }.items()
    for word in words.split()
}
_SPACES = re.compile(r"[\s_-]+")
_SECONDS = re.compile(r"\d{9,10}(\.\d+)?")
_MILLISECONDS = re.compile(r"\d{12,13}")
_POINTS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d.%m.%y %H:%M", "%d.%m.%y")
_SLASHED = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}")
_YEARS = range(1980, 2101)


Ours = TypeVar("Ours", Status, Priority)


class Wrong(ValueError):
    """A cell that makes no sense; the argument is what a person is told."""


class Values:
    """Reads cells: *zone* is that of times without one, *formats* are those of dates.

    *said* are ``field:word=ours``. Raises Misworded where they make no sense.
    """

    def __init__(self, zone: str, formats: Sequence[str], said: Sequence[str]) -> None:
        try:
            self._zone = ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise Misworded(f"There is no time zone {zone}.") from None
        self._formats = formats
        self._statuses, self._priorities = dict(STATUSES), dict(PRIORITIES)
        for pair in said:
            self._learn(pair)

    def _learn(self, pair: str) -> None:
        theirs, _equals, ours = pair.rpartition("=")
        field, _colon, word = theirs.partition(":")
        try:
            if field == "status":
                self._statuses[_plain(word)] = Status(ours.strip())
            elif field == "priority":
                self._priorities[_plain(word)] = Priority(ours.strip())
            else:
                raise ValueError
        except ValueError:
            raise Misworded(
                f"“{pair}” makes no sense: write status:WORD=pending or priority:WORD=high."
            ) from None

    def status(self, cell: str) -> Status | None:
        return self._one(cell, self._statuses, "status")

    def priority(self, cell: str) -> Priority:
        return self._one(cell, self._priorities, "priority") or Priority.NORMAL

    def moment(self, cell: str) -> datetime | None:
        """The date in *cell*, None for an empty one. Raises Wrong."""
        text = cell.strip()
        if not text:
            return None
        found = self._read(text)
        if found is None or found.year not in _YEARS:
            hint = " Say how dates are written, with --date-format." if found is None else ""
            raise Wrong(f"“{text[:40]}” is no date.{hint}")
        return found.replace(tzinfo=found.tzinfo or self._zone).astimezone(UTC)

    def _read(self, text: str) -> datetime | None:
        if self._formats:
            return _by_formats(text, self._formats)
        if _SECONDS.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        if _MILLISECONDS.fullmatch(text):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        if _SLASHED.match(text) and not text[:4].isdigit():
            return None  # nobody knows which is the month
        for read in (_iso, _of_mail):
            try:
                return read(text)
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
        return _by_formats(text, _POINTS)

    def _one(self, cell: str, words: Mapping[str, Ours], field: str) -> Ours | None:
        word = _plain(cell)
        if not word:
            return None
        if word not in words:
            text = " ".join(cell.split())[:40]
            raise Wrong(f"“{text}” is no {field}. Say what it is, as --value '{field}:{text}=…'.")
        return words[word]


def address(cell: str) -> tuple[str, str]:
    """Name and address of ``Ana Moor <ana@shop.example>``, or an address alone."""
    text = " ".join(cell.split())
    if "<" not in text:
        return "", text
    name, email = parseaddr(text)
    return name, email


def _plain(word: str) -> str:
    return _SPACES.sub("", word.casefold())


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("/", "-").removesuffix(" UTC"))


def _of_mail(text: str) -> datetime:
    return parsedate_to_datetime(text)


def _by_formats(text: str, formats: Sequence[str]) -> datetime | None:
    for one in formats:
        try:
            return datetime.strptime(text, one)
        except ValueError:
            continue
    return None
