"""One user: who they are, what they may, whether they may at all."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from ...accounts import actions, confirming, queries
from ...accounts.factors import managing
from ...accounts.models import EmailState, User
from ...database import transaction
from ...errors import HelpdeskError, Invalid, WrongState
from ...i18n import gettext as _
from ...mail.mailboxes.queries import sending_is_set_up
from ...privacy.queries import erasure_of
from ..access import admin_only
from ..forms import sent_back, show_errors
from ..proving import proved, require_proof
from . import settings
from .links import open_links
from .pages import settings_page
from .users import ROLE_WORDS, UserForm


@settings.get("/users/<int:user_id>")
@admin_only
def user(user_id: int) -> Any:
    """The form, and the links that wait to be handed on."""
    found = queries.get(current_user, user_id)
    return _shown(found, _form_of(found))


@settings.post("/users/<int:user_id>")
@admin_only
def change_user(user_id: int) -> Any:
    """Keep name, address and role, all or none."""
    found, form = queries.get(current_user, user_id), UserForm(request.form)
    email = queries.normal_email(form.email.data or "")
    if email != found.email or form.role.data != found.role.value:
        require_proof()
    try:
        with transaction():
            actions.change_profile(
                current_user,
                found,
                name=form.name.data or "",
                email=form.email.data or "",
                language=found.language,
            )
            actions.change_role(current_user, found, form.wanted_role())
    except (Invalid, WrongState) as error:
        show_errors(form, error)
        return sent_back(_shown(queries.get(current_user, user_id), form), error)
    flash(_("Saved."), "good")
    return redirect(url_for(".user", user_id=user_id))


@settings.post("/users/<int:user_id>/disable")
@admin_only
def disable_user(user_id: int) -> Any:
    """Shut somebody out, at once and everywhere."""
    found = queries.get(current_user, user_id)
    try:
        actions.disable_user(current_user, found)
    except WrongState as error:
        return _refused(user_id, error)
    flash(_("%(name)s can't sign in any more.", name=found.name), "good")
    return redirect(url_for(".user", user_id=user_id))


@settings.post("/users/<int:user_id>/enable")
@admin_only
@proved
def enable_user(user_id: int) -> Any:
    """Let somebody in again."""
    found = queries.get(current_user, user_id)
    try:
        actions.enable_user(current_user, found)
    except WrongState as error:
        return _refused(user_id, error)
    flash(_("%(name)s can sign in again.", name=found.name), "good")
    return redirect(url_for(".user", user_id=user_id))


@settings.post("/users/<int:user_id>/link")
@admin_only
@proved
def new_link(user_id: int) -> Any:
    """A new link with which somebody sets a password; earlier ones stop working."""
    found = queries.get(current_user, user_id)
    try:
        actions.invite(current_user, found)
    except WrongState as error:
        return _refused(user_id, error)
    if sending_is_set_up():
        flash(_("A mail with a link is on its way to %(email)s.", email=found.email), "good")
    else:
        flash(_("Hand on the link on this page: it works once."), "good")
    return redirect(url_for(".user", user_id=user_id))


@settings.post("/users/<int:user_id>/reset-factors")
@admin_only
@proved
def reset_factors(user_id: int) -> Any:
    """Take the second step from somebody who has lost it."""
    found = queries.get(current_user, user_id)
    managing.reset(current_user, found)
    flash(_("%(name)s signs in with the password alone again.", name=found.name), "good")
    return redirect(url_for(".user", user_id=user_id))


@settings.post("/users/<int:user_id>/confirm-email")
@admin_only
@proved
def confirm_user_email(user_id: int) -> Any:
    """Confirm an address by hand, where no mail can do it."""
    found = queries.get(current_user, user_id)
    try:
        confirming.by_hand(current_user, found)
    except (Invalid, WrongState) as error:
        return _refused(user_id, error)
    flash(_("%(email)s is confirmed.", email=found.email), "good")
    return redirect(url_for(".user", user_id=user_id))


def _form_of(found: User) -> UserForm:
    return UserForm(data={"name": found.name, "email": found.email, "role": found.role.value})


def _refused(user_id: int, error: HelpdeskError) -> Any:
    found = queries.get(current_user, user_id)
    form = _form_of(found)
    show_errors(form, error)
    return sent_back(_shown(found, form), error)


def _shown(found: User, form: UserForm) -> str:
    return settings_page(
        "settings/user.html",
        "users",
        form=form,
        user=found,
        role=ROLE_WORDS[found.role],
        links=open_links(found),
        is_receipt_here=found.is_erased and erasure_of(found.id) is not None,
        may_see_links=current_user.was_proved,
        factors=managing.summary(found.id),
        is_confirmed=found.email_state is EmailState.CONFIRMED,
        wanted_address=confirming.wanted_address(found.id),
    )
