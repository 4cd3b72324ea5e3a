"""Errors as JSON: the one place where the API turns an error into an answer (API.md's table)."""

import logging

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from ..errors import HelpdeskError, Invalid, NotSignedIn, TooMany
from ..failures import answer_under
from ..i18n import gettext as _
from ..logs import request_id
from ..statuses import OUR_FAULT, status_of
from ..troubles import in_words, trouble_of
from .answers import failure
from .endpoints import registry
from .names import api_name
from .reading import BadQuery

_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Answer every error below ``/backend/api`` of *app*."""
    answer_under(app, "/backend/api", _answer)


def _answer(error: Exception) -> Response:
    if isinstance(error, BadQuery):
        return failure(400, _("A query parameter does not parse."), errors=error.fields)
    if isinstance(error, Invalid):
        errors = {api_name(name): sentences for name, sentences in error.fields.items()}
        return failure(422, _("Some fields are not right."), errors=errors)
    if isinstance(error, HelpdeskError) and (code := status_of(error)) < OUR_FAULT:
        return failure(code, error.message, headers=_headers(error))
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        return _http_error(error, error.code)
    trouble = trouble_of(error)
    if trouble is not None:
        _log.error("Not done, for the machine lacks something (%s): %s", trouble.name, error)
        headers = {"Retry-After": str(trouble.retry_after)}
        sentence = in_words(error, trouble)
        return failure(trouble.status, sentence, headers=headers, request_id=request_id())
    _log.error("The API failed", exc_info=error)
    declared = registry.of_flask(request.endpoint)
    sentence = declared.failure if declared else _("Something went wrong on our side.")
    return failure(500, sentence, request_id=request_id())


def _headers(error: HelpdeskError) -> dict[str, str]:
    if isinstance(error, NotSignedIn):
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}


def _http_error(error: HTTPException, code: int) -> Response:
    sentences = {
        400: _("The request can't be understood."),
        404: _("There is no such address."),
        405: _("This address does not take this method."),
        412: _("The file is not the one that If-Match names."),
        413: _(
            "This is too much at once: at most %(most)s MB.",
            most=current_app.config["HELPDESK"].max_upload_bytes // 1024**2,
        ),
        415: _("The body must be JSON or multipart/form-data."),
        416: _("The file has no such range."),
    }
    ours = error.description if error.description != type(error).description else None
    headers = dict(error.get_headers(request.environ))
    kept = {name: value for name, value in headers.items() if name in ("Allow", "Content-Range")}
    return failure(code, ours or sentences.get(code, error.name), headers=kept)
