"""Answers get their headers (helpdesk/headers.py); some pages need to tell something else."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

from flask import Flask, Response, request

from ..headers import OF_WORDS, POLICY, POLICY_RULES, headers_of, over

_MOST = 64  # content types whose headers are at hand


def framing(answer: Response) -> Response:
    """*answer*, a page of ours that has another page of ours in a frame."""
    answer.headers["Content-Security-Policy"] = "; ".join((*POLICY_RULES, "frame-src 'self'"))
    return answer


def with_style(answer: Response, style: str) -> Response:
    """*answer*, a page of ours with a document in it (``srcdoc``) whose style sheet is *style*."""
    answer.headers["Content-Security-Policy"] = POLICY.replace(
        "style-src 'self'", f"style-src 'self' '{_hash(style)}'"
    )
    return answer


def sealed(answer: Response, *, style: str, remote: bool) -> Response:
    """*answer*, a page with a stranger's words, for a frame of ours.

    It runs nothing, sends nothing, and is of no origin, wherever it is opened. Pictures are in the
    page itself, with *remote* also fetched from elsewhere. *style* is the one style sheet in it.
    """
    rules = (
        "default-src 'none'",
        "img-src data: https:" if remote else "img-src data:",
        f"style-src '{_hash(style)}'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        # Links open in a window of their own, which is an ordinary one.
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
    answer.headers["Content-Security-Policy"] = "; ".join(rules)
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _hash(style: str) -> str:
    return f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}"


def init_app(app: Flask) -> None:
    """Add the headers to every answer of *app*; one that an answer has already stays."""
    base_url = app.config["HELPDESK"].base_url

    @lru_cache(_MOST)
    def wanted(content_type: str, scheme: str) -> list[tuple[str, str, str]]:
        headers = headers_of(content_type) | over(base_url, scheme)
        return [(name, name.lower(), value) for name, value in headers.items()]

    # For answers that Flask has no part in (api/quick.py), by how they were asked for.
    app.extensions["helpdesk.headers"] = {
        scheme: [*(OF_WORDS | over(base_url, scheme)).items()] for scheme in ("http", "https")
    }

    @app.after_request
    def _add(answer: Response) -> Response:
        headers = answer.headers
        has = {name.lower() for name, _value in headers}
        kind = headers.get("Content-Type", "")
        for name, key, value in wanted(kind, request.environ["wsgi.url_scheme"]):
            if key not in has:
                headers.add_header(name, value)
        return answer
