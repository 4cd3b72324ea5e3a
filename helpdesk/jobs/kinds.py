"""The kinds of jobs that an application knows, and who wants to hear of new ones."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask, current_app

from ..database import hear_others
from .models import PERIODIC, Job

Payload = dict[str, Any]
Run = Callable[[Payload], None]
LANE = "default"
LANES = "lanes"  # the subject of what processes tell each other of them
ATTEMPTS = 10
DEATHS = 3  # of the process, at a periodic job: then it is left until the next time


@dataclass(frozen=True)
class Kind:
    """What is done for jobs of one name, and how often it is tried."""

    name: str
    run: Run
    title: str
    lane: str = LANE
    attempts: int = ATTEMPTS
    failed: Callable[[Payload, str], None] | None = None
    about: Callable[[Payload], int | str | None] | None = None
    period: timedelta | None = None
    at_once: int = 1

    @property
    def key(self) -> str | None:
        """The key of all its jobs, if they have one by themselves."""
        return None if self.period is None else PERIODIC


@dataclass
class Kinds:
    """All kinds of an application by name, and what to call when one of a lane is new."""

    by_name: dict[str, Kind] = field(default_factory=dict)
    listeners: list[Callable[[str], None]] = field(default_factory=list)

    @property
    def lanes(self) -> list[str]:
        return sorted({LANE, *(kind.lane for kind in self.by_name.values())})

    def hear(self, lane: str) -> None:
        """Another process has enqueued something in *lane*."""
        for listener in list(self.listeners):
            listener(lane)

    def at_once(self, lane: str) -> int:
        """How many jobs of *lane* a worker runs at a time."""
        return max((one.at_once for one in self.by_name.values() if one.lane == lane), default=1)


def init_app(app: Flask) -> None:
    """Let *app* know no kinds yet."""
    known = app.extensions["helpdesk.jobs"] = Kinds()
    hear_others(app, LANES, known.hear)


def register(
    app: Flask,
    kind: str,
    run: Run,
    *,
    title: str,
    lane: str = LANE,
    attempts: int = ATTEMPTS,
    failed: Callable[[Payload, str], None] | None = None,
    about: Callable[[Payload], int | str | None] | None = None,
    at_once: int = 1,
) -> None:
    """Let jobs of *kind* be done by ``run(payload)``; *title* is what admins call them.

    *at_once* jobs of its lane run at a time in a worker, though never two of a kind and key.
    *failed* is called with payload and reason once no attempt is left, in the transaction that
    notes it. *about* says what a job is about: a ticket's id, or words.
    """
    _add(app, Kind(kind, run, title, lane, attempts, failed, about, at_once=at_once))


def every(app: Flask, kind: str, seconds: int, run: Run, *, title: str, lane: str = LANE) -> None:
    """Let *run* be called, with an empty payload, *seconds* after it last ended, however it did.

    A worker that starts makes its one row. ``enqueue(kind)`` has it run sooner.
    """
    period = timedelta(seconds=seconds)
    _add(app, Kind(kind, run, title, lane, attempts=DEATHS, period=period))


def kinds_of(app: Flask | None = None) -> Kinds:
    """Those of *app*, or of the application at hand."""
    found: Kinds = (app or current_app).extensions["helpdesk.jobs"]
    return found


def title_of(job: Job) -> str:
    """What admins call it; its kind's name where this program doesn't know that."""
    kind = kinds_of().by_name.get(job.kind)
    return job.kind if kind is None else str(kind.title)


def about_of(job: Job) -> int | str | None:
    """The id of the ticket that it is about, or words."""
    kind = kinds_of().by_name.get(job.kind)
    if kind is None or kind.about is None:
        return None
    try:
        return kind.about(job.payload)
    except (LookupError, TypeError, ValueError):  # a payload of an older program
        return None


def _add(app: Flask, kind: Kind) -> None:
    known = kinds_of(app).by_name
    if kind.name in known:
        raise ValueError(f"There is a kind of jobs {kind.name!r} already.")
    known[kind.name] = kind
