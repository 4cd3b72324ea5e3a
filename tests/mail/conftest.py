"""What tests of the mail share."""

from typing import Any

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.mail.mailboxes import actions
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import Mailbox


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
