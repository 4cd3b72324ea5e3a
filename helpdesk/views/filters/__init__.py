"""What lists are narrowed by: one table of fields (``table.py``) for pages, addresses, the API and
saved views alike.

A filter is a name and values: ``priority: high, urgent``. The name is a field's, with an operator
after a dot where it isn't the field's first: ``waiting.older: 2d``. All of a list must hold.
"""

from .asking import Asking
from .field import FilterField, Kind, Operator, Wrong
from .narrowing import (
    LONGEST,
    MOST_RULES,
    MOST_VALUES,
    Narrowed,
    NarrowedPeople,
    Problem,
    Rules,
    clean,
    narrowed,
    narrowed_people,
    split,
)
from .table import known, named

__all__ = [
    "LONGEST",
    "MOST_RULES",
    "MOST_VALUES",
    "Asking",
    "FilterField",
    "Kind",
    "Narrowed",
    "NarrowedPeople",
    "Operator",
    "Problem",
    "Rules",
    "Wrong",
    "clean",
    "known",
    "named",
    "narrowed",
    "narrowed_people",
    "split",
]
