"""The secret key of an export: what links in mails and second factors are made with."""

import os
import secrets

from flask import current_app

from ....durable import settle
from ....settings import Settings
from ....settings.values import secret
from ...exporting.manifest import MANIFEST
from .sources import Bad

_ELSEWHERE = (
    "HELPDESK_SECRET_KEY says another key than the export has, so links in mails that the other "
    "desk has sent don't open here; set it to that desk's key if they should."
)


def require_good(key: str | None) -> None:
    """Raises Bad for a *key* that is none."""
    if key is None:
        return
    try:
        if key.split() != [key]:
            raise ValueError("is not one word")
        secret(key)
    except ValueError as error:
        raise Bad(MANIFEST, f"The secret key {error}.") from None


def take(key: str | None) -> str:
    """Let the desk have *key* from its next start on; what a person should know, if anything."""
    settings: Settings = current_app.config["HELPDESK"]
    if key is None:
        return "The export has no secrets: everybody needs a new password, and scripts new tokens."
    if key == settings.secret_key:
        return ""
    if settings.sources.get("HELPDESK_SECRET_KEY", "default") != "default":
        return _ELSEWHERE
    path = settings.data / "secret_key"
    aside = path.with_name(f"secret_key.{secrets.token_hex(8)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{key}\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    settle(path.parent)
    return ""
