"""Tickets that leave the desk as a file, which the audit trail tells of."""

from collections.abc import Iterator

from .. import audit
from ..accounts.models import User
from ..database import transaction
from ..tickets.queries import Filters, Sort
from .tickets_csv import tickets_csv


def export_tickets(
    actor: User, filters: Filters, sort: Sort = Sort.NEWEST, *, view: str = ""
) -> Iterator[bytes]:
    """What :func:`tickets_csv` makes, for *actor* to take along. Raises NotAllowed."""
    parts = tickets_csv(actor, filters, sort)
    details = {"what": "tickets"} | ({"view": view} if view else {})
    with transaction(together=True):
        audit.record(audit.Kind.EXPORTED, actor=actor, details=details)
    return parts
