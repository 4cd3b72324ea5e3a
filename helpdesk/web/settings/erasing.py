"""Erasing somebody of the staff: what stays, and who goes on with it."""

from typing import Any

from flask import redirect, request, url_for
from flask_login import current_user
from wtforms import Form, SelectField, StringField

from ...accounts import queries
from ...accounts.models import User
from ...errors import Invalid, NotFound, WrongState
from ...i18n import gettext as _
from ...i18n import lazy
from ...privacy import erasing, handing_over
from ...privacy.queries import erasure_of
from ..access import admin_only
from ..desk.choices import id_of
from ..forms import Needed, sent_back, show_errors
from ..proving import proved
from . import settings
from .pages import settings_page


class EraseUserForm(Form):
    """Who takes over, and their address, typed by hand: nobody does that by accident."""

    successor = SelectField(
        lazy("Who takes over open tickets and what they share"), validate_choice=False
    )
    typed = StringField(lazy("Type their e-mail address"), [Needed()])

    def __init__(self, of: User, formdata: Any = None) -> None:
        super().__init__(formdata)
        staff = [one for one in queries.assignees() if one.id != of.id]
        self.successor.choices = [("", _("Nobody"))]
        self.successor.choices += [(str(one.id), one.name) for one in staff]

    def successor_id(self) -> int | None:
        """Who was chosen. What is nobody's number is refused by the action."""
        chosen = self.successor.data or ""
        return (id_of(chosen) or 0) if chosen else None


@settings.get("/users/<int:user_id>/erase")
@admin_only
def ask_to_erase_user(user_id: int) -> Any:
    """What erasing them would do: there is no way back from that."""
    found = _of_staff(user_id)
    return _asked(found, EraseUserForm(found))


@settings.post("/users/<int:user_id>/erase")
@admin_only
@proved
def erase_user(user_id: int) -> Any:
    """Erase them."""
    found = _of_staff(user_id)
    form, receipt = EraseUserForm(found, request.form), url_for(".user_erasure", user_id=user_id)
    if erasure_of(user_id) is not None:  # sent twice
        return redirect(receipt)
    try:
        successor = form.successor_id()
        erasing.erase(current_user, found, form.typed.data or "", successor_id=successor)
    except (Invalid, WrongState) as error:
        if erasure_of(user_id) is not None:  # another window was faster
            return redirect(receipt)
        show_errors(form, error)
        return sent_back(_asked(_of_staff(user_id), form), error)
    return redirect(receipt)


@settings.get("/users/<int:user_id>/erasure")
@admin_only
def user_erasure(user_id: int) -> Any:
    """The receipt."""
    found = queries.get(current_user, user_id)
    receipt = erasure_of(user_id)
    if receipt is None:
        raise NotFound(_("This person was not erased."))
    return settings_page("settings/erasure.html", "users", user=found, receipt=receipt)


def _of_staff(user_id: int) -> User:
    found = queries.get(current_user, user_id)
    if not found.is_staff:
        raise NotFound(_("There is nobody of the staff with this number."))
    return found


def _asked(found: User, form: EraseUserForm) -> Any:
    if erasure_of(found.id) is not None:
        return redirect(url_for(".user_erasure", user_id=found.id))
    left = handing_over.belongings(found)
    return settings_page("settings/erase_user.html", "users", user=found, form=form, left=left)
