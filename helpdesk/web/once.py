"""A form that is sent twice (a double click, a retry on a bad line) does its work once.

The form carries a random key. What it did is remembered in the transaction that does it, so of
two that arrive together the second finds the first.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, g
from wtforms import HiddenField

from .. import clock
from ..accounts.models import User
from ..accounts.secrets import digest
from ..database import db
from ..errors import HelpdeskError
from ..events import Event, subscribe
from .models import SentForm

REMEMBERED = timedelta(days=2)


class SentBefore(HelpdeskError):
    """This form did its work already, on the ticket *ticket_id*."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__("This form was sent before.")
        self.ticket_id = ticket_id


class OnceField(HiddenField):
    """The hidden key of a form, new for each page that shows one."""

    def _value(self) -> str:
        return self.data or secrets.token_hex(16)


def init_app(app: Flask) -> None:
    """Remember the forms that open tickets and write on them."""
    for kind in ("ticket.opened", "ticket.replied", "ticket.reply_held", "ticket.noted"):
        subscribe(app, kind, _remember)


@contextmanager
def once(user: User, key: str | None, *words: str) -> Iterator[None]:
    """Let the block do its work unless the form with this *key* and these *words* did it before.

    Then SentBefore is raised and nothing is kept. Other words under the same key (somebody went
    back and wrote something else) are another form; a form without a key always works.
    """
    if key:
        g.sent_form = (user.id, digest("\n".join((key, *words))))
    try:
        yield
    finally:
        g.pop("sent_form", None)


def _remember(event: Event) -> None:
    """Note the ticket of the form at hand, inside the transaction of the event."""
    identity = g.get("sent_form")
    if identity is None or event.ticket_id is None:
        return
    earlier = db.session.get(SentForm, identity)
    if earlier is not None:
        raise SentBefore(earlier.ticket_id)
    user_id, key_hash = identity
    now = clock.now()
    db.session.execute(sa.delete(SentForm).where(SentForm.created_at < now - REMEMBERED))
    db.session.add(
        SentForm(user_id=user_id, key_hash=key_hash, ticket_id=event.ticket_id, created_at=now)
    )
