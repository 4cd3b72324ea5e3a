"""Accounts for those who are in what is brought along. Nobody gets any right by it.

Who has an account here keeps it as it is, whatever the other program says of them: a customer
there may be staff here, and the other way round. Staff who are new here are shut out until an
admin lets them in.
"""

import re
from datetime import datetime

from ... import clock
from ...accounts import actions as accounts
from ...accounts.addresses import is_email
from ...accounts.models import DESK, Role, User
from ...accounts.queries import normal_email, person_at
from ...database import db
from ...mail.reading.charsets import clean_line

LONGEST_NAME = 100
_NOT_IN_ADDRESSES = re.compile(r"[^a-z0-9-]+")


def brought_account(
    email: str, name: str, *, role: Role, at: datetime | None, is_active: bool = True
) -> tuple[User, bool]:
    """Whose address this is, and whether their account was just made. Raises Invalid.

    Only inside a ``transaction()``. *at* is since when they were known.
    """
    found = person_at(email)
    if found is not None:
        return found, False
    name = clean_line(name)[:LONGEST_NAME].strip() or email.partition("@")[0][:LONGEST_NAME]
    user = accounts.add_user(DESK, name=name, email=email, role=role)
    now = clock.now()
    if at is not None and at < now:
        user.created_at = at
    if not is_active:
        user.disabled_at = now
    db.session.flush()
    return user, True


def good_address(email: str) -> str:
    """*email* as accounts have it; empty where it is none."""
    email = normal_email(email)
    return email if len(email) <= 254 and is_email(email) else ""


def stand_in(source: str, key: str) -> str:
    """An address for somebody who has none: no mail ever reaches it (RFC 2606)."""
    words = [_NOT_IN_ADDRESSES.sub("-", word.lower()).strip("-")[:60] for word in (key, source)]
    return f"{words[0] or 'nobody'}@{words[1] or 'import'}.invalid"
