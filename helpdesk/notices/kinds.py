"""Why somebody gets a notice, and where they do unless they choose otherwise."""

from dataclasses import dataclass
from enum import StrEnum

from ..i18n import lazy


class Kind(StrEnum):
    """What happened, as it concerns the one who is told."""

    MENTIONED = "mentioned"  # a colleague named me
    ASSIGNED = "assigned"  # a colleague gave me a ticket
    ANSWERED = "answered"  # the customer wrote on a ticket of mine
    DISCUSSED = "discussed"  # a colleague wrote on a ticket of mine
    RETURNED = "returned"  # a reply of mine that was held could not leave
    OPENED = "opened"  # a ticket came in that nobody has yet


@dataclass(frozen=True)
class Wish:
    """Where a notice is wanted: under the bell of every page, as a note of the browser, by mail."""

    in_page: bool
    in_browser: bool
    by_mail: bool = False

    @property
    def is_any(self) -> bool:
        return self.in_page or self.in_browser or self.by_mail


DIGEST = "digest"  # no notice, but chosen like one: once a day, by mail
LABELS = {
    Kind.MENTIONED: lazy("Somebody mentions me"),
    Kind.ASSIGNED: lazy("A ticket is given to me"),
    Kind.ANSWERED: lazy("A customer writes on a ticket of mine"),
    Kind.DISCUSSED: lazy("A colleague writes on a ticket of mine"),
    Kind.RETURNED: lazy("A reply of mine could not leave"),
    Kind.OPENED: lazy("A new ticket comes in"),
}
DEFAULTS = {
    Kind.MENTIONED: Wish(True, True, True),
    Kind.ASSIGNED: Wish(True, True, True),
    Kind.ANSWERED: Wish(True, True),
    Kind.DISCUSSED: Wish(True, False),
    Kind.RETURNED: Wish(True, True),
    Kind.OPENED: Wish(False, False),
}
