"""What every answer tells browsers, whoever makes it: nothing inline, nothing from elsewhere,
nothing framed, nothing kept.
"""

POLICY_RULES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join(POLICY_RULES)

_OF_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(),geolocation=(),microphone=(),payment=(),usb=()",
}
# Of what is part of a page: a dozen of them, small as they are, belong to a first visit.
OF_PARTS = _OF_ALL | {"Content-Security-Policy": "default-src 'none';frame-ancestors 'none'"}
OF_PAGES = _OF_ALL | {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",  # pages are private; what may be kept says so itself
}
# Of what is nothing but text or JSON, and has no page in which to show it.
OF_WORDS = OF_PAGES | {"Content-Security-Policy": OF_PARTS["Content-Security-Policy"]}
OVER_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
PARTS = ("text/javascript", "text/css", "image/svg+xml")  # what is sent as a part of a page


def headers_of(content_type: str) -> dict[str, str]:
    """What belongs to an answer of this type, by what it is."""
    if content_type.startswith(PARTS):
        return OF_PARTS
    return OF_PAGES if content_type.startswith("text/html") else OF_WORDS


def over(base_url: str, scheme: str) -> dict[str, str]:
    """What belongs to every answer besides, where people are to come by https."""
    return OVER_HTTPS if scheme == "https" or base_url.startswith("https://") else {}
