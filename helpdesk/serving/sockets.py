"""The socket that the desk listens on, bound before the application is made."""

import errno
import os
import socket
import sys

from ..errors import HelpdeskError

OPEN_FILES = 4096


class ServingError(HelpdeskError):
    """The desk cannot be served, for a reason that the person who starts it can mend."""


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to *host* and *port* (0: a free one), not listening yet.

    Raises ServingError with one sentence when that address cannot be had.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise ServingError(f"{host} is not a host name or an address of this machine.") from None
    # A name such as localhost can mean both kinds of address; the older is the safer bet.
    family, kind, protocol, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    sock = socket.socket(family, kind, protocol)
    try:
        if port and os.name == "posix":
            # After a restart the port may still be busy with old connections. (Never for a free
            # port: the system could then give the same one to two programs.)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if host == "::":
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(address)
    except OSError as error:
        sock.close()
        raise refusal(error, host, port) from None
    return sock


def refusal(error: OSError, host: str, port: int) -> ServingError:
    """Why *host* and *port* cannot be listened on, as a person would say it."""
    if error.errno == errno.EADDRINUSE:
        return ServingError(f"Port {port} of {host} is in use by another program.")
    if error.errno == errno.EACCES:
        return ServingError(f"Port {port} of {host} may not be used by this user.")
    if error.errno == errno.EADDRNOTAVAIL:
        return ServingError(f"{host} is not an address of this machine.")
    return ServingError(f"Port {port} of {host} cannot be used: {error.strerror}.")


def allow_many_open_files() -> int:
    """Raise the process's own limit: a connection can need three (itself, its body, its answer).

    Returns what it is then.
    """
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        if soft != resource.RLIM_INFINITY:
            return soft
    return OPEN_FILES
