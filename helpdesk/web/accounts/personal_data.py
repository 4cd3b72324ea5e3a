"""A copy of all that the desk has of oneself."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import current_user

from ...i18n import gettext as _
from ...privacy import archives
from ..access import signed_in
from ..copies import send_copy
from ..proving import proved
from . import accounts


@accounts.post("/account/copy")
@signed_in
@proved
def ask_for_copy() -> Any:
    """Have a copy made."""
    user = current_user._get_current_object()
    archives.ask_for_copy(user, user)
    flash(_("Your data is being collected: that takes a moment."))
    return redirect(url_for(".account", _anchor="personal-data"))


@accounts.get("/account/copy/<int:archive_id>")
@signed_in
@proved
def copy(archive_id: int) -> Any:
    """The copy as a file."""
    user = current_user._get_current_object()
    return send_copy(user, user, archive_id)
