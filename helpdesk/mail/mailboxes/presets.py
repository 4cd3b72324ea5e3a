"""Well-known providers: their servers, what they ask for, and what is published for a domain.

Names and ports are those that the providers give; they were compared with Thunderbird's list.
"""

from dataclasses import dataclass

from ...i18n import lazy
from ..models import ReplyTag, Security
from .servers import is_here

APP_PASSWORD = lazy(
    "It needs a password of its own for programs (an app password), made in the account's "
    "settings, under security; the one for the website is refused."
)
SWITCH_ON = lazy(
    "IMAP is off at first: switch it on in the account's settings, on the website, under "
    "POP3 and IMAP."
)
SECOND_FACTOR = lazy(
    "With two-factor sign-in it needs a password of its own for programs (an app password)."
)


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider. The user is mostly the address; *user* says where it is only a part of it."""

    key: str
    name: str
    imap_host: str
    smtp_host: str
    domains: tuple[str, ...] = ()  # whose addresses are the provider's own
    smtp_port: int = 465
    smtp_security: Security = Security.TLS
    imap_port: int = 993
    imap_security: Security = Security.TLS
    remark: str = ""
    plus: bool = False  # mail to support+anything@ arrives
    spf: str = ""  # what a domain's SPF record has in it, for mail sent from there
    dkim: tuple[tuple[str, str], ...] = ()  # name and target of records that point to its keys
    user: str = ""  # "local": what stands before the @

    @property
    def reply_tag(self) -> ReplyTag:
        """Where the token of a ticket is safe."""
        return ReplyTag.PLUS if self.plus else ReplyTag.SUBJECT


# fmt: off
PRESETS: tuple[Preset, ...] = (
    Preset("gmail", "Gmail, Google Workspace", "imap.gmail.com", "smtp.gmail.com",
           ("gmail.com", "googlemail.com"), remark=APP_PASSWORD, plus=True,
           spf="include:_spf.google.com"),
    Preset("microsoft", "Outlook.com, Microsoft 365", "outlook.office365.com",
           "smtp.office365.com",
           ("outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "hotmail.de"),
           587, Security.STARTTLS, plus=True, spf="include:spf.protection.outlook.com",
           remark=lazy("Microsoft lets programs in by OAuth only, which the desk does not speak. "
                       "Let Microsoft forward the mail to a mailbox of another provider.")),
    Preset("icloud", "iCloud", "imap.mail.me.com", "smtp.mail.me.com",
           ("icloud.com", "me.com", "mac.com"), 587, Security.STARTTLS, remark=APP_PASSWORD,
           plus=True, spf="include:icloud.com"),
    Preset("yahoo", "Yahoo", "imap.mail.yahoo.com", "smtp.mail.yahoo.com",
           ("yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.co.uk", "ymail.com"),
           remark=APP_PASSWORD),
    Preset("fastmail", "Fastmail", "imap.fastmail.com", "smtp.fastmail.com",
           ("fastmail.com", "fastmail.fm"), remark=APP_PASSWORD, plus=True,
           spf="include:spf.messagingengine.com",
           dkim=tuple((f"fm{n}._domainkey", f"fm{n}.{{domain}}.dkim.fmhosted.com")
                      for n in (1, 2, 3))),
    Preset("gmx", "GMX", "imap.gmx.net", "mail.gmx.net",
           ("gmx.de", "gmx.net", "gmx.at", "gmx.ch"), remark=SWITCH_ON),
    Preset("webde", "WEB.DE", "imap.web.de", "smtp.web.de", ("web.de",), remark=SWITCH_ON,
           user="local"),
    Preset("mailbox-org", "mailbox.org", "imap.mailbox.org", "smtp.mailbox.org",
           ("mailbox.org",), plus=True, spf="include:mailbox.org",
           dkim=tuple((f"MBO000{n}._domainkey", f"MBO000{n}._domainkey.mailbox.org")
                      for n in (1, 2, 3, 4))),
    Preset("posteo", "Posteo", "posteo.de", "posteo.de", ("posteo.de", "posteo.net"), plus=True),
    Preset("t-online", "T-Online", "secureimap.t-online.de", "securesmtp.t-online.de",
           ("t-online.de", "magenta.de"),
           remark=lazy("It needs a password for e-mail programs, made in the customer centre.")),
    Preset("zoho-eu", "Zoho Mail (Europe)", "imap.zoho.eu", "smtp.zoho.eu", ("zohomail.eu",),
           remark=SWITCH_ON, plus=True, spf="include:zohomail.eu"),
    Preset("zoho", "Zoho Mail", "imap.zoho.com", "smtp.zoho.com", ("zoho.com", "zohomail.com"),
           remark=SWITCH_ON, plus=True, spf="include:zohomail.com"),
    Preset("ionos", "IONOS", "imap.ionos.de", "smtp.ionos.de", spf="include:_spf-eu.ionos.com"),
    Preset("ionos-com", "IONOS (outside of Germany)", "imap.ionos.com", "smtp.ionos.com",
           spf="include:_spf-us.ionos.com"),
    Preset("strato", "STRATO", "imap.strato.de", "smtp.strato.de", spf="redirect=smtp.strato.de"),
    Preset("hetzner", "Hetzner", "mail.your-server.de", "mail.your-server.de"),
    Preset("ovh", "OVHcloud", "ssl0.ovh.net", "ssl0.ovh.net", spf="include:mx.ovh.com"),
    Preset("infomaniak", "Infomaniak", "mail.infomaniak.com", "mail.infomaniak.com",
           remark=SECOND_FACTOR, plus=True, spf="include:spf.infomaniak.ch"),
    Preset("gandi", "Gandi", "mail.gandi.net", "mail.gandi.net", plus=True,
           spf="include:_mailcust.gandi.net"),
    Preset("migadu", "Migadu", "imap.migadu.com", "smtp.migadu.com", plus=True,
           spf="include:spf.migadu.com",
           dkim=tuple((f"key{n}._domainkey", f"key{n}.{{domain}}._domainkey.migadu.com")
                      for n in (1, 2, 3))),
    Preset("proton", "Proton Mail (Bridge)", "127.0.0.1", "127.0.0.1",
           ("proton.me", "protonmail.com", "pm.me"), 1025, Security.STARTTLS, 1143,
           Security.STARTTLS, plus=True, spf="include:_spf.protonmail.ch",
           remark=lazy("Proton's Bridge runs on this machine and shows user and password. Export "
                       "its certificate and let this machine trust it.")),
)
# fmt: on


def preset(key: str) -> Preset | None:
    """The provider of this name."""
    return next((one for one in PRESETS if one.key == key), None)


def preset_for(address: str) -> Preset | None:
    """The provider whose own domain *address* is in."""
    domain = address.strip().lower().rpartition("@")[2]
    return next((one for one in PRESETS if domain in one.domains), None)


def preset_of_server(host: str) -> Preset | None:
    """The provider whose server *host* sends; what runs on this machine may be anybody's."""
    if not host or is_here(host):
        return None
    return next((one for one in PRESETS if host == one.smtp_host), None)
