"""Passkeys (WebAuthn): made, asked for, checked. The library is imported when one is needed."""

import hmac
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app

from ... import audit, clock
from ...audit import Kind
from ...database import db, transaction
from ...errors import Invalid, NotFound, NotSignedIn, WrongState
from ...i18n import gettext as _
from ...text import Fields
from ..models import User
from ..secrets import signature
from . import challenges
from .models import Passkey

MOST = 20  # of a user
LARGEST = 20_000  # characters of an answer


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


def to_make(user: User, shop: str) -> str:
    """What a browser is asked to make a passkey for *user* with, as JSON. Raises WrongState."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    _require_possible()
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=shop,
        user_id=_handle(user.id),
        user_name=user.email,
        user_display_name=user.name,
        challenge=challenges.new(f"make {user.id}"),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(of(user.id)),
    )
    return str(options_to_json(options))


def keep(user: User, answer: str, name: str) -> Passkey:
    """Keep the passkey that a browser has made. Raises Invalid, WrongState."""
    _require_possible()
    fields = Fields()
    name = fields.line("name", name, 100)
    fields.raise_if_any()
    given, challenge = _read(answer)
    challenges.check(challenge, f"make {user.id}")
    made = _checked_new(given, challenge)
    transports = [word for word in _transports(given) if len(word) < 20 and word.isascii()]
    with transaction():
        challenges.spend(challenge)
        mine = of(user.id)
        if len(mine) >= MOST:
            raise WrongState(_("There are %(most)s passkeys already.", most=MOST))
        taken = sa.select(Passkey.id).where(Passkey.credential_id == made["id"])
        if db.session.scalar(taken) is not None:
            raise WrongState(_("This passkey is known here already."))
        row = Passkey(
            user_id=user.id,
            credential_id=made["id"],
            public_key=made["key"],
            sign_count=made["count"],
            transports=" ".join(transports[:6]),
            name=name,
            created_at=clock.now(),
        )
        db.session.add(row)
        audit.record(
            Kind.FACTOR_ADDED,
            actor=user,
            subject=user,
            details={"factor": "passkey", "name": name},
        )
    return row


def to_sign_in(user: User | None = None, step: int = 0) -> str:
    """What a browser is asked to show a passkey with, as JSON.

    With a *user*, in the second step *step*: one of theirs. Without: any that the browser has for
    this desk, so nobody learns who has an account. Raises WrongState.
    """
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    _require_possible()
    options = generate_authentication_options(
        rp_id=_host(),
        challenge=challenges.new(_purpose(user, step)),
        allow_credentials=None if user is None else _descriptors(of(user.id)),
        user_verification=UserVerificationRequirement.REQUIRED
        if user is None
        else UserVerificationRequirement.PREFERRED,
    )
    return str(options_to_json(options))


def check(answer: str, user: User | None = None, step: int = 0) -> User:
    """Whose passkey *answer* has shown, for the question that :func:`to_sign_in` asked so.

    It is spent. Raises NotSignedIn, in the same words for whatever is wrong; WrongState.
    """
    _require_possible()
    given, challenge = _read(answer)
    challenges.check(challenge, _purpose(user, step))
    with transaction():
        challenges.spend(challenge)
        row, owner = _owner(given.get("id"))
        if row is None or owner is None or (user is not None and owner.id != user.id):
            raise _unknown()
        count = _checked(given, challenge, row, alone=user is None)
        handle = given["response"].get("userHandle")
        if handle is not None and not hmac.compare_digest(_bytes(handle), _handle(owner.id)):
            raise _unknown()
        row.sign_count, row.last_used_at = count, clock.now()
    return owner


def of(user_id: int) -> Sequence[Passkey]:
    """The user's passkeys, the oldest first."""
    query = sa.select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    return db.session.scalars(query).all()


def are_known() -> bool:
    """Whether anybody could sign in with one: no button is shown before."""
    return not why_not() and db.session.scalar(sa.select(Passkey.id).limit(1)) is not None


def get(user: User, passkey_id: int) -> Passkey:
    """One of *user*'s own. Raises NotFound."""
    row = db.session.get(Passkey, passkey_id) if passkey_id < 2**63 else None
    if row is None or row.user_id != user.id:
        raise NotFound(_("There is no such passkey."))
    return row


def remove_all(user_id: int) -> int:
    """Forget all of the user's; how many there were. Inside a ``transaction()``."""
    rows = of(user_id)
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    return len(rows)


def _owner(credential_id: Any) -> tuple[Passkey | None, User | None]:
    if not isinstance(credential_id, str) or not credential_id.isascii():
        return None, None
    query = sa.select(Passkey, User).join(User, User.id == Passkey.user_id)
    query = query.where(Passkey.credential_id == credential_id, User.disabled_at.is_(None))
    found = db.session.execute(query).first()
    return (None, None) if found is None else (found[0], found[1])


def _checked_new(given: dict[str, Any], challenge: bytes) -> dict[str, Any]:
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    try:
        made = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
        )
    except Exception as error:  # whatever its bytes were, it is none
        raise _unreadable() from error
    return {
        "id": bytes_to_base64url(made.credential_id),
        "key": bytes_to_base64url(made.credential_public_key),
        "count": made.sign_count,
    }


def _checked(given: dict[str, Any], challenge: bytes, row: Passkey, *, alone: bool) -> int:
    """The new count of *row*, whose signature is right. One that goes back is a copied key's."""
    from webauthn import verify_authentication_response

    try:
        shown = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=_bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=alone,
        )
    except Exception as error:  # whatever its bytes were, they prove nothing
        raise _unknown() from error
    return int(shown.new_sign_count)


def _read(answer: str) -> tuple[dict[str, Any], bytes]:
    """A browser's answer, and the challenge that it says it answers. Raises Invalid."""
    try:
        if len(answer) > LARGEST:
            raise ValueError("too long")
        given = json.loads(answer)
        told = json.loads(_bytes(given["response"]["clientDataJSON"]))
        return given, _bytes(told["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable() from error


def _bytes(text: Any) -> bytes:
    import base64

    if not isinstance(text, str):
        raise TypeError("no text")
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _transports(given: dict[str, Any]) -> list[str]:
    found = given["response"].get("transports")
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _descriptors(rows: Sequence[Passkey]) -> list[Any]:
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    known = {one.value: one for one in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=_bytes(row.credential_id),
            transports=[known[word] for word in row.transports.split() if word in known] or None,
        )
        for row in rows
    ]


def _purpose(user: User | None, step: int) -> str:
    return "sign in" if user is None else f"second step {step} of {user.id}"


def _handle(user_id: int) -> bytes:
    """What an authenticator knows a user by: not their number, which says how many there are."""
    return signature(f"passkeys of {user_id}").encode()


def _host() -> str:
    """The name that passkeys belong to, as browsers write it."""
    host = urlsplit(str(current_app.config["HELPDESK"].base_url)).hostname or ""
    return host if host.isascii() else host.encode("idna").decode()


def _origin() -> str:
    """Where our pages are, as browsers say it: without the port that its scheme has anyway."""
    parts = urlsplit(str(current_app.config["HELPDESK"].base_url))
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return f"{parts.scheme}://{_host()}{port}"


def _require_possible() -> None:
    if reason := why_not():
        raise WrongState(reason)


def _unreadable() -> Invalid:
    return Invalid({"answer": [_("The passkey could not be read. Please try again.")]})


def _unknown() -> NotSignedIn:
    return NotSignedIn(_("This passkey is not known here."))
