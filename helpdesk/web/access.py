"""Who may open a page. Every view says so with one of these, or the desk does not start."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, redirect, request, url_for
from flask_login import current_user

from ..errors import NotAllowed, NotFound, NotSignedIn
from ..i18n import gettext as _
from ..mail.sending import passes
from . import guests

View = Callable[..., Any]


class ConfirmationNeeded(NotAllowed):
    """Somebody else may have their address, and nothing is open before that is clear."""


class FactorNeeded(NotAllowed):
    """The shop wants a second factor of them, and nothing else is open before."""


def anyone(view: View) -> View:
    """A page for everybody, signed in or not."""
    return _ruled(view, "anyone")


def unlimited(view: View) -> View:
    """A page for everybody, as often as they like: it costs nearly nothing."""
    view.unlimited = True  # type: ignore[attr-defined]
    return anyone(view)


def signed_in(view: View) -> View:
    """A page for everybody with an account."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_sign_in()
        return view(*args, **kwargs)

    return _ruled(guarded, "signed_in")


def before_factor(view: View) -> View:
    """The same, also for who must set up a second factor before anything else."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_confirmed()
        return view(*args, **kwargs)

    return _ruled(guarded, "signed_in")


def before_confirming(view: View) -> View:
    """The same, even for whose address isn't confirmed though it should be."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_account()
        return view(*args, **kwargs)

    return _ruled(guarded, "signed_in")


def customers_only(view: View) -> View:
    """A page of the portal: staff, who have the desk for this, are taken there."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_sign_in()
        return _to_the_desk() if current_user.is_staff else view(*args, **kwargs)

    return _ruled(guarded, "customers_only")


def customers_or_guests(view: View) -> View:
    """A page about the request *id*, also for who has the link of a mail that opens this one.

    The view's first argument is its reader: a guest is no ``current_user``, so that whatever asks
    for that one is closed to them.
    """

    @wraps(view)
    def guarded(id: int, **kwargs: Any) -> Any:
        try:
            guest = guests.guest_at(id)
        except NotFound:
            return guests.ended()
        if guest is None:
            _require_sign_in()
            if current_user.is_staff:
                return _to_the_desk()
            return view(guests.Reader(current_user), id=id, **kwargs)
        if request.method == "POST":
            passes.count(guest)
        return view(guests.Reader(guest.user, guest), id=id, **kwargs)

    return _ruled(guarded, "customers_or_guests")


def staff_only(view: View) -> View:
    """A page of the desk."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_sign_in()
        if not current_user.is_staff:
            raise NotAllowed(_("This page is for the shop's staff."))
        return view(*args, **kwargs)

    return _ruled(guarded, "staff_only")


def admin_only(view: View) -> View:
    """A page that changes the desk itself."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_sign_in()
        if not current_user.is_admin:
            raise NotAllowed(_("This page is for admins."))
        return view(*args, **kwargs)

    return _ruled(guarded, "admin_only")


def require_rules(app: Flask) -> None:
    """Refuse to start with a page that nobody said who may open it."""
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("web.") and not hasattr(view, "access"):
            raise RuntimeError(f"The view {endpoint} has no rule of web/access.py.")


def _ruled(view: View, access: str) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def _to_the_desk() -> Any:
    """Where staff find what customers have their pages for."""
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed(_("This page is for customers; please use the desk."))
    return redirect(url_for("web.desk.home"))


def _require_sign_in() -> None:
    _require_confirmed()
    if current_user.needs_factor:
        raise FactorNeeded(
            _("The shop wants a second step of you: an app or a passkey. Nothing was done yet.")
        )


def _require_confirmed() -> None:
    _require_account()
    if current_user.must_confirm:
        raise ConfirmationNeeded(_("Please confirm your e-mail address first."))


def _require_account() -> None:
    if not current_user.is_authenticated:
        raise NotSignedIn(_("Please sign in first."))
