"""Whoever must have a second step and has none: asked for it in every browser, at the next page."""

from collections.abc import Collection

import sqlalchemy as sa

from ... import clock
from ...database import db, transaction
from .. import sessions
from ..models import ApiToken, BrowserSession, Role, User
from .models import AuthenticatorApp, Passkey


def demand_of(roles: Collection[Role]) -> None:
    """Let browsers of these *roles* without a second step open its set-up alone, all others all.

    Tokens that a program got for a password alone end; those that somebody made go on: who made
    them had been through whatever the shop wanted.
    """
    app = sa.exists().where(
        AuthenticatorApp.user_id == User.id, AuthenticatorApp.confirmed_at.is_not(None)
    )
    passkey = sa.exists().where(Passkey.user_id == User.id)
    without = sa.select(User.id).where(User.role.in_(roles), ~app, ~passkey)
    needs = BrowserSession.user_id.in_(without)
    with transaction():
        sessions.tell_end()
        db.session.execute(
            sa.update(BrowserSession)
            .where(BrowserSession.needs_factor != needs)
            .values(needs_factor=~BrowserSession.needs_factor)
            .execution_options(synchronize_session=False)
        )
        db.session.execute(
            sa.update(ApiToken)
            .where(
                ApiToken.from_login, ApiToken.revoked_at.is_(None), ApiToken.user_id.in_(without)
            )
            .values(revoked_at=clock.now())
            .execution_options(synchronize_session=False)
        )
