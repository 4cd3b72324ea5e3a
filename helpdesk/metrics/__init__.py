"""Numbers for Prometheus at ``/metrics``: what is asked for, how long it takes, what waits.

Only with ``HELPDESK_METRICS_TOKEN``. Without it nothing of this is there, and nothing is counted.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from ..serving import Server

__all__ = ["init_app", "watch"]

_EXTENSION = "helpdesk.metrics"


def init_app(app: "Flask") -> None:
    """Count what *app* is asked for, and tell it to who has the token of its settings."""
    token = app.config["HELPDESK"].metrics_token
    if token is None:
        return
    from .. import audit
    from .answering import Metrics

    metrics = app.extensions[_EXTENSION] = Metrics(app, token)
    app.wsgi_app = metrics  # type: ignore[method-assign]
    app.teardown_request(metrics.note_endpoint)
    audit.hear_of_failures(app, metrics.failures.count)


def watch(app: "Flask", server: "Server") -> None:
    """Tell of *server*, too, which answers for *app*."""
    metrics = app.extensions.get(_EXTENSION)
    if metrics is not None:
        metrics.server = server
