"""Random tokens, and what is kept of them."""

import hashlib
import hmac
import secrets

from flask import current_app


def new_token() -> str:
    """256 random bits, safe in a URL and a header (43 characters)."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What the database keeps of a token. A fast hash will do: a token is no password."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def signature(text: str) -> str:
    """The first 128 bits of *text* signed with the desk's secret key, as 32 hex digits."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
