"""The second step of a sign-in, and signing in with nothing but a passkey."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from wtforms import BooleanField, HiddenField, StringField

from ...accounts import entering
from ...accounts.factors import ceremony, managing, passkeys, steps
from ...errors import HelpdeskError, NotSignedIn
from ...i18n import lazy
from ..access import anyone
from ..forms import PageForm, sent_back, show_errors
from ..signing_in import visitor
from . import accounts
from .landing import STEP, entered, landing, wanted_page


class SecondStepForm(PageForm):
    """A code, or what a passkey has answered."""

    code = StringField(lazy("Code"))
    answer = HiddenField()
    trust = BooleanField(lazy("Don't ask again on this device for 30 days"))


@accounts.get("/sign-in/second-step")
@anyone
def second_step() -> Any:
    """The form; to the beginning where there is no first step."""
    if current_user.is_authenticated:
        return landing(current_user)
    try:
        return _page(SecondStepForm(formdata=None))
    except NotSignedIn as error:
        return _to_the_beginning(error)


@accounts.post("/sign-in/second-step")
@anyone
def take_second_step() -> Any:
    """Sign in, if it is right."""
    form = SecondStepForm()
    try:
        user = entering.finish(
            visitor(),
            session.get(STEP, ""),
            code=form.code.data or "",
            answer=form.answer.data or "",
            trust=bool(form.trust.data),
        )
    except NotSignedIn as error:
        return _to_the_beginning(error)
    except HelpdeskError as error:
        show_errors(form, error)
        form.answer.data = ""
        try:
            return sent_back(_page(form), error)
        except NotSignedIn as over:
            return _to_the_beginning(over)
    return entered(user)


@accounts.get("/sign-in/start-over")
@anyone
def start_over() -> Any:
    """As somebody else, or with another password."""
    session.pop(STEP, None)
    return redirect(url_for(".sign_in"))


@accounts.get("/sign-in/second-step/passkey")
@anyone
def passkey_for_second_step() -> Any:
    """What the browser asks the passkey with."""
    step, user = steps.find(session.get(STEP, ""))
    return _json(passkeys.to_sign_in(user, step.id))


@accounts.get("/sign-in/passkey")
@anyone
def passkey_to_sign_in() -> Any:
    """The same for everybody, whoever has an account here."""
    return _json(passkeys.to_sign_in())


@accounts.post("/sign-in/passkey")
@anyone
def sign_in_by_passkey() -> Any:
    """Sign in with nothing else."""
    try:
        user = entering.sign_in_by_passkey(visitor(), request.form.get("answer", ""))
    except HelpdeskError as error:
        flash(error.message, "warn")
        return redirect(url_for(".sign_in", next=wanted_page()))
    return entered(user)


def _page(form: SecondStepForm) -> str:
    _step, user = steps.find(session.get(STEP, ""))
    has = managing.summary(user.id)
    return render_template(
        "accounts/second_step.html",
        form=form,
        next=wanted_page(),
        has=has,
        why_no_passkeys=ceremony.why_not() if has.passkeys else "",
    )


def _to_the_beginning(error: HelpdeskError) -> Any:
    session.pop(STEP, None)
    flash(error.message, "warn")
    return redirect(url_for(".sign_in", next=wanted_page()))


def _json(text: str) -> Response:
    return Response(text, content_type="application/json")
