"""How a delivery proves that it is ours: the format of Standard Webhooks (standardwebhooks.com)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_key() -> str:
    """What a delivery is called, whenever it is sent."""
    return f"msg_{secrets.token_hex(16)}"


def new_secret() -> str:
    """What a webhook's deliveries are signed with."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def headers(keys: Sequence[str], key: str, moment: datetime, body: bytes) -> Mapping[str, str]:
    """What a delivery says of itself, signed with each secret of *keys*."""
    timestamp = str(int(moment.timestamp()))
    signed = b".".join((key.encode(), timestamp.encode(), body))
    return {
        "webhook-id": key,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in keys),
    }


def _signature(secret: str, signed: bytes) -> str:
    raw = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(raw, signed, hashlib.sha256)).decode()
