"""What the settings say: whether it is safe, and whether one contradicts another."""

import os
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from ...i18n import lazy
from ...settings import Settings
from ...settings.folder import read_file
from ...settings.table import KNOWN, SETTINGS
from ...settings.values import EVERYWHERE
from .checks import Check, Patient, Said, bad, good, some, warn

_AT_HOME = {"localhost", "127.0.0.1", "::1"}
_OF_A_CONTAINER = "/run/"  # secrets there are open to all, and nobody else is there
SHORTEST, FEWEST = 32, 12  # characters of a secret; different ones


def secret_key(patient: Patient) -> Said:
    """Whether cookies and links are signed with something that can't be guessed."""
    key = patient.settings.secret_key
    if not key:
        return bad(
            lazy(
                "There is no secret key. The next start makes one, which ends every session, and"
                " codes of authenticator apps fail: put the old one back, a backup has it."
            )
        )
    if len(key) < SHORTEST or len(set(key)) < FEWEST:
        return warn(
            lazy("The secret key looks as if it could be guessed: who guesses it is anybody."),
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )
    return good(lazy("There is a secret key that can't be guessed."))


def secret_files(patient: Patient) -> Said:
    """Whether others can read the files that secrets are in."""
    if os.name != "posix":
        return good(lazy("This system keeps no modes of files."))
    found = [path for path in _files_of_secrets(patient) if _is_open(path)]
    if found:
        return warn(
            lazy("Others on this machine can read secrets, in %(which)s.", which=some(found)),
            f"chmod 600 {found[0]}",
        )
    return good(lazy("No secret is in a file that others can read."))


def base_url(patient: Patient) -> Said:
    """Whether people reach the desk by its base URL, without their passwords being overheard."""
    settings = patient.settings
    parts = urlsplit(settings.base_url)
    is_at_home = parts.hostname in _AT_HOME or (parts.hostname or "").startswith("127.")
    if settings.host in EVERYWHERE and is_at_home:
        return warn(
            lazy(
                "The desk listens to everybody, but links in its mails begin with %(url)s, which"
                " only this machine can open, and others are refused: set HELPDESK_BASE_URL to"
                " the address that people open.",
                url=settings.base_url,
            )
        )
    if parts.scheme == "https" or is_at_home:
        return good(lazy("People open %(url)s.", url=settings.base_url))
    return warn(
        lazy(
            "People open %(url)s without https: passwords can be overheard. Put a server with a"
            " certificate before the desk, and set HELPDESK_BASE_URL.",
            url=settings.base_url,
        )
    )


def proxy(patient: Patient) -> Said:
    """Whether the desk knows whom a request comes from."""
    settings = patient.settings
    trusted = settings.trusted_proxies
    if any(network.prefixlen == 0 for network in trusted):
        return bad(
            lazy(
                "HELPDESK_TRUSTED_PROXIES trusts every address: anybody can say to come from"
                " anywhere, past every limit. Name the proxy's own address."
            )
        )
    if trusted and settings.sources.get("HELPDESK_BASE_URL") == "default":
        return warn(
            lazy(
                "HELPDESK_TRUSTED_PROXIES is set, but not HELPDESK_BASE_URL: links in mails begin"
                " with %(url)s.",
                url=settings.base_url,
            )
        )
    if not trusted and settings.base_url.startswith("https:"):
        return warn(
            lazy(
                "People open the desk by https, so through a proxy, which HELPDESK_TRUSTED_PROXIES"
                " doesn't name: all of them seem to come from one address, and share its limits."
            )
        )
    if trusted and not _may_ask(settings):
        return warn(
            lazy(
                "The desk listens at %(host)s alone, where none of HELPDESK_TRUSTED_PROXIES can"
                " ask it.",
                host=settings.host,
            )
        )
    return good(lazy("The desk knows where requests come from."))


def names(patient: Patient) -> Said:
    """Whether the file of settings has words that nobody reads."""
    path = patient.settings.data / "helpdesk.env"
    unknown = sorted(set(read_file(path)) - KNOWN)
    if unknown:
        return warn(
            lazy(
                "%(file)s sets names that the desk doesn't know, so they do nothing: %(which)s.",
                file=str(path),
                which=some(unknown),
            ),
            "helpdesk config",
        )
    return good(lazy("Every setting is known."))


def mail(patient: Patient) -> Said:
    """Whether the settings of mail go together."""
    settings = patient.settings
    if settings.imap_url and not settings.smtp_url:
        return warn(
            lazy(
                "HELPDESK_IMAP_URL is set, but not HELPDESK_SMTP_URL: mail comes in, and unless a"
                " mailbox has a server of its own, no answer leaves."
            )
        )
    if settings.mail_from and not settings.smtp_url and not settings.imap_url:
        return warn(
            lazy("HELPDESK_MAIL_FROM is set, but no server: unless a mailbox has one, it is idle.")
        )
    if settings.smtp_url and not settings.mail_from:
        return warn(
            lazy(
                "HELPDESK_SMTP_URL is set, but not HELPDESK_MAIL_FROM: unless there is a mailbox,"
                " nobody knows whom mail should come from."
            )
        )
    for name, url in (
        ("HELPDESK_SMTP_URL", settings.smtp_url),
        ("HELPDESK_IMAP_URL", settings.imap_url),
    ):
        if url and _is_overheard(url):
            return warn(
                lazy(
                    "%(name)s sends its password without encryption: end it in ?security=starttls,"
                    " or use smtps:// or imaps://.",
                    name=name,
                )
            )
    return good(lazy("The settings of mail go together."))


def _may_ask(settings: Settings) -> bool:
    """Whether one of the trusted proxies can reach the address that the desk listens at."""
    if settings.host not in _AT_HOME:
        return True
    here = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    return any(
        network.version == home.version and network.overlaps(home)
        for network in settings.trusted_proxies
        for home in here
    )


def _is_overheard(url: str) -> bool:
    parts = urlsplit(url)
    if (
        parts.scheme in ("smtps", "imaps")
        or "security=starttls" in parts.query
        or not parts.password
    ):
        return False
    try:
        return not ip_address(parts.hostname or "").is_private
    except ValueError:
        return parts.hostname not in _AT_HOME


def _files_of_secrets(patient: Patient) -> list[Path]:
    data = patient.settings.data
    named = [
        base / given.strip()
        for values, base in ((patient.environ, Path()), (read_file(data / "helpdesk.env"), data))
        for setting in SETTINGS
        if setting.secret and (given := values.get(f"{setting.name}_FILE", ""))
    ]
    return [path for path in named if not str(path.absolute()).startswith(_OF_A_CONTAINER)]


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o044)
    except OSError:
        return False


CHECKS = (
    Check("settings", lazy("secret key"), secret_key),
    Check("settings", lazy("secret files"), secret_files),
    Check("settings", lazy("base url"), base_url),
    Check("settings", lazy("proxy"), proxy),
    Check("settings", lazy("names of settings"), names),
    Check("settings", lazy("mail settings"), mail),
)
