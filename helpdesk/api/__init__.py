"""The JSON API of API.md: a module a resource, each endpoint declared beside its view."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the API with *app*; of what is deleted for good no answer is kept either."""
    # Here and not above: operations and migrations need only this room's tables.
    from ..events import subscribe
    from . import blueprint, errors, idempotency, paths
    from .cookies import PagesOnly

    errors.init_app(app)
    paths.init_app(app)
    app.session_interface = PagesOnly("/backend/api", "/static/", "/theme.css")
    app.register_blueprint(blueprint.api)
    subscribe(app, "ticket.purged", idempotency.forget)
