"""The demo's people and tickets, as the ``.toml`` files beside this one tell them."""

import random
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# How long ago a ticket that ends so was opened, in hours.
_AGES = {"open": (1, 60), "pending": (30, 180), "resolved": (60, 480), "closed": (220, 960)}
_GAPS = {"customer": (0.4, 15), "agent": (0.2, 4), "note": (0.05, 0.4)}  # hours before one writes
_ORDER = re.compile(r"\b20[34][0-9]{2}\b")
_DAY = (7, 21)  # o'clock, UTC, between which people write


@dataclass(frozen=True)
class Person:
    """Somebody of the shop; who *signs_in* has the printed password."""

    key: str
    name: str
    role: str
    email: str
    signs_in: bool
    notes: Sequence[str] = ()  # what staff know about them
    wholesale: bool = False


@dataclass(frozen=True)
class People:
    """Everybody, and the categories that they sort requests by."""

    persons: Sequence[Person]
    categories: dict[str, list[str]]
    companies: dict[str, list[str]]  # the domains of each
    fields: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Turn:
    """Words of a ``customer`` (who asked), an ``agent``, or a ``note``, and their files' names."""

    who: str
    words: str
    files: Sequence[str] = ()


@dataclass(frozen=True)
class Story:
    """A ticket from beginning to end."""

    who: str
    subject: str
    about: str
    turns: Sequence[Turn]
    ends: str
    to: str = ""
    priority: str = "normal"
    tags: Sequence[str] = ()

    @property
    def order_number(self) -> str:
        """The number of the order that it is about; nothing where it names none."""
        found = _ORDER.search(f"{self.subject} {self.turns[0].words}")
        return found[0] if found else ""


def people() -> People:
    """Who is who."""
    told = read("people")
    hosts = {"customer": "mail.example", "vendor": "supplier.example"}
    persons = [
        Person(
            key=one["key"],
            name=one["name"],
            role=role,
            email=f"{role}@demo.example"
            if place == 0
            else one.get("email", f"{one['key']}@{hosts.get(role, 'demo.example')}"),
            signs_in=place == 0,
            notes=one.get("notes", ()),
            wholesale=one.get("wholesale", False),
        )
        for role in ("admin", "agent", "vendor", "customer")
        for place, one in enumerate(told[role])
    ]
    return People(persons, told["categories"], told["companies"], told["fields"])


def stories() -> list[Story]:
    """Every ticket, in no order of time."""
    told = [one for name in ("lamps", "furniture", "orders") for one in read(name)["tickets"]]
    return [
        Story(turns=[_turn(line) for line in one.pop("says")], **one)
        for one in told  # the other fields have the same names
    ]


def times(story: Story, rng: random.Random, now: datetime) -> list[datetime]:
    """When each step of *story* happens: opened, sorted, each further turn, resolved, closed."""
    low, high = _AGES[story.ends]
    if story.ends == "open" and len(story.turns) > 1:
        low, high = low + 40, high + 60
    moment = _by_day(now - timedelta(hours=rng.uniform(low, high)), rng)
    moments = [moment]
    for hours in _gaps(story, rng):
        moment = _by_day(moment + timedelta(hours=hours), rng)
        moments.append(moment)
    return _fitted(moments, now - timedelta(minutes=rng.uniform(3, 240)))


def _gaps(story: Story, rng: random.Random) -> list[float]:
    is_over = story.ends in ("resolved", "closed")
    gaps = [rng.uniform(0.05, 1)]
    for turn in story.turns[1:]:
        shortest, longest = _GAPS[turn.who]
        # Of what is over, people had the time to try what they were told.
        gaps.append(rng.uniform(shortest, longest * (4 if is_over else 1)))
    if is_over:
        gaps.append(rng.uniform(0.02, 10))
    if story.ends == "closed":
        gaps.append(rng.uniform(24, 72))
    return gaps


def _by_day(moment: datetime, rng: random.Random) -> datetime:
    """*moment*, or the next morning if people sleep then."""
    begins, ends = _DAY
    if begins <= moment.hour < ends:
        return moment
    day = moment.date() + timedelta(days=int(moment.hour >= ends))
    morning = datetime(day.year, day.month, day.day, begins, tzinfo=moment.tzinfo)
    return morning + timedelta(minutes=rng.uniform(0, 110))


def _fitted(moments: list[datetime], latest: datetime) -> list[datetime]:
    """*moments*, drawn together where they would end after *latest*."""
    first, last = moments[0], moments[-1]
    if first >= latest:
        first = latest - timedelta(minutes=20)
    if last > latest:
        share = (latest - first) / (last - moments[0])
        moments = [first + (moment - moments[0]) * share for moment in moments]
    return [moment.replace(microsecond=0) for moment in moments]


def _turn(line: str) -> Turn:
    head, _, words = line.partition(": ")
    who, *files = head.split()
    return Turn(who, words, files)


def read(name: str) -> dict[str, Any]:
    """What the ``.toml`` file of this name tells."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
