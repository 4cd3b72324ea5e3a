"""Whether the trail is as it was written."""

import hmac
from dataclasses import dataclass

import sqlalchemy as sa

from ..database import db
from .chain import BEGINNING, HASHED, hash_of, seal_of
from .models import AuditRow

BATCH = 1000
_TRIGGERS = {"audit_no_update", "audit_no_delete"}


@dataclass(frozen=True)
class Proof:
    """What was found. *broken* is the first row that does not follow from the one before it."""

    rows: int
    broken: int | None
    other_seals: int  # rows at the beginning that another secret key has sealed
    missing: int  # rows that were there after the last one
    last: str  # its hash: written down elsewhere, it shows later that nothing was taken out
    is_guarded: bool  # the triggers are there


def proof() -> Proof:
    """Read all of it, and follow the chain."""
    previous, last_id, count, others, ours = BEGINNING, 0, 0, 0, False
    broken: int | None = None
    columns = [AuditRow.__table__.c[name] for name in HASHED]
    query = sa.select(AuditRow.id, AuditRow.hash, AuditRow.seal, *columns).order_by(AuditRow.id)
    for row in db.session.execute(query.execution_options(yield_per=BATCH)).mappings():
        count += 1
        values = dict(row) | {"created_at": int(row["created_at"].timestamp())}
        is_sealed = hmac.compare_digest(seal_of(row["hash"]), row["seal"])
        follows = row["previous"] == previous and row["id"] == last_id + 1
        # A key may have been changed once and for all: after a row of ours none has another seal.
        if not follows or hash_of(values) != row["hash"] or (ours and not is_sealed):
            broken = row["id"]
            break
        ours = ours or is_sealed
        others += not is_sealed
        previous, last_id = row["hash"], row["id"]
    return Proof(
        rows=count,
        broken=broken,
        other_seals=others,
        missing=0 if broken is not None else max(0, _ever_given() - last_id),
        last=previous,
        is_guarded=_is_guarded(),
    )


_EVER_GIVEN = {
    "sqlite": "SELECT seq FROM sqlite_sequence WHERE name = 'audit'",
    "postgresql": "SELECT last FROM audit_numbers WHERE name = 'audit'",
}
_GUARDS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
    "postgresql": "SELECT tgname FROM pg_trigger"
    " WHERE tgrelid = 'audit'::regclass AND tgenabled IN ('O', 'A')",
}


def _ever_given() -> int:
    """The highest id that a row ever had, where the database remembers it."""
    found = db.session.execute(sa.text(_EVER_GIVEN[db.engine.dialect.name]))
    return int(found.scalar() or 0)


def _is_guarded() -> bool:
    found = db.session.execute(sa.text(_GUARDS[db.engine.dialect.name]))
    return set(found.scalars()) >= _TRIGGERS
