"""Tickets for what somebody is typing: a few, at once."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_login import current_user

from ...tickets import queries
from ...tickets.queries import Page, Sort
from ...views.filters import LONGEST, narrowed
from .views_here import asking


def typed_tickets(text: str, most: int) -> Sequence[sa.Row[Any]]:
    """By words and filters, the newest; without any, those where something happened last."""
    found = narrowed(asking(), {}, text[:LONGEST])
    page = Page(limit=most, sort=Sort.NEWEST if found.words else Sort.ACTIVITY)
    return queries.listing(current_user, found.filters, page).rows
