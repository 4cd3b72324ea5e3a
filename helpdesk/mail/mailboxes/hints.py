"""What to publish for the shop's domain, so that its mail is believed: SPF, DKIM, DMARC.

Nothing is looked up: the texts follow from the domain and from the server that sends. Whoever
looks after the domain pastes them there.
"""

from dataclasses import dataclass

from .presets import PRESETS, preset_of_server


@dataclass(frozen=True, slots=True)
class Record:
    """A line of the domain's zone; *value* is to be pasted as it is."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Hints:
    """What is published for *domain*. Where the provider alone knows a record, there is none.

    *is_providers*: the domain is the provider's own, who has published all of it. *is_guess*: the
    SPF record names the server that we talk to; the provider may send from others.
    """

    domain: str
    provider: str
    is_providers: bool
    is_guess: bool
    spf: tuple[Record, ...] = ()
    dkim: tuple[Record, ...] = ()
    dmarc: tuple[Record, ...] = ()


def hints_for(address: str, smtp_host: str) -> Hints:
    """The records for mail from *address* that *smtp_host* sends (empty: not known yet)."""
    domain = _plain(address.rpartition("@")[2])
    provider = preset_of_server(smtp_host)
    name = provider.name if provider else ""
    if any(domain in one.domains for one in PRESETS):
        return Hints(domain, name, is_providers=True, is_guess=False)
    found = provider.spf if provider else ""
    return Hints(
        domain=domain,
        provider=name,
        is_providers=False,
        is_guess=not found,
        spf=(Record(domain, "TXT", _spf(found, smtp_host)),),
        dkim=tuple(
            Record(f"{start}.{domain}", "CNAME", target.format(domain=domain))
            for start, target in (provider.dkim if provider else ())
        ),
        dmarc=(Record(f"_dmarc.{domain}", "TXT", _dmarc(domain)),),
    )


def _spf(mechanism: str, smtp_host: str) -> str:
    """RFC 7208. ``~all``: mail from elsewhere is suspicious, not refused, until one is sure."""
    if mechanism.startswith("redirect="):  # which stands in the place of "all"
        return f"v=spf1 {mechanism}"
    if mechanism:
        return f"v=spf1 {mechanism} ~all"
    return f"v=spf1 mx a:{smtp_host} ~all" if _is_name(smtp_host) else "v=spf1 mx ~all"


def _dmarc(domain: str) -> str:
    """RFC 7489: reports only, to begin with."""
    return f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"


def _is_name(host: str) -> bool:
    """Whether others can look *host* up."""
    return "." in host and ":" not in host and not host.replace(".", "").isdigit()


def _plain(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
