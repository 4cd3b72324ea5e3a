"""A field as a page shows it: plain words, for pages that are opened all day.

To make a form of WTForms and let it write itself took a tenth of the time of a ticket's page. Forms
that are sent are still read by one, and what it says of them is shown by these.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct


class Label(Struct, frozen=True):
    """What a field is called."""

    text: str


class ShownField(Struct, frozen=True):
    """A field; *choices* are pairs of a value and its words, None: it is written in."""

    name: str
    id: str
    label: Label
    data: str = ""
    choices: Sequence[tuple[str, str]] | None = None
    errors: Sequence[Any] = ()
    seen: str = ""  # what a hidden field says that was on the screen
    now: str = ""  # what somebody else has set meanwhile, in words
    kind: str = ""  # of a custom field
    longest: int = 0  # characters of a text
