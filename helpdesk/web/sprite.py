"""The icons, in two files: those that first pages have, and all others.

``static/icons.svg`` is as ``vendor/make_sprite.py`` made it; a page that is light can't bring all.
"""

import re
from functools import cache

from ..paths import STATIC

FIRST, MORE = "icons.svg", "icons-more.svg"
# Those of the desk's lists and tickets, of the portal, and of what scripts say on them.
_NAMES = (
    "archive arrow-left ban bell bold bookmark chart-column check chevron-down chevron-left "
    "chevron-right circle-alert circle-check clock code copy download ellipsis eye file flag "
    "folder funnel image inbox info italic keyboard link list list-checks list-ordered lock "
    "log-out mail menu merge message-square paperclip pencil plus search send settings "
    "sliders-horizontal split star sticky-note store terminal text-quote trash-2 undo-2 user "
    "users x zap"
)
_ON_FIRST_PAGES = frozenset(_NAMES.split())
_SYMBOL = re.compile(r'<symbol id="([^"]+)".*?</symbol>\n?', re.DOTALL)


def file_of(icon: str) -> str:
    """The file that *icon* is in."""
    return FIRST if icon in _ON_FIRST_PAGES else MORE


@cache
def content(file: str) -> bytes:
    """One of the two files."""
    whole = (STATIC / FIRST).read_text(encoding="utf-8")
    return _SYMBOL.sub(lambda one: one[0] if file_of(one[1]) == file else "", whole).encode()
