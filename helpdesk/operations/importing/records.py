"""What other programs have, in words of ours: every format is read into these."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ...tickets.models import Priority, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody, as the other program knew them. *key* is their id there."""

    key: str
    email: str  # empty, or none at all, of many
    name: str = ""
    is_staff: bool = False
    is_active: bool = True
    at: datetime | None = None  # since when they were known
    company: str = ""
    domains: Sequence[str] = ()  # of the company


@dataclass(frozen=True, slots=True)
class Attached:
    """A file; *read* gives its bytes piece by piece, and raises HelpdeskError where it can't."""

    name: str
    read: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A message or, *internal*, a note. *author* None: the shop's, and nobody knows whose."""

    key: str
    body: str
    at: datetime
    author: Person | None
    is_staff: bool
    internal: bool = False
    files: Sequence[Attached] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A ticket with all of its words, the oldest first."""

    key: str
    ref: str  # what people called it, such as #1234
    where: str  # where it stands in what is imported
    subject: str
    requester: Person
    words: Sequence[Words]
    status: Status | None = None  # None: by who wrote last
    solved_at: datetime | None = None
    priority: Priority = Priority.NORMAL
    assignee: Person | None = None
    category: Sequence[str] = ()  # names: the category, and the one below it
    tags: Sequence[str] = ()
    followers: Sequence[Person] = ()
    is_spam: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)  # by label or key
    facts: Mapping[str, str] = field(default_factory=dict)  # what there is no place for here
