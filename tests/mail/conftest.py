"""What tests of the mail share."""

from collections.abc import Iterator
from typing import Any

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.mail.mailboxes import actions
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import Mailbox

from .dovecot import Dovecot, MailAccount, is_here


@pytest.fixture
def mailbox(desk: Any) -> Any:
    """Makes a mailbox: ``mailbox("support", imap_host="imap.shop.example", imap_password="…")``."""

    def make(name: str = "support", **draft: Any) -> Mailbox:
        draft.setdefault("address", f"{name}@shop.example")
        for server in ("imap", "smtp"):
            if draft.get(f"{server}_host"):
                draft.setdefault(f"{server}_user", draft["address"])
                draft.setdefault(f"{server}_password", "open sesame")
        return actions.add(DESK, MailboxDraft(name=name, **draft))

    return make


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A Dovecot, started once."""
    yield from _served()


@pytest.fixture(scope="session")
def dovecot_without_idle() -> Iterator[Dovecot]:
    """One that has to be asked."""
    yield from _served(idle=False)


def _served(**how: bool) -> Iterator[Dovecot]:
    if not is_here():
        pytest.skip("There is no Dovecot here (Debian: apt-get install dovecot-imapd).")
    server = Dovecot(**how)
    yield server
    server.close()


@pytest.fixture
def inbox(dovecot: Dovecot) -> MailAccount:
    """The mail of a new account."""
    return dovecot.account()
