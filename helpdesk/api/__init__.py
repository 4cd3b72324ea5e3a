"""The JSON API of API.md: a module a resource, each endpoint declared beside its view."""

from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from ..events import Event
    from ..webhooks.models import Delivery


def init_app(app: Flask) -> None:
    """Register the API with *app*."""
    # Here and not above: operations and migrations need only this room's tables.
    from . import blueprint, errors, paths
    from .cookies import PagesOnly
    from .endpoints import registry
    from .quick import QuickAnswers

    errors.init_app(app)
    paths.init_app(app)
    app.session_interface = PagesOnly("/backend/api", "/static/", "/theme.css")
    app.register_blueprint(blueprint.api)
    app.wsgi_app = QuickAnswers(app, registry)  # type: ignore[method-assign]


def subscribe_to_events(app: Flask) -> None:
    """Keep no answer of what is deleted for good, whoever deletes it."""
    from ..events import subscribe
    from .idempotency import forget

    subscribe(app, "ticket.purged", forget)


def word_webhooks(app: Flask) -> None:
    """Say what webhooks are sent: the shapes of answers."""
    from ..webhooks import worded_by

    worded_by(app, _sent)


def _sent(delivery: "Delivery", event: "Event | None") -> str:
    from .hooked import body  # no start needs it

    return body(delivery, event)
