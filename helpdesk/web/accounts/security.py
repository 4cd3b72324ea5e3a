"""One's own second step: the app, passkeys, recovery codes, and devices that are trusted."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms import StringField

from ...accounts.factors import app, ceremony, devices, managing, passkeys, totp
from ...accounts.models import User
from ...database import db
from ...errors import HelpdeskError, NotFound
from ...i18n import gettext as _
from ...i18n import lazy
from ...shop.queries import shop
from .. import proving
from ..access import before_factor, signed_in
from ..forms import Needed, PageForm, sent_back, show_errors
from ..proving import ProofForm, proof_failed, proof_page, proved
from . import accounts, qr
from .landing import landing, wanted_page


class AppForm(PageForm):
    """What the app shows."""

    code = StringField(lazy("The six digits that the app shows"), [Needed()])


@accounts.get("/account/security")
@before_factor
def security() -> Any:
    """All of it, on one page."""
    user = _me()
    return render_template(
        "accounts/security.html",
        has=managing.summary(user.id),
        must_set_up=current_user.needs_factor,
        trusted=devices.trusted(user.id),
        why_no_passkeys=ceremony.why_not(),
        next=wanted_page(),
    )


@accounts.post("/account/security/app")
@before_factor
@proved
def begin_app() -> Any:
    """A secret for a new app; the next page shows it."""
    app.begin(_me())
    return redirect(url_for(".set_up_app", next=wanted_page()))


@accounts.get("/account/security/app")
@before_factor
@proved
def set_up_app() -> Any:
    """The drawn code, and the form for the first code of the app."""
    try:
        return _app_page(AppForm(formdata=None))
    except NotFound:
        return _to_security()


@accounts.post("/account/security/app/confirm")
@before_factor
def confirm_app() -> Any:
    """Let the app count, if it has shown the right code."""
    form = AppForm()
    try:
        made = managing.confirm_app(_me(), form.code.data or "")
    except NotFound:
        return _to_security()
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(_app_page(form), error)
    flash(_("The app is set up: its codes are asked for from now on."))
    return _added(made)


@accounts.post("/account/security/app/remove")
@signed_in
@proved
def remove_app() -> Any:
    """Ask for no codes of it any more."""
    return _tell(lambda: managing.remove_app(_me()), _("The app is removed."))


@accounts.get("/account/security/passkeys/options")
@before_factor
def passkey_options() -> Any:
    """What the browser makes a passkey with."""
    user = _me()
    return passkeys.to_make(user, shop().name), 200, {"Content-Type": "application/json"}


@accounts.post("/account/security/passkeys")
@before_factor
@proved
def add_passkey() -> Any:
    """Keep what the browser has made."""
    try:
        name = request.form.get("name", "")
        made = managing.add_passkey(_me(), request.form.get("answer", ""), name)
    except HelpdeskError as error:
        flash(error.message, "warn")
        return _to_security(_anchor="passkeys")
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
@proved
def remove_passkey(passkey_id: int) -> Any:
    """Take it for theirs no more."""
    return _tell(
        lambda: managing.remove_passkey(_me(), passkey_id),
        _("The passkey is removed. You may remove it from the device, too."),
    )


@accounts.post("/account/security/codes")
@signed_in
@proved
def new_codes() -> Any:
    """New recovery codes, shown this once: the answer is the page itself."""
    if not managing.summary(current_user.id).is_on:
        return _to_security()
    return _codes_page(managing.new_codes(_me()))


@accounts.post("/account/security/devices/<int:device_id>/distrust")
@signed_in
def distrust_device(device_id: int) -> Any:
    """Ask for the second step there again."""
    devices.distrust(_me(), device_id)
    flash(_("The second step is asked for on this device again."))
    return _to_security(_anchor="trusted")


@accounts.get("/account/prove")
@before_factor
def prove() -> Any:
    """Ask who it is before a page is shown; forms ask for themselves (web/proving.py)."""
    return proof_page(ProofForm(), _proof_address())


@accounts.post("/account/prove")
@before_factor
def take_proof() -> Any:
    """Go on, if it is right."""
    try:
        proving.take_proof()
    except HelpdeskError as error:
        return proof_failed(error, _proof_address(), [])
    return landing(_me())


@accounts.get("/account/prove/passkey")
@before_factor
def passkey_to_prove() -> Any:
    """What the browser asks the passkey with."""
    return passkeys.to_sign_in(_me()), 200, {"Content-Type": "application/json"}


def _me() -> User:
    """The entity, also on a page that is only read."""
    return db.session.get_one(User, current_user.id)


def _proof_address() -> str:
    return url_for(".take_proof", next=wanted_page() or url_for(".security"))


def _to_security(**more: Any) -> Any:
    """Back to the page of all of it, from which one goes on to where one wanted to be."""
    return redirect(url_for(".security", next=wanted_page(), **more))


def _tell(deed: Any, sentence: str) -> Any:
    try:
        deed()
    except NotFound:
        raise
    except HelpdeskError as error:
        flash(error.message, "warn")
    else:
        flash(sentence)
    return _to_security()


def _added(made: list[str]) -> Any:
    return _codes_page(made) if made else _to_security()


def _codes_page(made: list[str]) -> str:
    return render_template("accounts/recovery_codes.html", codes=made, next=wanted_page())


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
        next=wanted_page(),
    )
