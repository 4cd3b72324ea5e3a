"""API tokens of one's own."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import current_user

from ...accounts import tokens
from ...errors import HelpdeskError
from ...i18n import gettext as _
from ..access import signed_in
from ..forms import sent_back, show_errors
from ..proving import proved
from . import accounts
from .account import TokenForm, account_page


@accounts.post("/account/tokens")
@signed_in
@proved
def add_token() -> Any:
    """Make a token and show it: the answer is the page itself, so that it is kept nowhere."""
    form = TokenForm()
    if not form.validate():
        return sent_back(account_page(token=form))
    try:
        token = tokens.add_token(current_user, current_user, form.name.data or "", form.days.data)
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(account_page(token=form), error)
    return account_page(new_token=token)


@accounts.post("/account/tokens/<int:id>/revoke")
@signed_in
def revoke_token(id: int) -> Any:
    """Make a token useless."""
    tokens.revoke_token(current_user, id)
    flash(_("The token is revoked: it opens nothing any more."))
    return redirect(url_for(".account", _anchor="tokens"))
