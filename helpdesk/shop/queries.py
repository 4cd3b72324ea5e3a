"""Reads of the shop."""

from .. import clock
from ..database import db
from .models import DEFAULT_ACCENT, DEFAULT_NAME, Shop


def shop() -> Shop:
    """The shop; before set-up one that only has defaults."""
    return db.session.get(Shop, 1) or Shop(
        id=1, name=DEFAULT_NAME, accent=DEFAULT_ACCENT, modified_at=clock.now()
    )
