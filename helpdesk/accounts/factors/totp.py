"""Codes that an app makes of a secret and the time (RFC 6238, with SHA-1, six digits, 30 s).

These are the parameters that every app knows; several ignore any others.
"""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS = 30  # a step
DIGITS = 6
DRIFT = 1  # steps that a clock may be off, before and after
_BYTES = 20  # of a secret, as long as the hash (RFC 4226, 4)


def new_secret() -> str:
    """A secret in base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(_BYTES)).decode()


def step_at(moment: datetime) -> int:
    """The number of the step that *moment* is in."""
    return int(moment.timestamp()) // SECONDS


def code_of(secret: str, step: int) -> str:
    """The code of *step* (RFC 4226, 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step later than *after* and near *now* that *code* is of, or None."""
    found = None
    for step in range(step_at(now) - DRIFT, step_at(now) + DRIFT + 1):
        is_it = hmac.compare_digest(code_of(secret, step).encode(), code.encode("utf-8", "replace"))
        if is_it and step > after:
            found = step
    return found


def address_of(secret: str, *, issuer: str, account: str) -> str:
    """What the drawn code says (the ``otpauth`` scheme of the apps)."""
    label = quote(f"{issuer.replace(':', ' ')}:{account}", safe="@")
    return f"otpauth://totp/{label}?" + urlencode(
        {"secret": secret, "issuer": issuer, "digits": DIGITS, "period": SECONDS}, quote_via=quote
    )
