"""What is an event anyway comes into the trail from there: no action has to tell twice."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from ..events import Event, subscribe
from .kinds import Kind
from .origin import origin
from .recording import append, masked

Details = Mapping[str, Any]

# Settings: what they were and what they are.
_SETTINGS = (
    "shop.updated",
    "shop.hours",
    "shop.hold",
    "shop.repeats_uncertain",
    "shop.logo",
    "security.changed",
    "category.added",
    "category.updated",
    "field.added",
    "field.updated",
    "field.deleted",
    "field.order",
    "mailbox.added",
    "mailbox.changed",
    "mailbox.paused",
    "mailbox.resumed",
    "mailbox.removed",
    "mail.words",
    "backup.plan",
    "backup.deleted",
    "webhook.added",
    "webhook.changed",
    "webhook.secret",
    "webhook.paused",
    "webhook.resumed",
    "webhook.removed",
)

# What things of the settings are known by: a mailbox or webhook, a field, the text of a mail.
_NAMES = ("name", "label", "kind")


def _changed(event: Event) -> Details:
    """Only what is another thing now, where *event* has both as facts."""
    before, after = event.before, event.after
    if isinstance(before, dict) and isinstance(after, dict):
        names = [name for name in after if before.get(name) != after[name]]
        before = {name: before.get(name) for name in names}
        known = [after[name] for name in _NAMES if name in after and name not in names]
        after = {name: after[name] for name in names}
        thing = {"thing": known[0]} if known else {}
        return {"what": event.kind, "before": before, "after": after} | thing
    return {"what": event.kind, "before": before, "after": after}


def _nothing(_event: Event) -> Details:
    return {}


def _after(event: Event) -> Details:
    return event.after if isinstance(event.after, dict) else {}


def _role(event: Event) -> Details:
    return {"before": event.before, "after": event.after}


def _addresses(event: Event) -> Details | None:
    before, after = event.before["email"], event.after["email"]
    return None if before == after else {"before": masked(before), "after": masked(after)}


def _ticket(event: Event) -> Details:
    return {"ticket": event.ticket_id}


def _to_the_bin(event: Event) -> Details | None:
    return _ticket(event) if event.after["place"] == "bin" else None


# Event → kind, and what is told of it; None: this one doesn't belong here.
_TAKEN: dict[str, tuple[Kind, Callable[[Event], Details | None]]] = {
    "user.added": (Kind.USER_ADDED, _after),
    "user.disabled": (Kind.USER_DISABLED, _nothing),
    "user.enabled": (Kind.USER_ENABLED, _nothing),
    "user.role": (Kind.ROLE_CHANGED, _role),
    "user.password": (Kind.PASSWORD_CHANGED, _nothing),
    "user.reset_requested": (Kind.PASSWORD_LINK, _nothing),
    "user.invited": (Kind.PASSWORD_LINK, _nothing),
    "user.profile": (Kind.EMAIL_CHANGED, _addresses),
    # Not the token's name, which people make of theirs: the trail outlives their erasure.
    "token.added": (Kind.TOKEN_ADDED, _nothing),
    "token.revoked": (Kind.TOKEN_REVOKED, _nothing),
    "customer.merged": (Kind.CUSTOMERS_MERGED, _nothing),
    "customer.unmerged": (Kind.CUSTOMERS_MERGED, lambda _event: {"undone": True}),
    "ticket.place": (Kind.TICKET_DELETED, _to_the_bin),
    "ticket.purged": (Kind.TICKET_PURGED, _ticket),
} | dict.fromkeys(_SETTINGS, (Kind.SETTINGS_CHANGED, _changed))


def init_app(app: Flask) -> None:
    """Subscribe to each of them."""
    for kind in _TAKEN:
        subscribe(app, kind, _take)


def _take(event: Event) -> None:
    kind, told = _TAKEN[event.kind]
    details = told(event)
    if details is not None:
        append(
            kind,
            actor_id=event.actor_id,
            subject_id=event.user_id,
            details=details,
            count=1,
            where=origin(),
        )
