"""What the text of a setting may be, and how ``helpdesk config`` shows its value."""

import re
from collections.abc import Callable
from contextlib import suppress
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import SplitResult, parse_qs, urlsplit

Network = IPv4Network | IPv6Network
SHORTEST_SECRET = 16
MASK = "********"
POSTGRESQL = "postgresql+psycopg://user:password@host:5432/helpdesk"
# Of what libpq can be told; the desk itself says the rest.
OPTIONS = (
    "host",
    "port",
    "user",
    "password",
    "passfile",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "channel_binding",
    "target_session_attrs",
    "connect_timeout",
    "application_name",
)
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (compared with, never bound by default)


class SettingsError(Exception):
    """A setting that the desk cannot start with, in one plain sentence."""


# Parsers: the text of a setting → its value; ValueError says what it must be.


def whole(low: int, high: int, unit: int = 1) -> Callable[[str], int]:
    def parse(text: str) -> int:
        # int() alone would take full-width digits, "1_000", "+1" and spaces.
        if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text) * unit

    return parse


def host(text: str) -> str:
    host = text.removeprefix("[").removesuffix("]")
    if not re.fullmatch(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?", host):
        raise ValueError("must be a host name or an IP address, such as 127.0.0.1")
    return host


def _split(text: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """The parts of an address with one of *schemes* and a host; None when it is not one."""
    if not re.fullmatch(r"[!-~]+", text):
        return None
    with suppress(ValueError):  # brackets that do not close, a port past 65535
        parts = urlsplit(text)
        if parts.scheme in schemes and parts.hostname and (parts.port is None or parts.port > 0):
            return parts
    return None


def base_url(text: str) -> str:
    parts = _split(text, ("http", "https"))
    if parts is None or parts.path.strip("/") or parts.query or parts.fragment or "@" in text:
        raise ValueError(
            "must be an address such as https://help.shop.example: http or https, a host"
            " and perhaps a port, nothing after it"
        )
    return _origin(parts.scheme, parts.hostname or "", parts.port)


def _origin(scheme: str, host: str, port: int | None) -> str:
    # Without its default port, as browsers write an origin: the two get compared.
    host = f"[{host}]" if ":" in host else host
    standard = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{host}" + ("" if port in (None, standard) else f":{port}")


def default_base_url(host: str, port: int) -> str:
    """The address of a desk that is told no other: a browser here can open it."""
    return _origin("http", "localhost" if host in EVERYWHERE else host, port)


def networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one, strict=False) for one in re.split(r"[\s,]+", text))
    except ValueError:
        raise ValueError(
            "must be IP addresses or networks with commas between, such as 127.0.0.1, 10.0.0.0/8"
        ) from None


def secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters")
    return text


def key(text: str) -> str:
    if not re.fullmatch(r"[!-~]{1,1024}", text):
        raise ValueError("must be one word of printable ASCII")
    return text


def database(text: str) -> str:
    if re.fullmatch(r"sqlite(\+\w+)?:///[^?].*", text):
        return text
    if not text.startswith(("postgres:", "postgresql:", "postgresql+psycopg:")):
        raise ValueError(
            "must be the address of an SQLite file, such as sqlite:////srv/desk.db, or of a"
            f" PostgreSQL database, such as {POSTGRESQL}"
        )
    return _postgresql(text)


def _postgresql(text: str) -> str:
    """The address of a PostgreSQL database, as SQLAlchemy wants it."""
    rest = text.partition(":")[2]
    try:
        parts = urlsplit(f"postgresql:{rest}")
        asked = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        known_port = parts.port != 0
    except ValueError:
        known_port = False
    if (
        not known_port
        or not re.fullmatch(r"[!-~]+", text)
        or not re.fullmatch(r"/[^/]+", parts.path)
        or not (parts.hostname or "host" in asked)
        or parts.fragment
    ):
        raise ValueError(f"must look like {POSTGRESQL}")
    unknown = sorted(asked.keys() - OPTIONS)
    if unknown:
        raise ValueError(f"may not say {unknown[0][:40]}: what may follow is {', '.join(OPTIONS)}")
    return f"postgresql+psycopg:{rest}"


def mail_url(*schemes: str, shape: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        parts = _split(text, schemes)
        if parts is None:
            raise ValueError(f"must look like {shape}")
        security = parse_qs(parts.query, keep_blank_values=True).get("security", ["none"])
        if security not in (["none"], ["starttls"]):
            raise ValueError("may end in ?security=none or ?security=starttls, nothing else")
        return text

    return parse


def sender(text: str) -> str:
    if not text.isprintable() or not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(text)[1]):
        raise ValueError("must look like Shop support <support@shop.example>")
    return text


# How ``helpdesk config`` shows a value.


def show(value: object) -> str:
    return "" if value is None else str(value)


def show_masked(value: str | None) -> str:
    return MASK if value else ""


def show_networks(value: tuple[Network, ...]) -> str:
    return ", ".join(map(str, value))


def show_url(value: str | None) -> str:
    """An address with its password masked, in its user part and in its query."""
    shown = re.sub(r"(://[^/@]*?:).*(@)", rf"\1{MASK}\2", value or "")
    return re.sub(r"([?&]\w*pass\w*=)[^&]*", rf"\1{MASK}", shown)
