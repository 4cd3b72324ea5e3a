"""The address of the settings as a whole."""

from typing import Any

from flask import redirect, url_for
from flask_login import current_user

from ..access import staff_only
from . import settings


@settings.get("")
@staff_only
def home() -> Any:
    """To the first page that this member of staff may open."""
    first = "shop" if current_user.is_admin else "categories"
    return redirect(url_for(f"web.settings.{first}"))
