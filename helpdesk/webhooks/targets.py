"""What a webhook's address may look like.

Whom its name leads to is judged whenever something is sent: that may change.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from flask import current_app

from ..errors import HelpdeskError
from ..i18n import gettext as _
from ..settings import Settings
from .addresses import may_be_reached, read

LONGEST = 2000
_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024  # below it are mail, shells, name servers: none that webhooks speak with
_SHAPE = re.compile(r"(https?)://([^/?#\\]+)([/?][^#\\]*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\[\]:@]+))(?::([0-9]{1,5}))?")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_KEPT_IN_PATHS = "%/?:@!$&'()*+,;=-._~"


@dataclass(frozen=True)
class Target:
    """Where something is sent: *host* is a name in ASCII or an IP address, *path* has the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port, as an address and the ``Host`` header have them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def is_encrypted(self) -> bool:
        return self.scheme == "https"


def target_of(url: str) -> Target:
    """The parts of *url*. Raises HelpdeskError: it is none that anything is sent to."""
    url = url.strip()
    found = _SHAPE.fullmatch(url)
    is_plain = len(url) <= LONGEST and url.isprintable() and " " not in url
    if found is None or not is_plain:
        raise HelpdeskError(
            _("This must be an address such as https://example.org/hook, without a # in it.")
        )
    scheme, authority, rest = found[1].lower(), found[2], found[3] or "/"
    if "@" in authority:
        raise HelpdeskError(_("Leave user and password out of the address."))
    parts = _AUTHORITY.fullmatch(authority)
    host = None if parts is None else _host(parts[1], parts[2])
    if parts is None or host is None:
        raise HelpdeskError(_("This is no name of a host: %(name)s", name=authority[:100]))
    path = quote(rest if rest.startswith("/") else f"/{rest}", safe=_KEPT_IN_PATHS)
    target = Target(scheme, host, int(parts[3] or _PORTS[scheme]), path)
    _judge(target)
    return target


def _host(address: str | None, name: str | None) -> str | None:
    """The host as it is looked up; None: it can be none."""
    if address is not None:
        read_address = read(address)
        return None if read_address is None else str(read_address)
    try:
        ascii_name = (name or "").encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:
        return None
    return ascii_name if _NAME.fullmatch(ascii_name) and len(ascii_name) <= 253 else None


def _judge(target: Target) -> None:
    """Raise HelpdeskError for what is wrong whatever the name leads to."""
    settings: Settings = current_app.config["HELPDESK"]
    free = range(_FIRST_FREE_PORT, 65536)
    if target.port not in free and target.port not in _PORTS.values():
        raise HelpdeskError(
            _("The port must be 80, 443, or one from %(first)s on.", first=_FIRST_FREE_PORT)
        )
    ours = urlsplit(settings.base_url)
    if target.host == ours.hostname and target.port in (ours.port, *_PORTS.values()):
        raise HelpdeskError(_("This is the help desk itself."))
    address = read(target.host)
    if address is not None and not may_be_reached(address, settings.webhooks_private):
        raise HelpdeskError(not_reached(target.host))


def not_reached(address: str) -> str:
    """The sentence for an address that is none of the internet."""
    return _(
        "%(address)s is not an address of the internet. Networks of your own are allowed by "
        "HELPDESK_WEBHOOKS_PRIVATE.",
        address=address,
    )
