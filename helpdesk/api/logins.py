"""Log-ins of scripts and apps: a password becomes a token for 30 days (API.md, "Tokens")."""

from typing import Annotated

from ..accounts import entering, tokens
from . import examples, kinds, shaping
from .authentication import visitor
from .endpoints import Call, endpoint
from .reading import Shape
from .shapes import Login
from .sides import REQUESTERS, STAFF, Side

SECTION = "Log-in"
LONGEST = 1000  # characters: far more than any address or password has
_PASSWORD = kinds.text(LONGEST).says("The password.")
_CODE = kinds.text(60).says(
    "Of an account with a second step: the code of the app, or a recovery code.", "123456"
)
_ADDRESS = kinds.text(LONGEST).says("The e-mail address.", "ana@shop.example")


class Credentials(Shape):
    """What a customer or a vendor logs in with."""

    email_id: Annotated[str, _ADDRESS]
    password: Annotated[str, _PASSWORD]
    code: Annotated[str, _CODE] = ""


class StaffCredentials(Shape):
    """What staff log in with."""

    username: Annotated[str, _ADDRESS]
    password: Annotated[str, _PASSWORD]
    code: Annotated[str, _CODE] = ""


@endpoint(
    "POST",
    "/{name}/login",
    sides=REQUESTERS,
    section=SECTION,
    summary="Log in as a {Name}",
    description="Gives a token for 30 days.",
    message="{Name} logged in successfully.",
    failure="Failed to log in",
    body=Credentials,
    body_example={"emailId": "ana@shop.example", "password": "…"},
    public=True,
    data=Login,
    example=examples.LOGIN,
    errors=(401, 429),
)
def log_in(call: Call[None, Credentials]) -> Login:
    return _log_in(call.side, call.body.email_id, call.body.password, call.body.code)


@endpoint(
    "POST",
    "/auth/login",
    sides=[STAFF],
    section=SECTION,
    summary="Log in as Staff",
    description="Gives a token for 30 days. The username is the e-mail address.",
    message="Staff logged in successfully.",
    failure="Failed to log in",
    body=StaffCredentials,
    body_example={"username": "bo@shop.example", "password": "…"},
    public=True,
    data=Login,
    example=examples.LOGIN,
    errors=(401, 429),
)
def log_in_staff(call: Call[None, StaffCredentials]) -> Login:
    return _log_in(call.side, call.body.username, call.body.password, call.body.code)


def _log_in(side: Side, email: str, password: str, code: str) -> Login:
    user = entering.authenticate(visitor(), email, password, roles=side.roles)
    entering.log_in(visitor(), user, code)
    token = tokens.add_token(user, user, "Log-in", tokens.LOGIN_LASTS.days, from_login=True)
    return Login(token=token, user=shaping.logged_in(user))


@endpoint(
    "POST",
    "/{name}/logout",
    sides=REQUESTERS,
    section=SECTION,
    summary="Log out as a {Name}",
    description="Ends the token that the request came with.",
    message="Logged out successfully.",
    failure="Failed to log out",
    data=type(None),
)
def log_out(call: Call[None, None]) -> None:
    tokens.revoke_token(call.actor, call.reader.token_id)


@endpoint(
    "POST",
    "/auth/logout",
    sides=[STAFF],
    section=SECTION,
    summary="Log out as Staff",
    description="Ends the token that the request came with.",
    message="Logged out successfully.",
    failure="Failed to log out",
    data=type(None),
)
def log_out_staff(call: Call[None, None]) -> None:
    log_out(call)
