"""Adding a row to the trail."""

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from .. import clock
from ..database import Prepared, insert, rows, writing
from .chain import BEGINNING, hash_of, seal_of
from .kinds import Kind
from .models import AuditRow
from .origin import Origin, origin

LONGEST_TEXT, LONGEST_LIST, DEEPEST = 200, 50, 4
HIDDEN = "…"
LONGEST_DETAILS = 8000  # characters; what is longer is left out and said to be
_SECRET = re.compile(r"password|secret|token|nonce|hash|cookie|credential_id", re.IGNORECASE)

_last = Prepared(sa.select(AuditRow.hash).order_by(AuditRow.id.desc()).limit(1))


class Somebody(Protocol):
    """Whoever acts or is acted upon: a user, or the desk, which has no id."""

    @property
    def id(self) -> int | None: ...


def record(
    kind: Kind,
    *,
    actor: Somebody | None = None,
    subject: Somebody | None = None,
    details: Mapping[str, Any] | None = None,
    count: int = 1,
) -> AuditRow:
    """Append a row. Only inside the ``transaction()`` of the deed.

    *actor* did it (None: the desk, or somebody unknown), *subject* is the account that it was done
    to. *details* is what a list shows: JSON, shortened where it is long. Nothing in it names a
    person (:func:`masked` is for addresses); what sounds like a secret by its name is hidden.
    """
    return append(
        kind,
        actor_id=None if actor is None else actor.id,
        subject_id=None if subject is None else subject.id,
        details=details,
        count=count,
        where=origin(),
    )


def append(
    kind: str,
    *,
    actor_id: int | None,
    subject_id: int | None,
    details: Mapping[str, Any] | None,
    count: int,
    where: Origin,
) -> AuditRow:
    """The same for who knows where it came from."""
    writing()
    last = rows(_last)
    now = clock.now()
    values: dict[str, Any] = {
        "previous": last[0].hash if last else BEGINNING,
        "kind": str(kind),
        "actor_id": actor_id,
        "subject_id": subject_id,
        "way": where.way,
        "ip": where.ip,
        "device": where.device,
        "details": _written(details or {}),
        "count": count,
    }
    hashed = hash_of(values | {"created_at": int(now.timestamp())})
    return insert(AuditRow, **values, created_at=now, hash=hashed, seal=seal_of(hashed))


def masked(email: str) -> str:
    """An address as the trail has it: enough to recognise, not enough to write to."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _written(details: Mapping[str, Any]) -> str:
    text = _json(_shortened(details, DEEPEST))
    return text if len(text) <= LONGEST_DETAILS else _json({"left_out": len(text)})


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _shortened(value: Any, deep: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
    if value is None or isinstance(value, bool | int | float):
        return value
    if deep == 0:
        return "…"
    if isinstance(value, Mapping):
        return {
            str(name): HIDDEN if _SECRET.search(str(name)) else _shortened(item, deep - 1)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_shortened(item, deep - 1) for item in list(value)[:LONGEST_LIST]]
    return _shortened(str(value), deep)
