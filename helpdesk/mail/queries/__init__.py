"""Reads of mail."""

from .ledger import LedgerFilters, duplicates, held, held_count, ledger, may_read, received
from .of_messages import mails_of, received_on, sent_on
from .outgoing import OutboxFilters, outbox, outgoing, outgoing_of
from .pages import Page, Paged
from .whole import every_mail

__all__ = [
    "LedgerFilters",
    "OutboxFilters",
    "Page",
    "Paged",
    "duplicates",
    "every_mail",
    "held",
    "held_count",
    "ledger",
    "mails_of",
    "may_read",
    "outbox",
    "outgoing",
    "outgoing_of",
    "received",
    "received_on",
    "sent_on",
]
