"""The mailbox that the settings say (HELPDESK_IMAP_URL, HELPDESK_MAIL_FROM), kept in step."""

import re
from typing import Any

from flask import current_app

from ...accounts.addresses import is_email
from ...database import transaction
from ...settings import SettingsError
from ..models import Mailbox
from . import actions, queries
from .servers import folder_of_url, is_one_line, of_url

_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]+", re.ASCII)


def from_settings(*, lets_go: bool = False) -> Mailbox | None:
    """Make the mailbox of the settings what they say; None where they say none.

    Called at the start of whatever fetches or sends. It writes only when something differs. With
    *lets_go*, a mailbox that the settings named once stays, for the ledger names it, but paused
    and free to change: for the server alone, as a command may not see its environment. Raises
    SettingsError where the settings don't say what the mailbox's address is.
    """
    wanted = _wanted()
    if _differs(wanted) and (lets_go or wanted is not None):
        with transaction():
            _let_go(wanted)
            if wanted is not None:
                _keep(wanted)
    return None if wanted is None else next(iter(_now()), None)


def _wanted() -> dict[str, Any] | None:
    """The columns that the settings decide."""
    url = current_app.config["HELPDESK"].imap_url
    if not url:
        return None
    server, folder = of_url(url), folder_of_url(url)
    if not is_one_line(server.user + server.password + folder):
        raise SettingsError("HELPDESK_IMAP_URL has control characters in it.")
    name, address = queries.mail_from()
    address = address or server.user.lower()
    if not is_email(address):
        raise SettingsError(
            "HELPDESK_IMAP_URL needs HELPDESK_MAIL_FROM, the address of its mailbox."
        )
    return (
        {
            "address": address,
            "imap_host": server.host,
            "imap_port": server.port,
            "imap_security": server.security,
            "imap_user": server.user,
            "imap_password": "",  # stays in the settings: queries.imap_of
            "imap_password_file": "",
            "imap_folder": folder,
            "from_settings": True,
        }
        | ({"sender_name": name[:100]} if name else {})
    )


def _now() -> list[Mailbox]:
    """The mailbox that came from settings, if there is one."""
    return [mailbox for mailbox in queries.mailboxes() if mailbox.from_settings]


def _differs(wanted: dict[str, Any] | None) -> bool:
    now = _now()
    if wanted is None or not now:
        return wanted is not None or bool(now)
    return any(getattr(now[0], name) != value for name, value in wanted.items())


def _let_go(wanted: dict[str, Any] | None) -> None:
    """Pause what the settings don't name any more, where another mailbox takes its place."""
    for mailbox in _now():
        if wanted is None or _of_address(wanted) not in (None, mailbox):
            actions.put(None, mailbox, {"from_settings": False, "is_active": False})


def _keep(wanted: dict[str, Any]) -> None:
    mailbox = _of_address(wanted) or next(iter(_now()), None)
    if mailbox is None:
        wanted = {"name": _free_name(wanted["address"]), **wanted}
    actions.put(None, mailbox, wanted)


def _of_address(wanted: dict[str, Any]) -> Mailbox | None:
    found = queries.mailboxes()
    return next((one for one in found if one.address == wanted["address"]), None)


def _free_name(address: str) -> str:
    """A name that no mailbox has yet: what stands before the ``@``, as a name may be."""
    taken = {mailbox.name for mailbox in queries.mailboxes()}
    start = _NOT_IN_NAMES.sub("-", address.partition("@")[0]).strip("._-")[:36] or "mailbox"
    name, number = start, 1
    while name in taken:
        number += 1
        name = f"{start}-{number}"
    return name
