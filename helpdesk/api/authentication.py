"""Who is asking: a bearer token and nothing else, never a cookie (API.md, "Tokens")."""

from flask import g, request

from ..accounts import limits, tokens
from ..accounts.actions import Visitor
from ..errors import NotAllowed, NotSignedIn
from ..i18n import gettext as _
from .sides import Side


def visitor() -> Visitor:
    """Where this request came from."""
    return Visitor(request.remote_addr or "unknown", request.headers.get("User-Agent", ""))


def bearer_of_request(side: Side, *, required: bool) -> tokens.Bearer | None:
    """Whose token this request came with, a user of *side*; None when it has none.

    A token that is given must be good, also where none is *required*. Raises NotSignedIn,
    NotAllowed for another side's user; TooMany after too many wrong tokens from one address. A
    good token always passes: one script's mistakes don't shut out its neighbours behind the same
    address.
    """
    given = request.headers.get("Authorization", "").strip()
    if not given:
        if required:
            raise NotSignedIn(_("A token is needed: Authorization: Bearer TOKEN."))
        return None
    scheme, _space, secret = given.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotSignedIn(_("A token is needed: Authorization: Bearer TOKEN."))
    bearer = tokens.find(secret.strip())
    if bearer is None:
        limits.count(limits.TOKEN, visitor().ip)
        raise NotSignedIn(_("The token is wrong, has expired or was revoked."))
    g.actor_id = bearer.id
    if required and bearer.role not in side.roles:
        raise NotAllowed(_("Your account may not use this address."))
    return bearer
