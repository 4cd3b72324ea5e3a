"""What is looked up when somebody asks: a few numbers that are kept or stand in an index."""

import logging
import platform
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask

from .. import clock
from ..backups.queries import are_made_here, has_failed, plan
from ..database import db
from ..database.sizes import sizes
from ..health.queries import error_count
from ..jobs import queries as jobs
from ..live import hub_of
from ..mail.fetching.health import states_of_mailboxes
from ..mail.queries import received_count, unfiled_counts
from ..mail.sending import queries as outbox
from ..tickets.counts import by_place_and_status
from ..webhooks.queries import waiting_count
from . import process
from .text import Family, Sample, counter, gauge

if TYPE_CHECKING:
    from ..serving import Server

_log = logging.getLogger(__name__)


def families(app: Flask, server: "Server | None") -> Iterator[Family]:
    """All there is to tell of *app*, and of *server*. Where the database fails, the rest of it."""
    if server is not None:
        yield gauge(
            "helpdesk_http_connections",
            "Connections that are open, those of live pages included.",
            server.connections,
        )
        yield gauge(
            "helpdesk_http_requests_waiting",
            "Requests that have arrived and wait for their turn.",
            server.waiting,
        )
    yield gauge(
        "helpdesk_live_pages", "Pages of the desk that hear of news.", hub_of(app).listening
    )
    yield from process.families(app.config["HELPDESK"].data)
    try:
        found = [*_tickets(), *_jobs(), *_mail(), *_safety(), *_database(), _build()]
    except sa.exc.SQLAlchemyError:
        _log.warning("The database does not answer, so its numbers are left out of the metrics")
        found = []
    yield gauge("helpdesk_database_up", "Whether the database answers.", int(bool(found)))
    yield from found


def _tickets() -> Iterator[Family]:
    yield Family(
        "helpdesk_tickets",
        "gauge",
        "Tickets by place and status.",
        [
            Sample(number, {"place": place, "status": status})
            for place, status, number in by_place_and_status()
        ],
    )


def _jobs() -> Iterator[Family]:
    yield Family(
        "helpdesk_jobs",
        "gauge",
        "Jobs of the background work that wait, run or have failed for good.",
        [Sample(number, {"state": state}) for state, number in jobs.counts()._asdict().items()],
    )
    yield gauge(
        "helpdesk_jobs_oldest_due_seconds",
        "Seconds that the job waits that should have been done first; 0: none is late.",
        _seconds_since(jobs.oldest_due()),
    )
    yield gauge(
        "helpdesk_webhook_deliveries_waiting",
        "Webhooks' deliveries that are not made yet.",
        waiting_count(),
    )


def _mail() -> Iterator[Family]:
    yield counter(
        "helpdesk_mails_received_total", "Mails that ever came into the ledger.", received_count()
    )
    yield Family(
        "helpdesk_mails_unfiled",
        "gauge",
        "Mails that wait to be filed, are held for a person, or were not given by their server.",
        [Sample(number, {"outcome": outcome}) for outcome, number in unfiled_counts().items()],
    )
    yield counter(
        "helpdesk_mails_queued_total", "Mails that were ever put into the outbox.", outbox.ever()
    )
    yield Family(
        "helpdesk_outbox_mails",
        "gauge",
        "Mails of the outbox that wait, have failed, or may have been sent (uncertain).",
        [Sample(number, {"state": state}) for state, number in outbox.counts()._asdict().items()],
    )
    states = states_of_mailboxes()
    yield Family(
        "helpdesk_mailbox_up",
        "gauge",
        "Whether a mailbox can be fetched from, and its server be sent by.",
        [
            Sample(int(is_well), {"mailbox": one.name, "way": way})
            for one in states
            for way, is_well in (("fetch", one.fetches), ("send", one.sends))
            if is_well is not None
        ],
    )
    yield Family(
        "helpdesk_mailbox_last_fetch_timestamp_seconds",
        "gauge",
        "When a mailbox was last fetched from without a fault.",
        [
            Sample(one.fetched_at.timestamp(), {"mailbox": one.name})
            for one in states
            if one.fetched_at is not None
        ],
    )


def _safety() -> Iterator[Family]:
    if are_made_here():
        made_at = plan().made_at
        yield gauge(
            "helpdesk_backup_last_success_timestamp_seconds",
            "When the last backup of the plan was made; 0: never.",
            0 if made_at is None else made_at.timestamp(),
        )
        yield gauge(
            "helpdesk_backup_failed",
            "Whether the last backup of the plan, or its proof, went wrong.",
            int(has_failed()),
        )
    yield gauge("helpdesk_doctor_errors", "Errors that the doctor found last.", error_count())


def _database() -> Iterator[Family]:
    for kind, size in sizes().items():
        yield gauge(
            f"helpdesk_database_{kind}_size_bytes", f"Bytes of the database's {kind} file.", size
        )


def _build() -> Family:
    return Family(
        "helpdesk_build_info",
        "gauge",
        "The program's version, its schema's, and what it runs on.",
        [
            Sample(
                1,
                {
                    "version": _version(),
                    "schema": _schema(),
                    "python": platform.python_version(),
                    "database": db.engine.dialect.name,
                },
            )
        ],
    )


@cache
def _version() -> str:
    try:
        return version("helpdesk")
    except PackageNotFoundError:
        return "unknown"


def _schema() -> str:
    return str(db.session.scalar(sa.text("SELECT version_num FROM alembic_version")))


def _seconds_since(moment: datetime | None) -> float:
    return 0 if moment is None else max(0.0, (clock.now() - moment).total_seconds())
