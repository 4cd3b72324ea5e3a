"""Where mail is fetched and sent: the facts of a server, of a mailbox or of an address (URL)."""

import os
import stat
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

from ...errors import HelpdeskError
from ...i18n import gettext as _
from ...settings.table import SETTINGS
from ...text import storable
from ..models import Security

LONGEST_PASSWORD = 500  # characters
_MOST_BYTES = 4 * LONGEST_PASSWORD + 2
# Without TLS a server outside of this machine is asked for STARTTLS, so the port is that for it.
_PORTS = {
    ("imaps", Security.TLS): 993,
    ("imap", Security.STARTTLS): 143,
    ("imap", Security.NONE): 143,
    ("smtps", Security.TLS): 465,
    ("smtp", Security.STARTTLS): 587,
    ("smtp", Security.NONE): 25,
}


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and whom it knows us as; an empty *user*: no log-in."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)


def of_url(url: str) -> Server:
    """The server of HELPDESK_IMAP_URL or HELPDESK_SMTP_URL.

    ``imap://`` and ``smtp://`` insist on STARTTLS, but on this machine, where nobody listens
    between; ``?security=`` says otherwise.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    security = _security(parts.scheme, host, parts.query)
    return Server(
        host=host,
        port=parts.port or _PORTS[parts.scheme, security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def folder_of_url(url: str) -> str:
    """The folder that HELPDESK_IMAP_URL ends in."""
    return unquote(urlsplit(url).path).strip("/") or "INBOX"


def is_here(host: str) -> bool:
    """Whether *host* is this machine."""
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def password_of(kept: str, file: str) -> str:
    """The password: *kept*, or what *file* has now. Raises HelpdeskError."""
    return read_password(file) if file else kept


def read_password(file: str) -> str:
    """The one line of *file*. Raises HelpdeskError in words.

    It is sent to the server that an admin names, so not every file will do: the desk's own are
    refused, what it has its own secrets from, and whatever is longer than a password.
    """
    path = Path(file)
    if not path.is_absolute():
        raise HelpdeskError(_("The path of the password file must begin with /."))
    if _is_ours(path):
        raise HelpdeskError(
            _("This is a file of the desk itself. The folder for passwords is %(folder)s.")
            % {"folder": current_app.config["HELPDESK"].data / "secrets"}
        )
    content = _content(path)
    if len(content) > _MOST_BYTES:
        raise HelpdeskError(_("The password file has more than one short line."))
    try:
        password = content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise HelpdeskError(_("The password file is not UTF-8.")) from None
    if not password:
        raise HelpdeskError(_("The password file is empty."))
    if _is_a_setting(password):
        raise HelpdeskError(_("What is in this file is a secret of the desk itself."))
    if len(password) > LONGEST_PASSWORD or not is_one_line(password):
        raise HelpdeskError(_("The password file has more than one short line."))
    return password


def is_one_line(text: str) -> bool:
    """Whether *text* can be sent to a server as a line: it has no control characters."""
    return storable(text) and not any(ord(char) < 32 or ord(char) == 127 for char in text)


def _security(scheme: str, host: str, query: str) -> Security:
    if scheme.endswith("s"):
        return Security.TLS
    if said := parse_qs(query).get("security"):
        return Security(said[0])
    return Security.NONE if is_here(host) else Security.STARTTLS


def _is_ours(path: Path) -> bool:
    data: Path = current_app.config["HELPDESK"].data
    try:
        real, ours = path.resolve(), data.resolve()
    except (OSError, RuntimeError, ValueError):  # links that go round, NUL
        return False
    return real.is_relative_to(ours) and not real.is_relative_to(ours / "secrets")


def _is_a_setting(text: str) -> bool:
    """Whether *text* is what the settings keep secret, such as HELPDESK_SECRET_KEY_FILE has."""
    settings = current_app.config["HELPDESK"]
    found = (getattr(settings, one.field) for one in SETTINGS if one.secret)
    return text.strip() in {str(value) for value in found if value}


def _content(path: Path) -> bytes:
    try:
        # Not blocking: the path may be a pipe's, which would wait for somebody to write.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise HelpdeskError(_("The password file can't be read: it is no file."))
            return file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: NUL in the path
        why = getattr(error, "strerror", None) or _("there is no such path")
        raise HelpdeskError(
            _("The password file can't be read: %(why)s.", why=why.lower())
        ) from None
