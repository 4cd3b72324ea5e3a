"""``/healthz``: whether the desk can answer, for a watchdog. Says nothing else."""

import sqlalchemy as sa
from flask import Blueprint, Response

from ..database import db
from .access import unlimited


def add_to(web: Blueprint) -> None:
    """Register the address."""
    web.add_url_rule("/healthz", "health", _health)


@unlimited
def _health() -> tuple[Response, int]:
    try:
        db.session.execute(sa.text("SELECT version_num FROM alembic_version")).one()
    except sa.exc.SQLAlchemyError:
        return _plain("The database does not answer."), 503
    return _plain("ok"), 200


def _plain(text: str) -> Response:
    answer = Response(text + "\n", content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer
