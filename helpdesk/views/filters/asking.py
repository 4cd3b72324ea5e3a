"""Who asks for a list, when and where: what "me", "today" and "two days ago" mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from ... import clock
from ...accounts import queries as accounts
from ...accounts.models import Actor
from ...fields import queries as fields
from ...fields.models import About, CustomField
from ...shop.hours import zone_of
from ...shop.queries import shop
from ...tickets import queries as tickets
from ...tickets.queries import CategoryFacts


@dataclass
class Asking:
    """What filters mean for *actor* now; what it takes to know is read once, if at all."""

    actor: Actor
    now: datetime = field(default_factory=clock.now)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The shop's: a day in a filter is one of its days."""
        return zone_of(shop())

    @cached_property
    def custom(self) -> Mapping[About, Mapping[str, CustomField]]:
        """The shop's own fields by key, those that are switched off, too."""
        return {
            about: {one.key: one for one in fields.fields(self.actor, about, active=None)}
            for about in About
        }

    @cached_property
    def staff(self) -> Sequence[accounts.Colleague]:
        """Whom a ticket may be given to, by name."""
        return accounts.assignees()

    @cached_property
    def categories(self) -> Sequence[CategoryFacts]:
        """Those that a ticket may have, or had."""
        return tickets.categories(active=None)
