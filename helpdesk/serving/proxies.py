"""Whom to believe about the browser's address: only proxies that the settings name."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from ..settings import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORWARDED = "HTTP_X_FORWARDED_"
BELIEVED = {FORWARDED + "FOR", FORWARDED + "PROTO", FORWARDED + "HOST"}
OTHERS = {"HTTP_FORWARDED", "HTTP_X_REAL_IP"}


class TrustedProxies:
    """WSGI middleware: X-Forwarded-For, -Proto and -Host of a trusted proxy, and nothing else.

    Of a list in a header only the last item counts, which is the one that our proxy added.
    """

    def __init__(self, app: "WSGIApplication", networks: Sequence[Network]) -> None:
        self.app = app
        self.networks = tuple(networks)
        self.fixed = ProxyFix(app, x_for=1, x_proto=1, x_host=1)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        peer = _address(environ.get("REMOTE_ADDR", ""))
        if peer is not None:
            # An IPv4 client of an IPv6 socket is the same client.
            environ["REMOTE_ADDR"] = str(peer)
        trusted = peer is not None and any(peer in network for network in self.networks)
        for name in [n for n in environ if n.startswith(FORWARDED) or n in OTHERS]:
            if not (trusted and name in BELIEVED and _makes_sense(name, environ[name])):
                del environ[name]
        return (self.fixed if trusted else self.app)(environ, start_response)


def _makes_sense(name: str, value: str) -> bool:
    last = value.rpartition(",")[2].strip()
    if name.endswith("_FOR"):
        return _address(last) is not None
    if name.endswith("_PROTO"):
        return last in ("http", "https")
    return True


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
