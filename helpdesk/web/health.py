"""``/healthz``: whether the desk can do its work, and what keeps it from that, for a watchdog."""

import logging

import sqlalchemy as sa
from flask import Blueprint, Response, current_app

from .. import clock, watchdog
from ..database import db
from ..jobs.queries import LONGEST_LAG, oldest_due
from ..troubles import trouble_of
from .access import unlimited

RETRY_AFTER = 30  # seconds
_log = logging.getLogger(__name__)


def add_to(web: Blueprint) -> None:
    """Register the address."""
    web.add_url_rule("/healthz", "health", _health)


@unlimited
def _health() -> tuple[Response, int]:
    """``ok``, or 503 and a line for everything that is wrong: of the machine, never of the shop."""
    try:
        found = [*watchdog.problems(current_app), *_database()]
    except Exception as error:
        _log.exception("The desk can't look after itself")
        trouble = trouble_of(error)
        found = ["The desk can't look after itself." if trouble is None else str(trouble.sentence)]
    return _plain("\n".join(found) or "ok", bool(found))


def _database() -> list[str]:
    try:
        db.session.execute(sa.text("SELECT version_num FROM alembic_version")).one()
        oldest = oldest_due()
    except sa.exc.SQLAlchemyError:
        return ["The database does not answer."]
    if oldest is not None:
        oldest = max(oldest, watchdog.began(current_app))
    if oldest is not None and clock.now() - oldest > LONGEST_LAG:
        return [f"Nobody does the background work: it waits since {clock.iso(oldest)}."]
    return []


def _plain(text: str, is_ill: bool) -> tuple[Response, int]:
    answer = Response(text + "\n", content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    if is_ill:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer, 503 if is_ill else 200
