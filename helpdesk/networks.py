"""Whom an address belongs to, as far as it can tell: who is counted together."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

_SITE = 64  # bits: what of an IPv6 address is given to one customer, who chooses the rest at will
_MOST = 256  # addresses at hand


@lru_cache(_MOST)
def network_of(address: str) -> str:
    """*address*, or of an IPv6 one the network that it is in; what is none stays as it is."""
    read = read_address(address)
    if isinstance(read, IPv6Address):
        return str(IPv6Address(int(read) >> _SITE << _SITE)) + f"/{_SITE}"
    return address if read is None else str(read)


@lru_cache(_MOST)
def stands_for_many(address: str) -> bool:
    """Whether many clients may come from *address*: it is none of the internet.

    So it is a proxy that the settings don't name, a container's gateway, or this machine.
    """
    read = read_address(address)
    return read is None or not read.is_global


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that *text* is; an IPv4 client of an IPv6 socket is the same client."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
