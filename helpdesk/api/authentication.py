"""Who is asking: a bearer token and nothing else, never a cookie (API.md, "Tokens")."""

from flask import g, request

from ..accounts import limits, tokens
from ..accounts.entering import Visitor
from ..ceilings import ANYBODY
from ..database import NotAtAGlance
from ..errors import NotAllowed, NotSignedIn
from ..i18n import gettext as _
from .sides import Side

COUNTED = "helpdesk.counted"  # in the environment of a stranger's request that has been


def visitor() -> Visitor:
    """Where this request came from."""
    return Visitor(request.remote_addr or "unknown", request.headers.get("User-Agent", ""))


def limit_strangers() -> None:
    """Refuse what is too much of one client without a token. Raises TooMany."""
    if not request.headers.get("Authorization", "").strip() and COUNTED not in request.environ:
        ANYBODY.require(visitor().ip)


def bearer_of_request(side: Side, *, required: bool) -> tokens.Bearer | None:
    """Whose token this request came with, a user of *side*; None when it has none.

    A token that is given must be good, also where none is *required*. Raises NotSignedIn,
    NotAllowed for another side's user; TooMany after too many wrong tokens from one address. A
    good token always passes: one script's mistakes don't shut out its neighbours behind the same
    address.
    """
    given = request.headers.get("Authorization", "").strip()
    if not given and not required:
        return None
    secret = _secret(given)
    if not secret:
        raise NotSignedIn(_("A token is needed: Authorization: Bearer TOKEN."))
    bearer = tokens.find(secret)
    if bearer is None:
        limits.count(limits.TOKEN, visitor().ip)
        raise NotSignedIn(_("The token is wrong, has expired or was revoked."))
    g.actor_id = bearer.id
    if required and bearer.role not in side.roles:
        raise NotAllowed(_("Your account may not use this address."))
    return bearer


def bearer_at_a_glance(side: Side, given: str, *, required: bool) -> tokens.Bearer | None:
    """The same of the header *given*, where there is nothing to refuse or to note.

    Raises NotAtAGlance.
    """
    given = given.strip()
    if not given and not required:
        return None
    bearer = tokens.look_up(_secret(given))
    if bearer is None or not tokens.was_just_used(bearer):
        raise NotAtAGlance
    if required and bearer.role not in side.roles:
        raise NotAtAGlance
    return bearer


def _secret(given: str) -> str:
    """The token in an Authorization header; empty: there is none."""
    scheme, _space, secret = given.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
