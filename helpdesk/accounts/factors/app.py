"""The authenticator app: set up with a secret and a first code, asked for codes afterwards."""

import sqlalchemy as sa

from ... import audit, clock
from ...audit import Kind
from ...database import db, transaction
from ...errors import Invalid, NotFound
from ...i18n import gettext as _
from ..models import User
from ..sealing import seal, unseal
from . import totp
from .models import AuthenticatorApp


def begin(user: User) -> None:
    """Make a secret for an app that isn't confirmed yet; an earlier such one is forgotten."""
    with transaction():
        app = db.session.get(AuthenticatorApp, user.id)
        if app is not None and app.confirmed_at is not None:
            return
        if app is None:
            app = AuthenticatorApp(user_id=user.id)
            db.session.add(app)
        app.secret, app.last_step = seal(totp.new_secret(), _purpose(user.id)), 0
        app.created_at = clock.now()


def secret_to_confirm(user_id: int) -> str:
    """The secret of the app that is being set up. Raises NotFound when none is."""
    app = db.session.get(AuthenticatorApp, user_id)
    if app is None or app.confirmed_at is not None:
        raise NotFound(_("No app is being set up."))
    return unseal(app.secret, _purpose(user_id))


def confirm(user: User, code: str) -> None:
    """Let the app count from now on: it has shown the right *code*. Raises NotFound, Invalid."""
    with transaction():
        secret = secret_to_confirm(user.id)
        app = db.session.get_one(AuthenticatorApp, user.id)
        step = totp.step_of(secret, digits_of(code), clock.now(), after=app.last_step)
        if step is None:
            raise Invalid(
                {"code": [_("This is not the code of the app. Is the phone's clock right?")]}
            )
        app.last_step, app.confirmed_at = step, clock.now()
        audit.record(Kind.FACTOR_ADDED, actor=user, subject=user, details={"factor": "app"})


def accepts(user_id: int, code: str) -> bool:
    """Whether *code* is one of the user's app; it is spent then. Inside a ``transaction()``."""
    app = db.session.get(AuthenticatorApp, user_id)
    if app is None or app.confirmed_at is None:
        return False
    secret = unseal(app.secret, _purpose(user_id))
    step = totp.step_of(secret, digits_of(code), clock.now(), after=app.last_step)
    if step is not None:
        app.last_step = step
    return step is not None


def remove(user_id: int) -> bool:
    """Forget the app, confirmed or not; whether one counted. Inside a ``transaction()``."""
    app = db.session.get(AuthenticatorApp, user_id)
    if app is None:
        return False
    counted = app.confirmed_at is not None
    db.session.delete(app)
    db.session.flush()
    return counted


def is_set_up(user_id: int) -> bool:
    """Whether the user has one that counts."""
    query = sa.select(AuthenticatorApp.user_id).where(
        AuthenticatorApp.user_id == user_id, AuthenticatorApp.confirmed_at.is_not(None)
    )
    return db.session.scalar(query) is not None


def digits_of(code: str) -> str:
    """*code* as it was typed, without what apps and people put between its digits."""
    return "".join(code[:40].split()).replace("-", "")


def _purpose(user_id: int) -> str:
    return f"authenticator app of {user_id}"
