"""The first page."""

from typing import Any

from flask import render_template
from flask_login import current_user

from ...tickets import queries
from ..access import anyone
from . import portal

LATEST = 3


@portal.get("/")
@anyone
def home() -> Any:
    """How can we help? For a customer with what happened last in their requests."""
    latest: Any = ()
    if current_user.is_authenticated and not current_user.is_staff:
        page = queries.Page(limit=LATEST, sort=queries.Sort.ACTIVITY)
        latest = queries.listing(current_user, queries.Filters(), page).rows
    return render_template("portal/home.html", latest=latest)
