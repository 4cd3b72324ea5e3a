"""Whom to believe about the browser's address: only proxies that the settings name."""

import logging
import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from ..networks import read_address, stands_for_many
from ..settings import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORWARDED = "HTTP_X_FORWARDED_"
BELIEVED = {FORWARDED + "FOR", FORWARDED + "PROTO", FORWARDED + "HOST"}
MOST_PROXIES = 10  # that stand in a row
WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}|\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?")
Address = IPv4Address | IPv6Address

log = logging.getLogger("helpdesk.serving")
OTHERS = {"HTTP_FORWARDED", "HTTP_X_REAL_IP"}


class TrustedProxies:
    """WSGI middleware: X-Forwarded-For, -Proto and -Host of a trusted proxy, and nothing else.

    Of the addresses the last one counts that is no trusted proxy's own: each proxy has added whom
    it was asked by, and what stands before that anybody may have written. Of the others the last
    item counts, which is the one that the proxy next to us has added.
    """

    def __init__(self, app: "WSGIApplication", networks: Sequence[Network]) -> None:
        self.app = app
        self.networks = tuple(networks)
        self.fixed = ProxyFix(app, x_for=0, x_proto=1, x_host=1)
        self._told = False

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        peer = _address(environ.get("REMOTE_ADDR", ""))
        if peer is not None:
            # An IPv4 client of an IPv6 socket is the same client.
            environ["REMOTE_ADDR"] = str(peer)
        is_trusted = peer is not None and self._trusts(peer)
        if not is_trusted and FORWARDED + "FOR" in environ and not self._told:
            self._tell(str(peer))
        for name in [n for n in environ if n.startswith(FORWARDED) or n in OTHERS]:
            if not (is_trusted and name in BELIEVED and _makes_sense(name, environ[name])):
                del environ[name]
        if not is_trusted:
            return self.app(environ, start_response)
        environ["REMOTE_ADDR"] = self._client(environ.get(FORWARDED + "FOR", ""), str(peer))
        return self.fixed(environ, start_response)

    def _tell(self, peer: str) -> None:
        """Say once that a proxy of one's own network is not believed: it was perhaps forgotten."""
        if stands_for_many(peer):
            self._told = True
            log.warning(
                "A proxy at %s is not in HELPDESK_TRUSTED_PROXIES: all its clients count as one",
                peer,
            )

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.networks)

    def _client(self, forwarded: str, nearest: str) -> str:
        """Who asked the first of our proxies; *nearest* is the one that asked us."""
        for item in reversed(forwarded.rsplit(",", MOST_PROXIES)):
            address = _address(item.strip())
            if address is None:
                break
            nearest = str(address)
            if not self._trusts(address):
                break
        return nearest


def _makes_sense(name: str, value: str) -> bool:
    last = value.rpartition(",")[2].strip()
    if name.endswith("_FOR"):
        return _address(last) is not None
    if name.endswith("_PROTO"):
        return last in ("http", "https")
    return True


def _address(text: str) -> Address | None:
    """The address in *text*, which some proxies write with the port that it came from."""
    with_port = WITH_PORT.fullmatch(text)
    return read_address((with_port[1] or with_port[2]) if with_port else text)
