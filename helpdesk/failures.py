"""Where an error becomes an answer: each side registers its own way, by the start of the path.

Flask asks one handler for the whole application when no route was found; this one passes the
error on to the side whose path it is, so that the API never answers HTML and the pages never JSON.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from .errors import NotFound
from .i18n import gettext as _

Handler = Callable[[Exception], Any]


def init_app(app: Flask) -> None:
    """Catch every error of *app*."""
    app.extensions["helpdesk.failures"] = {}
    app.register_error_handler(Exception, _answer)


def answer_under(app: Flask, prefix: str, handler: Handler) -> None:
    """Let *handler* answer every error on a path that begins with *prefix*; the longest wins."""
    app.extensions["helpdesk.failures"][prefix] = handler


def _answer(error: Exception) -> Any:
    if isinstance(error, ObjectDeletedError | StaleDataError):
        error = NotFound(_("This is not there any more: somebody has just removed it."))
    handlers: dict[str, Handler] = current_app.extensions["helpdesk.failures"]
    fitting = [prefix for prefix in handlers if request.path.startswith(prefix)]
    if not fitting:
        raise error
    return handlers[max(fitting, key=len)](error)
