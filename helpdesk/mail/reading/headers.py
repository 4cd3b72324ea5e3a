"""The headers of a mail that the desk asks for: whose, about what, when, in answer to what."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .addresses import addresses, email_of
from .message import Address
from .words import plain, readable

LONGEST_LINE = 998  # characters of a subject and of an id (RFC 5322, 2.1.1)
_MOST_REFERENCES = 100
_ID = re.compile(r"<([^<>]{1,2000})>")
_YEARS = range(1980, 2101)  # what says another was written by a broken clock

Fields = Sequence[tuple[str, bytes]]


def values(fields: Fields, *names: str) -> list[bytes]:
    """The values of these headers, in the order in which they stand."""
    return [value for name, value in fields if name in names]


def first(fields: Fields, name: str) -> bytes:
    return next((value for key, value in fields if key == name), b"")


def subject(fields: Fields) -> str:
    return readable(first(fields, "subject"))[:LONGEST_LINE].strip()


def people(fields: Fields, name: str) -> tuple[Address, ...]:
    """Each address of all headers *name* once."""
    found = (one for value in values(fields, name)[:20] for one in addresses(value))
    return tuple({one.email: one for one in reversed(tuple(found))}.values())[::-1]


def person(fields: Fields, name: str) -> Address | None:
    """The first address of the first such header that has one."""
    return next(iter(people(fields, name)), None)


def delivered_to(fields: Fields) -> tuple[str, ...]:
    """The mailboxes that servers on the way say that it was for, in lower case."""
    found = values(fields, "delivered-to", "x-original-to", "envelope-to", "x-delivered-to")
    emails = (email_of(plain(value[:2000])).lower() for value in found[:50])
    return tuple(dict.fromkeys(email for email in emails if email))


def return_path(fields: Fields) -> str | None:
    """'' for the empty one of automatic mail, None where no server wrote one."""
    found = values(fields, "return-path")
    return email_of(plain(found[0][:2000])) if found else None


def message_id(fields: Fields) -> str:
    return next(iter(ids(values(fields, "message-id")[:1], loose=True)), "")


def ids(found: Iterable[bytes], *, loose: bool = False) -> tuple[str, ...]:
    """Ids of messages without their brackets, each once, the last hundred.

    *loose* takes one without brackets, too; elsewhere such words may be anything.
    """
    ordered: dict[str, None] = {}
    for value in found:
        text = plain(value[:100_000])
        given = _ID.findall(text)
        if not given:
            given = [word.strip("<>") for word in text.split() if loose or "@" in word]
            given = ["".join(given)] if loose else given
        for one in given:
            # Servers fold ids; a blank in one is never meant.
            if clean := "".join(readable(one.encode("utf-8", "replace")).split())[:LONGEST_LINE]:
                ordered[clean] = None
    return tuple(ordered)[-_MOST_REFERENCES:]


def date(fields: Fields) -> datetime | None:
    text = readable(first(fields, "date")[:200])
    try:
        found = parsedate_to_datetime(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return found if found.year in _YEARS else None
