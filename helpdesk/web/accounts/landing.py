"""Where somebody goes who has just shown who they are."""

from typing import Any

from flask import flash, redirect, request, session, url_for

from ...accounts import entering
from ...accounts.models import User
from ..signing_in import begin, finish, safe_next, visitor

STEP = "step"  # in the cookie: the token of a second step


def wanted_page() -> str | None:
    """The page of this desk that ``next=`` asks for, if it does."""
    return safe_next(request.values.get("next"))


def landing(user: User) -> Any:
    """A redirect to the page that was wanted, else to the desk or one's own requests."""
    home = "web.desk.home" if user.is_staff else "web.portal.tickets"
    return redirect(wanted_page() or url_for(home))


def enter(user: User, *, by: str, welcome: str = "") -> Any:
    """Sign *user* in, who was just known *by* something, or ask for the second step."""
    token = entering.go_on(visitor(), user, by=by)
    if token:
        finish()  # whoever was signed in here before: somebody else comes now
        session[STEP] = token
        return redirect(url_for("web.accounts.second_step", next=wanted_page()))
    return entered(user, welcome)


def entered(user: User, welcome: str = "") -> Any:
    """The answer to who has a session now."""
    begin(user)
    if welcome:
        flash(welcome)
    return landing(user)
