"""Two accounts of one person: found, looked at side by side, made one, and taken apart."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from markupsafe import Markup
from wtforms import BooleanField, Form

from ...accounts.models import User
from ...errors import Conflict, HelpdeskError, Invalid, NotFound, WrongState
from ...i18n import gettext as _
from ...i18n import lazy, ngettext
from ...people import actions, queries
from ...people.actions.merging import check
from ...tickets.models import ref_of
from .. import custom
from ..access import staff_only
from ..forms import Needed, sent_back, show_errors
from . import desk
from .choices import id_of
from .customers import SearchForm
from .pages import page
from .undoing import flash_done

MOST_FOUND = 20  # people who may be the same
MOST_TOLD = 20  # tickets that stayed


class SureForm(Form):
    """Whether somebody has looked twice."""

    sure = BooleanField(lazy("I have checked that both accounts are one person"), [Needed()])


@desk.get("/customers/<int:customer_id>/merge")
@staff_only
def merging_customer(customer_id: int) -> Any:
    """Look for the other account (``?q=``); with ``?other=``, what merging the two would do."""
    kept = queries.person(current_user, customer_id)
    other_id = id_of(request.args.get("other", ""))
    if other_id is not None:
        return _shown(kept, _other(other_id), SureForm())
    keyword = request.args.get("q", "").strip()[:200]
    found = queries.people(
        current_user, keyword=keyword, role=kept.role, limit=MOST_FOUND + 1
    ).people
    return page(
        "desk/customers/merge_whom.html",
        person=kept,
        form=SearchForm(data={"q": keyword}),
        keyword=keyword,
        people=[one for one in found if one.id != kept.id][:MOST_FOUND] if keyword else [],
    )


@desk.post("/customers/<int:customer_id>/merge")
@staff_only
def merge_customer(customer_id: int) -> Any:
    """Make the two one."""
    kept = queries.person(current_user, customer_id)
    other, form = _other(id_of(request.form.get("other", "")) or 0), SureForm(request.form)
    name = other.name
    try:
        if not form.sure.data:
            raise Invalid({"sure": [_("Please say that you are sure: look at both once more.")]})
        event = actions.merge(current_user, kept, other)
    except (Invalid, WrongState) as error:
        show_errors(form, error)
        kept, other = queries.person(current_user, customer_id), _other(other.id)
        return sent_back(_shown(kept, other, form), error)
    flash_done(_("%(name)s is merged into this customer.", name=name), [event])
    return redirect(url_for(".customer", customer_id=customer_id))


@desk.post("/customers/<int:customer_id>/unmerge")
@staff_only
def unmerge_customer(customer_id: int) -> Any:
    """Take *customer_id* out of whom it was merged into."""
    other = queries.person(current_user, customer_id)
    kept_id = other.merged_into_id
    try:
        event = actions.unmerge(current_user, other)
    except (Conflict, WrongState) as error:
        flash(error.message, "warn")
    else:
        stayed = event.after["stayed"]
        flash_done(_("%(name)s is an account of its own again.", name=other.name), [event])
        if stayed:
            flash(_about(stayed, queries.person(current_user, kept_id or customer_id)), "warn")
    return redirect(url_for(".customer", customer_id=kept_id or customer_id))


def _about(stayed: Sequence[int], kept: User) -> Markup:
    """Which tickets stayed, each with a way to it."""
    link = Markup('<a href="{}">{}</a>')
    refs = [
        link.format(url_for(".ticket", ticket_id=id_), ref_of(id_)) for id_ in stayed[:MOST_TOLD]
    ]
    sentence = ngettext(
        "%(num)s ticket stays with %(name)s, because of what was written or merged in since:",
        "%(num)s tickets stay with %(name)s, because of what was written or merged in since:",
        len(stayed),
        name=kept.name,
    )
    more = [Markup("…")] if len(stayed) > MOST_TOLD else []
    return Markup.escape(sentence) + " " + Markup(", ").join([*refs, *more])


def _other(user_id: int) -> User:
    try:
        return queries.person(current_user, user_id)
    except NotFound:
        raise Invalid({"other": [_("There is no such customer.")]}) from None


def _shown(kept: User, other: User, form: SureForm) -> str:
    trouble: HelpdeskError | None = None
    try:
        check(kept, other)
    except (Invalid, WrongState) as error:
        trouble = error
    return page(
        "desk/customers/merge.html",
        person=kept,
        other=other,
        form=form,
        preview=queries.preview(current_user, kept, other),
        counts=queries.ticket_counts(current_user, [kept.id, other.id]),
        in_words=custom.in_words,
        trouble="" if trouble is None else trouble.message,
    )
