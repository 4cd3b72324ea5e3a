"""Errors as pages: the one place where the pages' side turns an error into an answer."""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ..errors import HelpdeskError, NotSignedIn, TooMany
from ..failures import answer_under
from ..i18n import gettext as _
from ..logs import request_id
from ..statuses import OUR_FAULT, status_of
from ..troubles import in_words, trouble_of
from .access import ConfirmationNeeded, FactorNeeded
from .again import words_to_send_again
from .proving import ProofNeeded, ask
from .signing_in import choose_language, safe_next

_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Answer errors on all pages of *app*."""
    answer_under(app, "/", _answer)
    app.before_request(_say_what_the_server_refused)


def _say_what_the_server_refused() -> None:
    """The server asks for a page about a request that it did not take (serving/requests.py)."""
    code = request.environ.get("helpdesk.refused")
    if code is not None:
        choose_language()
        abort(code)


def _answer(error: Exception) -> Any:
    if isinstance(error, NotSignedIn):
        return redirect(url_for("web.accounts.sign_in", next=_page_to_come_back_to()))
    if isinstance(error, FactorNeeded):
        return _second_step_first(error)
    if isinstance(error, ProofNeeded):
        return ask(error)
    if isinstance(error, ConfirmationNeeded):
        return redirect(url_for("web.accounts.unconfirmed"))
    if isinstance(error, CSRFError):
        return _page(
            400, _("This form has expired. Please go back, reload the page and send again.")
        )
    if isinstance(error, RequestEntityTooLarge):
        most = current_app.config["HELPDESK"].max_upload_bytes // 1024**2
        return _page(413, _("This is too much at once: at most %(most)s MB.", most=most))
    if isinstance(error, HTTPException):
        return _http_error(error)
    if isinstance(error, HelpdeskError) and (status := status_of(error)) < OUR_FAULT:
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
        return _page(status, error.message, headers)
    trouble = trouble_of(error)
    if trouble is not None:
        _log.error("Not done, for the machine lacks something (%s): %s", trouble.name, error)
        headers = {"Retry-After": str(trouble.retry_after)}
        return _page(trouble.status, in_words(error, trouble), headers)
    _log.error("A page failed", exc_info=error)
    return _page(500, _("Something went wrong on our side. It has been noted."))


def _second_step_first(error: FactorNeeded) -> Any:
    """To its set-up and back here again. Who has sent a form keeps what is in it."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(message=error.message), 403
    back = _page_to_come_back_to()
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("web.accounts.security", next=back))
    page = render_template(
        "accounts/second_step_needed.html",
        sentence=error.message,
        next=back,
        sent=words_to_send_again(),
    )
    return page, 403


def _page_to_come_back_to() -> str | None:
    """This page, or the one whose form was sent after its session ended: draft.js has the text."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    referrer = urlsplit(request.referrer or "")
    return safe_next(referrer.path) if referrer.netloc == request.host else None


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error  # a redirect of the router
    if error.code < 500:
        choose_language()  # no page was found that would have done it
    sentences = {
        404: _("There is no such page."),
        405: _("This page does not take that."),
        400: _("The desk did not understand this request."),
        408: _("The request did not arrive in time."),
        412: _("The file is not the one that If-Match names."),
        416: _("The file has no such range."),
    }
    sentence = sentences.get(error.code, sentences[400] if error.code < 500 else error.name)
    headers = dict(error.get_headers(request.environ))
    kept = {name: value for name, value in headers.items() if name in ("Allow", "Content-Range")}
    return _page(error.code, sentence, kept)


def _page(status: int, sentence: str, headers: dict[str, str] | None = None) -> Any:
    if status >= OUR_FAULT:
        return *_page_of_a_failure(status, sentence), headers or {}
    return render_template("error.html", status=status, sentence=sentence), status, headers or {}


def _page_of_a_failure(status: int, sentence: str) -> tuple[Response, int]:
    shown_id = request_id()
    words = {"status": status, "sentence": sentence, "request_id": shown_id}
    try:
        page = Response(render_template("error.html", sent=words_to_send_again(), **words))
    except Exception:  # what failed is needed for the page too: the database, say
        _log.exception("The page that tells of a failure failed")
        page = Response(f"{sentence} ({shown_id})\n", content_type="text/plain; charset=utf-8")
    return page, status
