"""Reports: how many came in and were solved, how long people waited, what about, by whom.

Tickets of the inbox count: spam, deleted and merged ones don't. *Opened* is when a ticket was made,
*solved* when it was last resolved or closed, and only while it still is.
"""

from .figures import Slice, Spread
from .periods import LONGEST, PRESETS, Period, Span, Step, between, preset
from .queries import Report
from .shapes import About, Age, Agents, Part, Scope, Volume, Waiting, WaitTime

__all__ = [
    "LONGEST",
    "PRESETS",
    "About",
    "Age",
    "Agents",
    "Part",
    "Period",
    "Report",
    "Scope",
    "Slice",
    "Span",
    "Spread",
    "Step",
    "Volume",
    "WaitTime",
    "Waiting",
    "between",
    "preset",
]
