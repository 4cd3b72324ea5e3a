"""How rows hold together: each has the hash of the one before, of itself, and a seal.

The hash is plain SHA-256, so whoever has the rows can check that they follow one another. The seal
signs it with the desk's secret key: who has only the database can't make a chain anew that passes.
Who has the whole data folder can; against them helps the last hash, written down elsewhere.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from flask import current_app

BEGINNING = "0" * 64  # what the first row has for a predecessor

# What is hashed, in this order. Never changed: rows of years ago are checked by it.
HASHED = (
    "previous",
    "kind",
    "actor_id",
    "subject_id",
    "way",
    "ip",
    "device",
    "details",
    "count",
    "created_at",
)


def hash_of(values: Mapping[str, Any]) -> str:
    """The hash of a row with these *values*; ``created_at`` in seconds since 1970."""
    canonical = json.dumps([values[name] for name in HASHED], separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def seal_of(hashed: str) -> str:
    """The signature of a row's hash."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    key = hmac.digest(secret, b"the audit trail", "sha256")
    return hmac.new(key, hashed.encode(), hashlib.sha256).hexdigest()
