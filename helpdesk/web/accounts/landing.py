"""Where somebody goes who has just shown who they are."""

from typing import Any

from flask import redirect, request, url_for

from ...accounts.models import User
from ..signing_in import safe_next


def wanted_page() -> str | None:
    """The page of this desk that ``next=`` asks for, if it does."""
    return safe_next(request.values.get("next"))


def landing(user: User) -> Any:
    """A redirect to the page that was wanted, else to the desk or one's own requests."""
    home = "web.desk.home" if user.is_staff else "web.portal.tickets"
    return redirect(wanted_page() or url_for(home))
