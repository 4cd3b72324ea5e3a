"""What every answer tells the browser: nothing inline, nothing from elsewhere, nothing framed."""

from base64 import b64encode
from hashlib import sha256

from flask import Flask, Response

_RULES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
_POLICY = "; ".join(_RULES)
_EVERYTHING = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_NEVER_A_PAGE = ("text/javascript", "text/css")  # what is below would be half of a small file
_ALWAYS = _EVERYTHING | {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",  # pages are private; what may be kept says so itself
}


def framing(answer: Response) -> Response:
    """*answer*, a page of ours that has another page of ours in a frame."""
    answer.headers["Content-Security-Policy"] = "; ".join((*_RULES, "frame-src 'self'"))
    return answer


def with_style(answer: Response, style: str) -> Response:
    """*answer*, a page of ours with a document in it (``srcdoc``) whose style sheet is *style*."""
    answer.headers["Content-Security-Policy"] = _POLICY.replace(
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
    https = {}
    if app.config["HELPDESK"].base_url.startswith("https://"):
        https = {"Strict-Transport-Security": "max-age=31536000"}
    of_pages = [(name, name.lower(), value) for name, value in (_ALWAYS | https).items()]
    of_others = [(name, name.lower(), value) for name, value in (_EVERYTHING | https).items()]

    # For answers that Flask has no part in (api/quick.py).
    app.extensions["helpdesk.headers"] = [(name, value) for name, _key, value in of_pages]

    @app.after_request
    def _add(answer: Response) -> Response:
        headers = answer.headers
        is_page = not headers.get("Content-Type", "").startswith(_NEVER_A_PAGE)
        has = {name.lower() for name, _value in headers}
        for name, key, value in of_pages if is_page else of_others:
            if key not in has:
                headers.add_header(name, value)
        return answer
