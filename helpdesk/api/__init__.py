"""The JSON API of API.md: a module a resource, each endpoint declared beside its view."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the API with *app*."""
    # Here and not above: operations and migrations need only this room's tables.
    from . import blueprint, errors, paths
    from .cookies import PagesOnly

    errors.init_app(app)
    paths.init_app(app)
    app.session_interface = PagesOnly("/backend/api")
    app.register_blueprint(blueprint.api)
