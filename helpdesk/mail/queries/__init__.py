"""Reads of mail."""

from .ledger import (
    LedgerFilters,
    duplicates,
    held,
    held_count,
    ledger,
    may_read,
    received,
    received_count,
    unfiled_counts,
)
from .of_messages import received_on, sent_on
from .outgoing import OutboxFilters, outbox, outgoing
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
    "may_read",
    "outbox",
    "outgoing",
    "received",
    "received_count",
    "received_on",
    "sent_on",
    "unfiled_counts",
]
