"""Running jobs that are due, in the thread that asks for it."""

import logging
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from flask import Flask, has_app_context

from .. import clock
from ..database import db
from ..errors import HelpdeskError
from . import leases, presence
from .kinds import kinds_of
from .leases import Claim, log_fault
from .outcomes import GiveUp, Later

BEAT = 60.0  # seconds between two extensions of a lease

_log = logging.getLogger(__name__)


def run_due(app: Flask, lanes: Collection[str] | None = None, limit: int | None = None) -> int:
    """Run what is due in *lanes* (None: all), until nothing is or *limit* were run; how many were.

    Raises RuntimeError inside a ``transaction()``: each job takes its own.
    """
    if has_app_context() and "writing" in db.session().info:
        raise RuntimeError("Jobs take transactions of their own.")
    ran, holder = 0, presence.new_worker()
    asked = sorted(kinds_of(app).lanes if lanes is None else lanes)
    with presence.shown(app, holder):
        due = _due(app, asked)
        for lane in asked:
            while lane in due and (limit is None or ran < limit) and run_next(app, lane, holder):
                ran += 1
                due = _due(app, asked)  # perhaps more than before: one job makes another
    return ran


def _due(app: Flask, lanes: Collection[str]) -> set[str]:
    """In which of *lanes* something is due: one question, where a claim asks two of its lane."""
    with app.app_context():
        now = clock.now()
        return {lane for lane, moment in leases.next_due(lanes).items() if moment <= now}


def run_next(app: Flask, lane: str, holder: str) -> bool:
    """Run the first job that is due in *lane*; False when none is."""
    with app.app_context():
        claim = leases.claim(lane, holder)
    if claim is None:
        return False
    run(app, claim)
    return True


def run(app: Flask, claim: Claim) -> None:
    """Run the job of *claim*, and note how it ended."""
    with _kept(app, claim):
        ended = _run(app, claim)
    with app.app_context():
        _conclude(claim, ended)
    if isinstance(ended, KeyboardInterrupt):
        raise ended


def _run(app: Flask, claim: Claim) -> BaseException | None:
    """How the handler ended: None, or what it raised. It has a session of its own."""
    with app.app_context():
        kind = kinds_of().by_name.get(claim.kind)
        if kind is None:
            return Later(reason=f"This program knows no jobs of the kind {claim.kind}.")
        try:
            kind.run(claim.payload)
        except BaseException as error:  # also SystemExit: it would end the worker's thread
            return error
    return None


def _conclude(claim: Claim, ended: BaseException | None) -> None:
    match ended:
        case None:
            leases.done(claim)
        case Later():
            leases.put_off(claim, ended.reason, ended.after, counts=ended.counts)
        case GiveUp():
            leases.give_up(claim, ended.reason)
        case HelpdeskError():
            leases.put_off(claim, ended.message)
        case _:
            log_fault(f"Job {claim.id} ({claim.kind})", ended)
            leases.put_off(claim, f"{type(ended).__name__}: {ended}".removesuffix(": "))


@contextmanager
def _kept(app: Flask, claim: Claim) -> Iterator[None]:
    """Extend the lease again and again meanwhile, in a thread of its own."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                with app.app_context():
                    is_ours = leases.extend(claim)
            except Exception:
                _log.exception("The lease of job %d (%s) was not extended", claim.id, claim.kind)
                continue
            if not is_ours:
                _log.warning("Job %d (%s) was taken over meanwhile", claim.id, claim.kind)
                return

    heart = threading.Thread(target=beat, name=f"job-{claim.id}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()
