"""Reads of the shop."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from .. import clock
from ..database import db, kept
from .hours import zone_of
from .models import DEFAULT_ACCENT, DEFAULT_HOLD, DEFAULT_NAME, DEFAULT_ZONE, Shop, office_hours


def shop() -> Shop:
    """The shop; before set-up one that only has defaults."""
    return db.session.get(Shop, 1) or Shop(
        id=1,
        name=DEFAULT_NAME,
        accent=DEFAULT_ACCENT,
        time_zone=DEFAULT_ZONE,
        business_hours=office_hours(),
        hold_seconds=DEFAULT_HOLD,
        repeats_uncertain=False,
        modified_at=clock.now(),
    )


@dataclass(frozen=True)
class Look:
    """What every page shows of the shop."""

    name: str
    accent: str
    logo_name: str | None
    logo_type: str | None
    zone: ZoneInfo


@kept("shop")
def look() -> Look:
    """How the shop looks, from memory."""
    now = shop()
    return Look(now.name, now.accent, now.logo_name, now.logo_type, zone_of(now))
