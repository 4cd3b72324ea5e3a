"""The audit trail as a CSV file: in words, and with what it takes to check it elsewhere.

Keys stand beside the words that a page says them in; ``details`` and ``hash`` are as they were
written.
"""

from collections.abc import Iterator

from flask import Flask, current_app

from .. import clock
from ..accounts.models import User
from ..accounts.queries import names_of
from ..audit import queries
from ..audit.facts import facts
from ..audit.models import AuditRow
from ..audit.queries import Filters
from ..audit.words import kind_words
from ..database import db
from ..i18n import language, speaking
from .csv_file import Cell, csv_file, csv_rows

COLUMNS = (
    "id",
    "at",
    "kind",
    "what",
    "actor",
    "about",
    "count",
    "way",
    "address",
    "device",
    "in_words",
    "details",
    "hash",
)


def audit_csv(actor: User, filters: Filters) -> Iterator[bytes]:
    """The rows of *filters*, the oldest first, in parts, in the language spoken now. Times are UTC.

    Each part is read when it is asked for, in an app context of its own, so a slow reader holds
    nothing. It ends where *actor* is no longer an admin.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return _parts(app, actor.id, filters, language())


def _parts(app: Flask, actor_id: int, filters: Filters, spoken: str) -> Iterator[bytes]:
    yield csv_file(COLUMNS, ())
    after = 0
    while True:
        with app.app_context(), speaking(spoken):
            actor = db.session.get(User, actor_id)
            if actor is None or not (actor.is_active and actor.is_admin):
                return
            rows = queries.after(actor, filters, after)
            if not rows:
                return
            after, part = rows[-1].id, _written(rows)
        yield part


def _written(rows: list[AuditRow]) -> bytes:
    ids = {one for row in rows for one in (row.actor_id, row.subject_id) if one is not None}
    names = names_of(ids)
    return csv_rows([_cells(row, names) for row in rows])


def _cells(row: AuditRow, names: dict[int, str]) -> list[Cell]:
    return [
        row.id,
        clock.iso(row.created_at),
        row.kind,
        kind_words(row),
        names.get(row.actor_id or 0, ""),
        names.get(row.subject_id or 0, ""),
        row.count,
        row.way,
        row.ip,
        row.device,
        " · ".join(str(fact) for fact in facts(row)),
        row.details,
        row.hash,
    ]
