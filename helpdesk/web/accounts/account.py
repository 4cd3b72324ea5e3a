"""One's own account: a page of sections, each with a form of its own."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms import EmailField, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import Optional

from ...accounts import actions, confirming, queries, sessions, tokens
from ...accounts.factors import managing
from ...accounts.models import EmailState
from ...errors import HelpdeskError
from ...fields import queries as fields
from ...fields.models import About
from ...i18n import gettext as _
from ...i18n import languages, lazy
from ...mail.mailboxes.queries import sending_is_set_up
from ...people import actions as people
from ...privacy import archives
from .. import custom
from ..access import customers_only, signed_in
from ..forms import Needed, PageForm, sent_back, show_errors
from ..proving import require_proof
from ..signing_in import begin, choose_language, visitor
from . import accounts

# What a language calls itself, so that its readers find it.
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch"}


class ProfileForm(PageForm):
    """What somebody is called, written to, and spoken to in."""

    name = StringField(lazy("Your name"), [Needed()])
    email = EmailField(lazy("E-mail address"), [Needed()])
    language = SelectField(lazy("Language"), [Needed()], validate_choice=False)


class DetailsForm(PageForm):
    """What the shop wants to know of its customers."""

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        self._custom = fields.fields(current_user, About.CUSTOMER) if _is_customer() else []
        now = fields.values(About.CUSTOMER, [current_user.id])[current_user.id]
        self.custom = custom.add_to(
            self, self._custom, formdata=formdata, now=now, asks=current_user
        )

    def given(self) -> dict[str, Any]:
        """What was filled in, by key."""
        return custom.given(self, self._custom)


def _is_customer() -> bool:
    return not current_user.is_staff


class PasswordForm(PageForm):
    """A new password, and the old one to show that it is really them."""

    current = PasswordField(lazy("Your password now"), [Needed()])
    password = PasswordField(lazy("New password"), [Needed()])


class WholeNumberField(IntegerField):
    """A number, and if it is none a sentence of our own about that."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("A whole number is needed here.")) from None


class TokenForm(PageForm):
    """A token to be made."""

    name = StringField(lazy("What it is for"), [Needed()], id="token-name")
    days = WholeNumberField(lazy("Days until it ends"), [Optional()])


@accounts.get("/account")
@signed_in
def account() -> Any:
    """The whole page."""
    return account_page()


@accounts.post("/account")
@signed_in
def change_profile() -> Any:
    """Change name, address and language."""
    form = ProfileForm()
    email = queries.normal_email(form.email.data or "")
    if email != current_user.email:
        require_proof()
    try:
        actions.change_profile(
            current_user,
            current_user,
            name=form.name.data or "",
            email=form.email.data or "",
            language=form.language.data or "",
        )
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(account_page(profile=form), error)
    choose_language()  # the answer is in the new one already
    flash(_told(email))
    return redirect(url_for(".account"))


def _told(email: str) -> str:
    """What has become of the address *email*."""
    if email == current_user.email:
        return _("Your profile is saved.")
    if sending_is_set_up():
        return _("We have sent a link to %(email)s: open it to confirm the address.", email=email)
    return _("An admin of the shop has to confirm your new address.")


@accounts.post("/account/details")
@customers_only
def change_details() -> Any:
    """Keep what the shop wants to know of them."""
    form = DetailsForm(request.form)
    try:
        people.change_own_fields(current_user._get_current_object(), form.given())
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(account_page(details=form), error)
    flash(_("Your details are saved."))
    return redirect(url_for(".account", _anchor="details"))


@accounts.post("/account/password")
@signed_in
def change_password() -> Any:
    """Change the password; this browser goes on in a new session, all others are signed out."""
    form = PasswordForm()
    user = current_user._get_current_object()
    try:
        actions.change_password(visitor(), user, form.current.data or "", form.password.data or "")
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(account_page(password=form), error)
    begin(user)
    flash(_("Your password is changed. All your other devices are signed out."))
    return redirect(url_for(".account", _anchor="password-section"))


def account_page(
    *,
    profile: ProfileForm | None = None,
    details: DetailsForm | None = None,
    password: PasswordForm | None = None,
    token: TokenForm | None = None,
    new_token: str = "",
) -> str:
    """The page, with a form that came back, or a new token, which is shown this once."""
    profile = profile or ProfileForm(formdata=None, obj=current_user)
    profile.language.choices = [(code, LANGUAGE_NAMES.get(code, code)) for code in languages()]
    return render_template(
        "accounts/account.html",
        profile=profile,
        details=details or DetailsForm(),
        wanted_address=confirming.wanted_address(current_user.id),
        is_confirmed=current_user.email_state is EmailState.CONFIRMED,
        by_mail=sending_is_set_up(),
        factors=managing.summary(current_user.id),
        password=password or PasswordForm(formdata=None),
        token=token or TokenForm(formdata=None),
        new_token=new_token,
        devices=[
            (session, sessions.is_current(session, current_user))
            for session in sessions.sessions_of(current_user)
        ],
        tokens=tokens.tokens_of(current_user),
        copy=archives.latest(current_user, current_user),
    )
