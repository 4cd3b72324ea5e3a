"""To a server: its name, a connection, its certificate."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

from .... import clock
from ..servers import Server
from .steps import Trouble, place_of, words_of

CONNECTING = 15.0  # seconds
ANSWERING = 30.0
_SOON = timedelta(days=14)
_MOST_SHOWN = 4  # addresses, names of a certificate
# OpenSSL's numbers (openssl/x509_vfy.h).
_NOT_YET, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
_SELF_SIGNED, _UNKNOWN_SIGNER = (18,), (19, 20, 21)


def addresses(server: Server) -> list[str]:
    """The addresses that the name of *server* has. Raises Trouble."""
    try:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        code = "no_resolver" if error.errno == socket.EAI_AGAIN else "no_name"
        raise Trouble(code, host=server.host) from None
    except (OSError, UnicodeError):
        raise Trouble("no_name", host=server.host) from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))[:_MOST_SHOWN]


def connected(server: Server) -> socket.socket:
    """A connection to *server* that says nothing yet. Raises Trouble."""
    values = place_of(server)
    try:
        sock = socket.create_connection((server.host, server.port), CONNECTING)
    except ConnectionRefusedError:
        raise Trouble("refused", **values) from None
    except TimeoutError:
        raise Trouble("silent", seconds=round(CONNECTING), **values) from None
    except OSError as error:
        raise Trouble("unreachable", error.strerror or str(error), **values) from None
    sock.settimeout(ANSWERING)
    return sock


def encrypted(sock: socket.socket, server: Server) -> ssl.SSLSocket:
    """*sock* with TLS, the certificate checked. Raises Trouble."""
    try:
        return context().wrap_socket(sock, server_hostname=server.host)
    except (OSError, ValueError) as error:
        with suppress(OSError):
            sock.close()
        raise tls_trouble(error, server, names=True) from None


def context() -> ssl.SSLContext:
    """How we speak TLS: the certificate must be good, and for the server's name."""
    return ssl.create_default_context()


def certificate_of(sock: socket.socket | None) -> dict[str, object]:
    """What to tell of the TLS of *sock*: version, and until when its certificate is good."""
    if not isinstance(sock, ssl.SSLSocket):
        return {}
    told: dict[str, object] = {"version": sock.version()}
    until = (sock.getpeercert() or {}).get("notAfter")
    if isinstance(until, str):
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC)
        told |= {"until": ends.date().isoformat(), "soon": ends < clock.now() + _SOON}
    return told


def tls_trouble(error: Exception, server: Server, *, names: bool = False) -> Trouble:
    """What *error* of TLS means. With *names* it is looked up for whom the certificate is."""
    values = place_of(server)
    answer = words_of(getattr(error, "reason", None) or error, server)
    if isinstance(error, ssl.SSLCertVerificationError):
        code = error.verify_code
        if code == _EXPIRED:
            return Trouble("expired", **values)
        if code == _NOT_YET:
            return Trouble("not_yet", **values)
        if code in (_OTHER_NAME, _OTHER_ADDRESS):
            others = ", ".join(_names(server)) if names else ""
            return Trouble("other_name", names=others, **values)
        if code in _SELF_SIGNED:
            return Trouble("self_signed", **values)
        if code in _UNKNOWN_SIGNER:
            return Trouble("unknown_signer", **values)
        return Trouble("bad_certificate", words_of(error.verify_message, server), **values)
    if isinstance(error, TimeoutError):
        return Trouble("tls_silent", **values)
    if isinstance(error, ssl.SSLEOFError | ConnectionError):
        return Trouble("tls_closed", **values)
    if isinstance(error, ssl.SSLError):
        return Trouble("no_tls", answer, **values)
    return Trouble("tls_failed", answer, **values)


def _names(server: Server) -> Iterator[str]:
    """For whom the certificate of *server* is, all else about it being good."""
    lenient = context()
    lenient.check_hostname = False
    try:
        with (
            socket.create_connection((server.host, server.port), CONNECTING) as sock,
            closing(lenient.wrap_socket(sock, server_hostname=server.host)) as wrapped,
        ):
            certificate = wrapped.getpeercert() or {}
    except (OSError, ValueError):
        return
    for kind, name in list(certificate.get("subjectAltName", ()))[:_MOST_SHOWN]:
        if kind in ("DNS", "IP Address"):
            yield words_of(name, server)
