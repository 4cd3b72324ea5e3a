"""What every answer tells the browser: nothing inline, nothing from elsewhere, nothing framed."""

from flask import Flask, Response

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
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


def init_app(app: Flask) -> None:
    """Add the headers to every answer of *app*; one that an answer has already stays."""
    is_https = app.config["HELPDESK"].base_url.startswith("https://")

    @app.after_request
    def _add(answer: Response) -> Response:
        wanted = _EVERYTHING if answer.mimetype in _NEVER_A_PAGE else _ALWAYS
        for name, value in wanted.items():
            answer.headers.setdefault(name, value)
        if is_https:
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return answer
