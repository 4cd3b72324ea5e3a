"""One's own second step: the app, passkeys, recovery codes, and devices that are trusted."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms import PasswordField, StringField

from ...accounts import entering, sessions
from ...accounts.factors import app, ceremony, devices, managing, passkeys, rules, totp
from ...accounts.models import User
from ...database import db
from ...errors import HelpdeskError, NotFound, NotSignedIn
from ...i18n import gettext as _
from ...i18n import lazy
from ...shop.queries import shop
from ..access import before_factor, signed_in
from ..forms import Needed, PageForm, sent_back, show_errors
from ..signing_in import visitor
from . import accounts, qr
from .landing import landing, wanted_page


class AppForm(PageForm):
    """What the app shows."""

    code = StringField(lazy("The six digits that the app shows"), [Needed()])


class ProofForm(PageForm):
    """That it is still them."""

    password = PasswordField(lazy("Your password"), [Needed()])


@accounts.get("/account/security")
@before_factor
def security() -> Any:
    """All of it, on one page."""
    user = _me()
    return render_template(
        "accounts/security.html",
        has=managing.summary(user.id),
        is_required=rules.is_required(user.role),
        must_set_up=current_user.needs_factor,
        trusted=devices.trusted(user.id),
        why_no_passkeys=ceremony.why_not(),
    )


@accounts.post("/account/security/app")
@before_factor
def begin_app() -> Any:
    """A secret for a new app; the next page shows it."""
    if not current_user.was_proved:
        return _prove()
    app.begin(_me())
    return redirect(url_for(".set_up_app"))


@accounts.get("/account/security/app")
@before_factor
def set_up_app() -> Any:
    """The drawn code, and the form for the first code of the app."""
    if not current_user.was_proved:
        return _prove()
    try:
        return _app_page(AppForm(formdata=None))
    except NotFound:
        return redirect(url_for(".security"))


@accounts.post("/account/security/app/confirm")
@before_factor
def confirm_app() -> Any:
    """Let the app count, if it has shown the right code."""
    form = AppForm()
    try:
        made = managing.confirm_app(_me(), form.code.data or "")
    except NotFound:
        return redirect(url_for(".security"))
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(_app_page(form), error)
    flash(_("The app is set up: its codes are asked for from now on."))
    return _added(made)


@accounts.post("/account/security/app/remove")
@signed_in
def remove_app() -> Any:
    """Ask for no codes of it any more."""
    if not current_user.was_proved:
        return _prove()
    return _tell(lambda: managing.remove_app(_me()), _("The app is removed."))


@accounts.get("/account/security/passkeys/options")
@before_factor
def passkey_options() -> Any:
    """What the browser makes a passkey with."""
    user = _me()
    return passkeys.to_make(user, shop().name), 200, {"Content-Type": "application/json"}


@accounts.post("/account/security/passkeys")
@before_factor
def add_passkey() -> Any:
    """Keep what the browser has made."""
    if not current_user.was_proved:
        return _prove()
    try:
        name = request.form.get("name", "")
        made = managing.add_passkey(_me(), request.form.get("answer", ""), name)
    except HelpdeskError as error:
        flash(error.message, "warn")
        return redirect(url_for(".security", _anchor="passkeys"))
    flash(_("The passkey is kept: you can sign in with it from now on."))
    return _added(made)


@accounts.post("/account/security/passkeys/<int:passkey_id>")
@signed_in
def rename_passkey(passkey_id: int) -> Any:
    """Call it something else."""
    name = request.form.get("name", "")
    return _tell(lambda: managing.rename_passkey(_me(), passkey_id, name), _("Saved."))


@accounts.post("/account/security/passkeys/<int:passkey_id>/remove")
@signed_in
def remove_passkey(passkey_id: int) -> Any:
    """Take it for theirs no more."""
    if not current_user.was_proved:
        return _prove()
    return _tell(
        lambda: managing.remove_passkey(_me(), passkey_id),
        _("The passkey is removed. You may remove it from the device, too."),
    )


@accounts.post("/account/security/codes")
@signed_in
def new_codes() -> Any:
    """New recovery codes, shown this once: the answer is the page itself."""
    if not current_user.was_proved:
        return _prove()
    if not managing.summary(current_user.id).is_on:
        return redirect(url_for(".security"))
    return _codes_page(managing.new_codes(_me()))


@accounts.post("/account/security/devices/<int:device_id>/distrust")
@signed_in
def distrust_device(device_id: int) -> Any:
    """Ask for the second step there again."""
    devices.distrust(_me(), device_id)
    flash(_("The second step is asked for on this device again."))
    return redirect(url_for(".security", _anchor="trusted"))


@accounts.get("/account/prove")
@before_factor
def prove() -> Any:
    """Ask for the password once more, before something that a thief of a session would do."""
    return render_template("accounts/prove.html", form=ProofForm(formdata=None), next=_back())


@accounts.post("/account/prove")
@before_factor
def take_proof() -> Any:
    """Go on, if it is right."""
    form, user = ProofForm(), _me()
    try:
        entering.authenticate(visitor(), user.email, form.password.data or "")
    except NotSignedIn:
        form.password.errors = [_("This is not your password.")]
        return sent_back(render_template("accounts/prove.html", form=form, next=_back()))
    except HelpdeskError as error:
        show_errors(form, error)
        page = render_template("accounts/prove.html", form=form, next=_back())
        return sent_back(page, error)
    sessions.note_proof(user)
    return landing(user)


def _me() -> User:
    """The entity, also on a page that is only read."""
    return db.session.get_one(User, current_user.id)


def _back() -> str:
    return wanted_page() or url_for(".security")


def _prove() -> Any:
    back = url_for(".security") if request.method == "POST" else request.path
    return redirect(url_for(".prove", next=back))


def _tell(deed: Any, sentence: str) -> Any:
    try:
        deed()
    except NotFound:
        raise
    except HelpdeskError as error:
        flash(error.message, "warn")
    else:
        flash(sentence)
    return redirect(url_for(".security"))


def _added(made: list[str]) -> Any:
    return _codes_page(made) if made else redirect(url_for(".security"))


def _codes_page(made: list[str]) -> str:
    return render_template("accounts/recovery_codes.html", codes=made)


def _app_page(form: AppForm) -> str:
    secret = app.secret_to_confirm(current_user.id)
    address = totp.address_of(secret, issuer=shop().name, account=current_user.email)
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return render_template(
        "accounts/authenticator_app.html",
        form=form,
        drawn=qr.drawn(address),
        secret=" ".join(groups),
        address=address,
    )
