"""What every answer has to tell a browser."""

from collections.abc import Mapping

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(),geolocation=(),microphone=(),payment=(),usb=()",
}
REFERRERS = ("same-origin", "no-referrer")
# What may stay in a cache is the same for everybody, or is asked for again each time.
CACHES = {
    "no-store",
    "no-cache",
    "no-cache, private",
    "immutable, max-age=31536000",
}
MAY_SCRIPT = {(), ("'self'",)}
FRAMED_BY = {("'none'",), ("'self'",)}  # ours frame what mails were formatted like


def require_headers(headers: Mapping[str, str]) -> None:
    """Fail where *headers*, of any answer at all, leave a browser too much."""
    for name, value in ALWAYS.items():
        assert headers.get(name) == value, f"{name} of {dict(headers)}"
    assert headers.get("Referrer-Policy") in REFERRERS
    assert ", ".join(sorted(headers.get("Cache-Control", "").split(", "))) in CACHES, dict(headers)
    assert not {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & {
        name for name, _ in headers.items()
    }
    rules = policy(headers.get("Content-Security-Policy", ""))
    assert rules["default-src"] == ("'none'",)
    assert rules.get("script-src", ()) in MAY_SCRIPT
    assert rules["frame-ancestors"] in FRAMED_BY
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "data:"} & set(
        rules.get("script-src", ()) + rules.get("style-src", ()) + rules.get("connect-src", ())
    )
    if headers.get("Content-Type", "").startswith("text/html"):
        assert rules["base-uri"] == ("'none'",)
        assert rules["form-action"] in (("'self'",), ("'none'",))


def policy(text: str) -> dict[str, tuple[str, ...]]:
    """The rules of a Content-Security-Policy."""
    parts = (rule.split() for rule in text.split(";"))
    return {name: tuple(values) for name, *values in parts}
