"""Changing a ticket's fields: status, assignee, priority, category, tags, subject, custom ones."""

from collections.abc import Mapping
from typing import Any

from ...accounts.models import Actor
from ...database import transaction
from ...errors import Conflict, NotAllowed
from ...events import Event
from ...i18n import gettext as _
from .. import policy
from ..models import Status, Ticket
from .changes import Changes
from .checking import check_unchanged, checked, require_in_place
from .setting import set_field
from .status_times import Times


def change_status(actor: Actor, ticket: Ticket, status: Status) -> Event | None:
    """Move *ticket* to *status*; None when it is there already. Raises NotAllowed."""
    events = update(actor, ticket, Changes(status=status))
    return events[0] if events else None


def update(
    actor: Actor,
    ticket: Ticket,
    changes: Changes,
    seen: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
    times: Times | None = None,
) -> list[Event]:
    """Apply *changes*, all or none, and return an event for each field that did change.

    *seen* has the values that the actor saw (tags as a list of names, a custom field as
    ``fields.<key>``): where somebody else has
    changed such a field meanwhile to something else than the actor wants, Conflict is raised. So
    it is when *version*, what the actor saw of ``ticket.version``, is no longer the ticket's.
    *times* are those that go with the status, where an undo sets it back.
    Raises NotAllowed, Invalid with every bad field; WrongState on a merged or deleted ticket.
    """
    wanted = changes.given()
    with transaction(together=True):
        require_in_place(actor, ticket)
        _require_all(actor, ticket, wanted)
        wanted = checked(actor, ticket, wanted)
        check_unchanged(ticket, wanted, seen or {})
        if version is not None and version != ticket.version:
            raise Conflict(
                _(
                    "This has changed meanwhile: it is version %(now)s, not %(seen)s. "
                    "Nothing of yours was saved; look at it again, please.",
                    now=ticket.version,
                    seen=version,
                )
            )
        return [
            event
            for name, value in wanted.items()
            if (event := set_field(actor, ticket, name, value, times))
        ]


def _require_all(actor: Actor, ticket: Ticket, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        if name != "status":
            policy.require(actor, "change_fields", ticket)
        elif not policy.may_set_status(actor, ticket, value):
            raise NotAllowed(_("Your account may not set this status."))
