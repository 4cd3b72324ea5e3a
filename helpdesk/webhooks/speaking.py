"""Sending one request to an address that an admin has typed, and reading the answer with care.

The name is looked up here, once; each address it has is judged, and the connection goes to the very
one that was. No redirect is followed and no proxy asked, whatever the environment says.
"""

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..errors import HelpdeskError
from ..i18n import gettext as _
from .addresses import Network, is_named, may_be_reached, read
from .targets import Target, not_reached

CONNECTING = 5.0  # seconds, to look up the name and be connected
WHOLE = 15.0  # all of it
SHOWN = 4096  # bytes of an answer that are kept
_MOST_READ = 128 * 1024  # bytes of head and answer together
_PIECE = 64 * 1024

Found = tuple[int, Any]  # family, and what a socket of it connects to


@dataclass(frozen=True)
class Answer:
    """What the other side said. *wait* is its ``Retry-After`` in seconds, *to* its ``Location``."""

    status: int
    text: str
    wait: int
    to: str


class Deadline:
    """A moment that nothing goes beyond."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self, most: float = WHOLE) -> float:
        """Seconds until then, at most *most*. Raises TimeoutError once it has passed."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, most)


def post(
    target: Target, headers: Mapping[str, str], body: bytes, private: Sequence[Network]
) -> Answer:
    """Send *body*. Raises HelpdeskError with the reason why there is no answer."""
    deadline = Deadline(WHOLE)
    try:
        with _connected(target, private, deadline) as sock:
            return _asked(target, headers, body, _Timed(sock, deadline))
    except TimeoutError:
        raise HelpdeskError(_("It took too long.")) from None
    except ssl.SSLCertVerificationError as error:
        raise HelpdeskError(
            _("The certificate is not good: %(reason)s", reason=error.verify_message)
        ) from None
    except (OSError, http.client.HTTPException, _TooMuch) as error:
        said = str(error)[:300] or type(error).__name__
        raise HelpdeskError(_("The connection failed: %(reason)s", reason=said)) from None


def _connected(target: Target, private: Sequence[Network], deadline: Deadline) -> socket.socket:
    first = Deadline(CONNECTING)
    found = _looked_up(target, first)
    _judge(found, private)
    sock = _dialled(found, first)
    try:
        _refuse_ourselves(sock, private)
        if not target.is_encrypted:
            return sock
        sock.settimeout(deadline.left(CONNECTING))
        return ssl.create_default_context().wrap_socket(sock, server_hostname=target.host)
    except BaseException:
        sock.close()
        raise


def _looked_up(target: Target, deadline: Deadline) -> list[Found]:
    """All addresses of its name; the system's resolver knows no end, so in a thread of its own."""
    told: queue.SimpleQueue[list[Found] | OSError | UnicodeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            told.put([(family, place) for family, _type, _proto, _name, place in rows])
        except (OSError, UnicodeError) as error:
            told.put(error)

    threading.Thread(target=look_up, name="webhook-name", daemon=True).start()
    try:
        found = told.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError from None
    if not isinstance(found, list) or not found:
        raise HelpdeskError(_("The name %(name)s leads nowhere.", name=target.host))
    return found


def _judge(found: Sequence[Found], private: Sequence[Network]) -> None:
    """One bad address among good ones is enough: who answers so tries to lead us astray."""
    for _family, place in found:
        address = read(str(place[0]))
        if address is None or not may_be_reached(address, private):
            raise HelpdeskError(not_reached(str(place[0])))


def _dialled(found: Sequence[Found], deadline: Deadline) -> socket.socket:
    """A connection to the first of them that takes it."""
    failed: OSError = OSError(_("it has no address"))
    for family, place in found:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(deadline.left())
            sock.connect(place)
        except OSError as error:
            sock.close()
            failed = error
        else:
            return sock
    raise failed


def _refuse_ourselves(sock: socket.socket, private: Sequence[Network]) -> None:
    """This machine has addresses of the internet, too: both ends are the same one then."""
    here, there = (read(str(place[0])) for place in (sock.getsockname(), sock.getpeername()))
    if here == there and not (there is not None and is_named(there, private)):
        raise HelpdeskError(_("This address is the help desk's own machine."))


class _TooMuch(Exception):
    """The other side doesn't come to an end."""


class _Timed:
    """The socket as ``http.client`` wants one: no step of it goes beyond the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            self._sock.settimeout(self._deadline.left())
            self._sock.sendall(data[start : start + _PIECE])

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._sock, self._deadline))

    def close(self) -> None:
        """Nothing yet: ``http.client`` closes it before the answer is read, we do after it."""


class _Reader(io.RawIOBase):
    """What comes, up to a limit and a moment."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline, self._read = sock, deadline, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self._read += count
        if self._read > _MOST_READ:
            raise _TooMuch(_("its answer doesn't end"))
        return count


def _asked(target: Target, headers: Mapping[str, str], body: bytes, timed: _Timed) -> Answer:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = timed
    said = {"Host": target.authority, "Connection": "close", **headers}
    connection.request("POST", target.path, body=body, headers=said)
    response = connection.getresponse()
    text = b""
    # The status is what counts: what comes after it may break off.
    with suppress(OSError, http.client.HTTPException, _TooMuch, ValueError):
        while len(text) < SHOWN and (piece := response.read1(SHOWN - len(text))):
            text += piece
    wait = response.getheader("Retry-After", "")
    return Answer(
        status=response.status,
        text=_readable(text),
        wait=int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 6 else 0,
        to=response.getheader("Location", "").replace("\0", "�")[:300],
    )


def _readable(answer: bytes) -> str:
    """What the database keeps, and a page shows."""
    return answer.decode("utf-8", "replace").replace("\0", "�")
