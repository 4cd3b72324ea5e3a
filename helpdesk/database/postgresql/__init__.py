"""PostgreSQL, for desks that outgrow one machine: what is particular to it.

Imported only where ``DATABASE_URL`` names one: a desk on SQLite pays nothing for it.
"""

from .dialect import engine_options, prepare
from .link import Link
from .locks import Lock, hold, take
from .readers import lender_of
from .turns import Turn
from .writers import Writers

__all__ = [
    "Link",
    "Lock",
    "Turn",
    "Writers",
    "engine_options",
    "hold",
    "lender_of",
    "prepare",
    "take",
]
