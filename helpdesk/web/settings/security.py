"""Who must have a second step, and who of the staff has one."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from wtforms import Form, SelectField

from ...accounts.factors import ceremony, overview, rules
from ...accounts.factors.rules import Whom
from ...errors import Invalid
from ...i18n import gettext as _
from ...i18n import lazy
from ..access import admin_only
from ..desk.forms import one_of
from ..forms import sent_back, show_errors
from ..proving import proved
from . import settings
from .pages import settings_page
from .users import ROLE_WORDS

WHOM_WORDS = {
    Whom.NOBODY: lazy("Nobody: each decides"),
    Whom.ADMINS: lazy("Admins"),
    Whom.STAFF: lazy("All staff"),
    Whom.EVERYBODY: lazy("Everybody, customers too"),
}


class RulesForm(Form):
    """What the shop wants."""

    second_factor_for = SelectField(
        lazy("Who must have a second step"),
        choices=lambda: [(one.value, str(words)) for one, words in WHOM_WORDS.items()],
        validate_choice=False,
    )


@settings.get("/security")
@admin_only
def security() -> Any:
    """The rule, and the staff."""
    return _page(RulesForm(data={"second_factor_for": rules.required_for().value}))


@settings.post("/security")
@admin_only
@proved
def change_security() -> Any:
    """Want it of others."""
    form = RulesForm(request.form)
    try:
        whom = one_of(Whom, form.second_factor_for.data or "", "second_factor_for")
        rules.require_of(current_user, whom)
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_page(form), error)
    flash(_("Saved."), "good")
    return redirect(url_for(".security"))


def _page(form: RulesForm) -> str:
    staff = overview.of_staff(current_user)
    return settings_page(
        "settings/security.html",
        "security",
        form=form,
        staff=staff,
        without=sum(not one.is_on for one in staff),
        role_words=ROLE_WORDS,
        why_no_passkeys=ceremony.why_not(),
    )
