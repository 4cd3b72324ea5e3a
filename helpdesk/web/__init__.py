"""The HTML blueprint: the portal for customers, the desk for staff, and its settings."""

from flask import Blueprint, Flask


def init_app(app: Flask) -> None:
    """Register the pages with *app*."""
    # Here and not above: operations and migrations need only this room's tables.
    from . import (
        access,
        addresses,
        assets,
        compiling,
        compressing,
        errors,
        headers,
        health,
        made,
        moments,
        once,
        remembering,
        signing_in,
        templating,
        theme,
        words,
    )
    from .accounts import accounts
    from .desk import blanks, desk
    from .desk.together import keep_flashes, note_mark
    from .portal import portal
    from .settings import settings

    compiling.init_app(app)
    web = Blueprint("web", __name__)
    for part in (portal, accounts, desk, settings):
        web.register_blueprint(part)
    assets.init_app(app, web)
    theme.add_to(web)
    health.add_to(web)
    signing_in.init_app(app, web)
    web.before_request(note_mark)
    web.before_request(keep_flashes)
    once.init_app(app)
    addresses.init_app(app)
    templating.init_app(app)
    made.init_app(app)
    remembering.init_app(app)
    moments.init_app(app)
    words.init_app(app)
    blanks.init_app(app)
    headers.init_app(app)
    compressing.init_app(app)
    errors.init_app(app)
    app.register_blueprint(web)
    access.require_rules(app)
