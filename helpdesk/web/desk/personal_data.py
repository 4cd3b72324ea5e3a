"""What a customer may ask for by law: a copy of their data, and to be erased. For admins."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from wtforms import BooleanField, Form, StringField

from ...accounts.models import User
from ...errors import Invalid, NotFound, WrongState
from ...i18n import gettext as _
from ...i18n import lazy
from ...people import queries
from ...privacy import archives, erasing
from ...privacy.queries import erasure_of
from ..access import admin_only
from ..copies import send_copy
from ..forms import Needed, sent_back, show_errors
from ..proving import proved
from . import desk
from .pages import page


class CopyForm(Form):
    """What goes into a copy."""

    with_notes = BooleanField(lazy("With internal notes"))


class EraseForm(Form):
    """Their address, typed by hand: nobody does that by accident."""

    typed = StringField(lazy("Type their e-mail address"), [Needed()])


@desk.post("/customers/<int:customer_id>/copy")
@admin_only
@proved
def copy_customer(customer_id: int) -> Any:
    """Have a copy made of what there is of them."""
    found, form = queries.person(current_user, customer_id), CopyForm(request.form)
    try:
        archives.ask_for_copy(current_user, found, with_notes=bool(form.with_notes.data))
        flash(_("Their data is being collected: that takes a moment."), "good")
    except WrongState as error:
        flash(error.message, "warn")
    return redirect(url_for(".customer", customer_id=customer_id, _anchor="personal-data"))


@desk.get("/customers/<int:customer_id>/copy/<int:archive_id>")
@admin_only
@proved
def customer_copy(customer_id: int, archive_id: int) -> Any:
    """The copy as a file."""
    return send_copy(current_user, queries.person(current_user, customer_id), archive_id)


@desk.get("/customers/<int:customer_id>/erase")
@admin_only
def ask_to_erase(customer_id: int) -> Any:
    """What erasing them would do: there is no way back from that."""
    return _asked(queries.person(current_user, customer_id), EraseForm())


@desk.post("/customers/<int:customer_id>/erase")
@admin_only
@proved
def erase_customer(customer_id: int) -> Any:
    """Erase them."""
    found, form = queries.person(current_user, customer_id), EraseForm(request.form)
    if erasure_of(found.id) is not None:  # sent twice
        return redirect(url_for(".erasure", customer_id=customer_id))
    try:
        erasing.erase(current_user, found, form.typed.data or "")
    except (Invalid, WrongState) as error:
        if erasure_of(found.id) is not None:  # another window was faster
            return redirect(url_for(".erasure", customer_id=customer_id))
        show_errors(form, error)
        return sent_back(_asked(queries.person(current_user, customer_id), form), error)
    return redirect(url_for(".erasure", customer_id=customer_id))


@desk.get("/customers/<int:customer_id>/erasure")
@admin_only
def erasure(customer_id: int) -> Any:
    """The receipt."""
    found = queries.person(current_user, customer_id)
    receipt = erasure_of(found.id)
    if receipt is None:
        raise NotFound(_("This person was not erased."))
    return page("desk/customers/erasure.html", person=found, receipt=receipt)


def _asked(found: User, form: EraseForm) -> Any:
    if erasure_of(found.id) is not None:
        return redirect(url_for(".erasure", customer_id=found.id))
    counted = queries.ticket_counts(current_user, [found.id]).get(found.id)
    return page(
        "desk/customers/erase.html",
        person=found,
        form=form,
        tickets=0 if counted is None else counted.all,
        merged=queries.merged_into(found),
    )
