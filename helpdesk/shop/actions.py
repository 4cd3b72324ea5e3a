"""Writes of the shop."""

from .. import clock
from ..accounts.models import Actor
from ..database import db, transaction
from ..errors import Invalid, NotAllowed
from ..events import record
from ..files import INLINE, IncomingFile, store
from ..i18n import gettext as _
from ..text import Fields
from .colour import is_colour
from .hours import Hours, check_hours, zone_named
from .models import LONGEST_HOLD, Shop
from .queries import shop as current

LARGEST_LOGO = 512 * 1024  # bytes


def update_shop(actor: Actor, *, name: str, accent: str) -> Shop:
    """Name the shop and choose its colour. Raises NotAllowed, Invalid."""
    _require_admin(actor)
    fields = Fields()
    name = fields.line("name", name, 100)
    accent = accent.strip().lower()
    if not is_colour(accent):
        fields.add("accent", _("A colour looks like #2f6f5e."))
    fields.raise_if_any()
    with transaction():
        row = _row()
        before = {"name": row.name, "accent": row.accent}
        row.name, row.accent, row.modified_at = name, accent, clock.now()
        record(actor.id, "shop.updated", before=before, after={"name": name, "accent": accent})
    return row


def set_hours(actor: Actor, *, time_zone: str, business_hours: Hours) -> Shop:
    """Say where the shop is and when it is at work; reports count by it.

    *business_hours* are seven days, Monday first: opening and closing minute, or None.
    Raises NotAllowed; Invalid (``time_zone``, ``business_hours``, ``day_0`` to ``day_6``).
    """
    _require_admin(actor)
    fields = Fields()
    zone = zone_named(fields.line("time_zone", time_zone, 64))
    if zone is None and "time_zone" not in fields.errors:
        fields.add("time_zone", _("There is no such time zone. It looks like Europe/Berlin."))
    hours = check_hours(business_hours, fields)
    fields.raise_if_any()
    assert zone is not None  # noqa: S101
    with transaction():
        row = _row()
        before = {"time_zone": row.time_zone, "business_hours": row.business_hours}
        row.time_zone, row.business_hours, row.modified_at = zone.key, hours, clock.now()
        after = {"time_zone": zone.key, "business_hours": hours}
        record(actor.id, "shop.hours", before=before, after=after)
    return row


def set_hold(actor: Actor, seconds: int) -> Shop:
    """Let replies of staff leave *seconds* after they are sent; with 0 there is no undo.

    Raises NotAllowed, Invalid (``hold_seconds``).
    """
    _require_admin(actor)
    if not 0 <= seconds <= LONGEST_HOLD:
        raise Invalid({"hold_seconds": [_("At most %(most)s seconds.", most=LONGEST_HOLD)]})
    with transaction():
        row = _row()
        before, row.hold_seconds, row.modified_at = row.hold_seconds, seconds, clock.now()
        record(actor.id, "shop.hold", before=before, after=seconds)
    return row


def set_repeats_uncertain(actor: Actor, repeats: bool) -> Shop:
    """Say whether mails that may have been sent are sent again by themselves. NotAllowed."""
    _require_admin(actor)
    with transaction():
        row = _row()
        before, row.repeats_uncertain = row.repeats_uncertain, repeats
        row.modified_at = clock.now()
        record(actor.id, "shop.repeats_uncertain", before=before, after=repeats)
    return row


def set_logo(actor: Actor, incoming: IncomingFile) -> Shop:
    """Show this picture as the shop's logo. Raises NotAllowed, Invalid (field ``logo``)."""
    _require_admin(actor)
    if incoming.size > LARGEST_LOGO:
        raise Invalid({"logo": [_("A logo is at most 512 kB large.")]})
    stored = store().keep(incoming)
    if stored.content_type not in INLINE:
        store().delete(stored.name)
        raise Invalid({"logo": [_("A logo is a PNG, JPEG, GIF or WebP picture.")]})
    return _change_logo(actor, stored.name, stored.content_type)


def remove_logo(actor: Actor) -> Shop:
    """Show the shop's name without a picture. Raises NotAllowed."""
    _require_admin(actor)
    return _change_logo(actor, None, None)


def _change_logo(actor: Actor, name: str | None, content_type: str | None) -> Shop:
    with transaction():
        row = _row()
        old, row.logo_name, row.logo_type = row.logo_name, name, content_type
        row.modified_at = clock.now()
        record(actor.id, "shop.logo", before=old, after=name)
    if old is not None:
        store().delete(old)
    return row


def _row() -> Shop:
    row = current()
    db.session.add(row)
    return row


def _require_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed(_("Your account may not do this."))
