"""The settings as a whole: what there is to set, in groups."""

from typing import Any

from ..access import staff_only
from . import settings
from .pages import settings_home


@settings.get("")
@staff_only
def home() -> Any:
    """Each page that this member of staff may open, with what it is for."""
    return settings_home()
