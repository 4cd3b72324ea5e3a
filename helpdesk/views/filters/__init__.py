"""What lists are narrowed by: one table of fields (``table.py``) for pages, addresses, the API and
saved views alike.

A filter is a name and values: ``priority: high, urgent``. The name is a field's, with an operator
after a dot where it isn't the field's first: ``waiting.older: 2d``. All of a list must hold.
"""

from .asking import Asking
from .field import FilterField, Kind, Operator, Wrong
from .narrowing import Narrowed, NarrowedPeople, Problem, narrowed, narrowed_people
from .rules import LONGEST, MOST_RULES, MOST_VALUES, Rules, clean, split
from .table import known, named
from .wording import worded

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
    "worded",
]
