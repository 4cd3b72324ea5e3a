"""Secrets that the desk itself must read again, encrypted at rest.

With a key that comes from the desk's secret key, so a copy of the database alone opens nothing.
"""

import base64
import secrets
from typing import TYPE_CHECKING

from flask import current_app

from ..errors import WrongState
from ..i18n import gettext as _

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes, as AES-GCM wants them


def seal(text: str, purpose: str) -> str:
    """*text*, to be read again only for the same *purpose* (a kind of secret, and whose it is)."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = nonce + _cipher().encrypt(nonce, text.encode(), purpose.encode())
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(sealed: str, purpose: str) -> str:
    """What :func:`seal` was given. Raises WrongState when the desk's secret key is another one."""
    from cryptography.exceptions import InvalidTag

    content = base64.urlsafe_b64decode(sealed)
    try:
        return _cipher().decrypt(content[:_NONCE], content[_NONCE:], purpose.encode()).decode()
    except InvalidTag:
        raise WrongState(
            _("This was kept with another secret key of the desk and can't be read any more.")
        ) from None


def _cipher() -> "AESGCM":
    # Imported here: hardly any request needs it, and it costs a start of its own.
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(hashes.SHA256(), 32, salt=None, info=b"helpdesk: secrets at rest")
    return AESGCM(key.derive(str(current_app.config["SECRET_KEY"]).encode()))
