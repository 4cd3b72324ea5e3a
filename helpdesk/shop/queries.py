"""Reads of the shop."""

from .. import clock
from ..database import db
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
