"""The one table of every setting (CLI.md, "Where things live")."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import places, values

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table. `default` is written as a person would; empty means none."""

    name: str
    field: str
    default: str
    parse: Callable[[str], Any]
    help: str
    show: Callable[[Any], str] = values.show
    secret: bool = False


SMTP = values.mail_url("smtp", "smtps", shape="smtps://user:password@host:465")
IMAP = values.mail_url("imap", "imaps", shape="imaps://user:password@host:993/INBOX")
# fmt: off
SETTINGS: tuple[Setting, ...] = (
    Setting("HELPDESK_DATA", "data", "", Path, "the folder of all that the desk owns"),
    Setting("HELPDESK_HOST", "host", "127.0.0.1", values.host,
            "the address that the desk listens on"),
    Setting("HELPDESK_PORT", "port", "8000", values.whole(0, 65535),
            "its port; 0 picks a free one"),
    Setting("HELPDESK_BASE_URL", "base_url", "", values.base_url,
            "the address that people open, for links; http://HOST:PORT by default"),
    Setting("HELPDESK_SECRET_KEY", "secret_key", "", values.secret,
            "signs cookies and forms; made on first start", lambda _: values.MASK, secret=True),
    Setting("HELPDESK_THREADS", "threads", "8", values.whole(1, 256), "requests answered at once"),
    Setting("HELPDESK_TRUSTED_PROXIES", "trusted_proxies", "", values.networks,
            "proxies whose forwarded headers are believed", values.show_networks),
    Setting("HELPDESK_MAX_UPLOAD_MB", "max_upload_bytes", "25", values.whole(1, 4096, MEGABYTE),
            "the most megabytes of one request", lambda size: str(size // MEGABYTE)),
    Setting("HELPDESK_MAX_FILES", "max_files", "10", values.whole(1, 100),
            "the most files of a message"),
    Setting("DATABASE_URL", "database_url", "", values.database,
            "the database; SQLite in the data folder by default", values.show_url, secret=True),
    Setting("HELPDESK_FILES_URL", "files_place", "", places.bucket_place,
            "the bucket that keeps files and mails; the data folder by default",
            lambda place: "" if place is None else place.url, secret=True),
    Setting("HELPDESK_FILES_ACCESS_KEY", "files_access_key", "", values.key,
            "whom the bucket's service knows us as", values.show_masked, secret=True),
    Setting("HELPDESK_FILES_SECRET_KEY", "files_secret_key", "", values.key,
            "and how we prove it", values.show_masked, secret=True),
    Setting("HELPDESK_SMTP_URL", "smtp_url", "", SMTP,
            "the server that sends mail", values.show_url, secret=True),
    Setting("HELPDESK_IMAP_URL", "imap_url", "", IMAP,
            "the mailbox that mail is fetched from", values.show_url, secret=True),
    Setting("HELPDESK_MAIL_FROM", "mail_from", "", values.sender, "whom our mail comes from"),
    Setting("HELPDESK_WEBHOOKS_PRIVATE", "webhooks_private", "", values.networks,
            "private networks that webhooks may reach, besides the internet", values.show_networks),
    Setting("HELPDESK_METRICS_TOKEN", "metrics_token", "", values.secret,
            "what Prometheus shows to be told numbers at /metrics; without it there are none",
            values.show_masked, secret=True),
)
# fmt: on
KNOWN = frozenset(s.name for s in SETTINGS) | {f"{s.name}_FILE" for s in SETTINGS if s.secret}
