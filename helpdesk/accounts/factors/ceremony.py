"""What browsers and we say to each other of passkeys (WebAuthn), and whether it is true.

The library is imported when somebody needs it. Whatever is in an answer, it is an error of ours or
a right one: its bytes are anybody's.
"""

import base64
import hmac
import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import current_app

from ...errors import Invalid, NotSignedIn
from ...i18n import gettext as _
from ..secrets import signature
from .models import Passkey

LARGEST = 20_000  # characters of an answer


class Made(NamedTuple):
    """A passkey that a browser has made."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: str


def why_not() -> str:
    """Why browsers would make no passkeys for this desk, or nothing."""
    parts = urlsplit(str(current_app.config["HELPDESK"].base_url))
    host = parts.hostname or ""
    if host.replace(".", "").isdigit() or ":" in host:
        return _(
            "Passkeys belong to a name, and this desk is opened at %(host)s. They work once its "
            "base URL is a name with https, or http://localhost.",
            host=host,
        )
    if parts.scheme != "https" and host != "localhost":
        return _("Passkeys need https: they work once the desk's base URL begins with it.")
    return ""


def read(answer: str) -> tuple[dict[str, Any], bytes]:
    """A browser's answer, and the challenge that it says it answers. Raises Invalid."""
    try:
        if len(answer) > LARGEST:
            raise ValueError("too long")
        given = json.loads(answer)
        told = json.loads(bytes_of(given["response"]["clientDataJSON"]))
        return given, bytes_of(told["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable() from error


def checked_new(given: dict[str, Any], challenge: bytes) -> Made:
    """The passkey in an answer to *challenge*. Raises Invalid."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    try:
        made = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=origin(),
        )
    except Exception as error:  # whatever its bytes were, it is none
        raise _unreadable() from error
    return Made(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=int(made.sign_count),
        transports=" ".join(_transports(given)),
    )


def checked(given: dict[str, Any], challenge: bytes, row: Passkey, *, alone: bool) -> int:
    """The new count of *row*, whose signature is right. One that goes back is a copied key's.

    *alone*: it must have seen who it is, by a finger, a face or a PIN. Raises NotSignedIn.
    """
    from webauthn import verify_authentication_response

    try:
        handle = given["response"].get("userHandle")
        if handle is not None and not hmac.compare_digest(bytes_of(handle), handle_of(row.user_id)):
            raise ValueError("somebody else's")
        shown = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=origin(),
            credential_public_key=bytes_of(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=alone,
        )
    except Exception as error:  # whatever its bytes were, they prove nothing
        raise unknown() from error
    return int(shown.new_sign_count)


def described(rows: Sequence[Passkey]) -> list[Any]:
    """*rows* as the library names them to a browser."""
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    known = {one.value: one for one in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=bytes_of(row.credential_id),
            transports=[known[word] for word in row.transports.split() if word in known] or None,
        )
        for row in rows
    ]


def handle_of(user_id: int) -> bytes:
    """What an authenticator knows a user by: not their number, which says how many there are."""
    return signature(f"passkeys of {user_id}").encode()


def host() -> str:
    """The name that passkeys belong to, as browsers write it."""
    name = urlsplit(str(current_app.config["HELPDESK"].base_url)).hostname or ""
    return name if name.isascii() else name.encode("idna").decode()


def origin() -> str:
    """Where our pages are, as browsers say it: without the port that its scheme has anyway."""
    parts = urlsplit(str(current_app.config["HELPDESK"].base_url))
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return f"{parts.scheme}://{host()}{port}"


def bytes_of(text: Any) -> bytes:
    """What base64url says. Raises ValueError, TypeError."""
    if not isinstance(text, str):
        raise TypeError("no text")
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _transports(given: dict[str, Any]) -> list[str]:
    """By what ways the passkey can be reached, in the browser's words."""
    found = given["response"].get("transports")
    words = [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
    return [word for word in words if word.isascii() and word.isalpha() and len(word) < 16][:6]


def _unreadable() -> Invalid:
    return Invalid({"answer": [_("The passkey could not be read. Please try again.")]})


def unknown() -> NotSignedIn:
    """What to raise for a passkey that opens nothing, for whatever reason."""
    return NotSignedIn(_("This passkey is not known here."))
