"""Tickets for what somebody is typing: a few, at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask_login import current_user

from ...search.queries import among_latest, tells_enough
from ...tickets import queries
from ...tickets.queries import Page, Sort
from ...views.filters import LONGEST, narrowed
from .views_here import asking


def typed_tickets(text: str, most: int) -> Sequence[sa.Row[Any]]:
    """By words and filters; without any, those where something happened last."""
    found = narrowed(asking(), {}, text[:LONGEST])
    if found.words:
        if not tells_enough(found.words):
            return []
        found = replace(found, conditions=[among_latest(), *found.conditions])
    page = Page(limit=most, sort=Sort.ACTIVITY)
    return queries.listing(current_user, found.filters, page).rows
