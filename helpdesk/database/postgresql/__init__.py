"""PostgreSQL, for desks that outgrow one machine: what is particular to it.

Imported only where ``DATABASE_URL`` names one: a desk on SQLite pays nothing for it.
"""

from .dialect import engine_options, prepare
from .locks import Lock, hold
from .readers import Reader
from .writers import Writers

__all__ = ["Lock", "Reader", "Writers", "engine_options", "hold", "prepare"]
