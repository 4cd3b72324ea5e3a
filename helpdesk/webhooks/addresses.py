"""Which IP addresses webhooks may reach: those of the internet, and networks that the shop names.

The tables are our own: what Python takes for global differs from version to version, and counts
multicast and ways into IPv4 among it.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The registries of special addresses (RFC 6890 and what came after it).
_NOT_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # behind a provider's NAT
            "127.0.0.0/8",
            "169.254.0.0/16",  # also where clouds tell machines their secrets
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # relays into 6to4
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and everybody
        ),
    )
)
_IPV6 = IPv6Network("2000::/3")  # all global unicast addresses are in here …
_NOT_IPV6 = tuple(  # … but not all of these are
    map(
        IPv6Network,
        (
            "2001::/23",  # Teredo, benchmarks, identifiers
            "2001:db8::/32",
            "2002::/16",  # 6to4, which leads to any IPv4 address
            "3fff::/20",
        ),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # the last four bytes are an IPv4 address


def read(text: str) -> Address | None:
    """The address that *text* is, the IPv4 one that an IPv6 one may stand for; None: it is none.

    One of a network card (``fe80::1%eth0``) is none.
    """
    try:
        found = ip_address(text)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        if found.scope_id:
            return None
        return found.ipv4_mapped or found
    return found


def may_be_reached(address: Address, private: Iterable[Network]) -> bool:
    """Whether *address* is one of the internet, or in one of the *private* networks."""
    return _is_public(address) or is_named(address, private)


def is_named(address: Address, private: Iterable[Network]) -> bool:
    """Whether the shop has named a network that *address* is in."""
    return any(address in network for network in private if network.version == address.version)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_IPV4)
    if address in _NAT64:
        return _is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _IPV6 and not any(address in network for network in _NOT_IPV6)
