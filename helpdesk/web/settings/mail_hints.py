"""SPF, DKIM and DMARC: what to publish, as text to paste."""

from typing import Any

from ...errors import HelpdeskError
from ...mail.mailboxes import queries
from ...mail.mailboxes.hints import Hints, hints_for
from ..access import admin_only
from . import settings
from .pages import settings_page


@settings.get("/mail/hints")
@admin_only
def mail_hints() -> Any:
    """The records of each domain that the desk writes from."""
    senders = {one.address: one.smtp_host or _common_host() for one in queries.active()}
    if own := queries.mail_from()[1]:
        senders.setdefault(own, _common_host())
    domains: dict[str, Hints] = {}
    for address, host in senders.items():
        found = hints_for(address, host)
        domains.setdefault(found.domain, found)
    return settings_page("settings/mail/hints.html", "mail", domains=list(domains.values()))


def _common_host() -> str:
    try:
        server = queries.smtp_of(None)
    except HelpdeskError:
        return ""
    return server.host if server else ""
