"""Mails to admins about the desk itself: something has stopped that only they can start again."""

import sqlalchemy as sa

from ...accounts.models import Role, User
from ...database import db
from ...events import Event
from ...i18n import gettext as _
from ...shop.queries import shop
from ..models import MailKind
from . import outbox
from .context import Context, Gone
from .sender import base_url

TROUBLE = "trouble"


def webhook_paused(event: Event) -> None:
    """To each admin, when the desk itself has paused a webhook."""
    why = event.after.get("why")
    if event.actor_id is not None or not why:
        return
    details = {"purpose": TROUBLE, "what": event.kind, **event.after}
    admins = sa.select(User).where(User.role == Role.ADMIN, User.disabled_at.is_(None))
    for admin in db.session.scalars(admins.order_by(User.id)):
        outbox.put(MailKind.ACCOUNT, admin, details=details)


def is_trouble(of: Context) -> bool:
    """Whether a mail is one of these."""
    return bool(of.row.details.get("purpose") == TROUBLE)


def words_of(of: Context) -> tuple[str, str, str, str]:
    """Subject, what has happened, where to look, and what is not lost. Raises Gone."""
    if of.user is None or not of.user.is_admin:
        raise Gone(_("%(who)s is no admin any more.", who=of.row.recipient))
    name, details = shop().name, of.row.details
    return (
        _("A webhook of %(shop)s is paused: %(name)s", shop=name, name=details["name"]),
        _(
            "The desk has paused the webhook “%(name)s” of %(shop)s: nothing is sent to it until "
            "somebody resumes it. %(why)s",
            name=details["name"],
            shop=name,
            why=details["why"],
        ),
        f"{base_url()}/desk/settings/webhooks/{details['id']}/deliveries",
        _("What waits is kept. What happens until it is resumed is not told to it."),
    )
