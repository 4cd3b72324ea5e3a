"""How long a reply of staff waits before it leaves, and what of a mail that may have left."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from wtforms import BooleanField, Form, SelectField

from ...i18n import gettext as _
from ...i18n import lazy, ngettext
from ...shop import actions
from ...shop.queries import shop as current_shop
from ..access import admin_only
from . import settings

OFFERED = (0, 5, 10, 20, 30, 60, 120)  # seconds


class SendingForm(Form):
    """The seconds in which a reply can be called back."""

    hold_seconds = SelectField(lazy("A reply leaves"), validate_choice=False)

    def __init__(self, formdata: Any = None) -> None:
        now = current_shop().hold_seconds
        super().__init__(formdata, data={"hold_seconds": str(now)})
        offered = sorted({*OFFERED, now})
        self.hold_seconds.choices = [(str(one), _words(one)) for one in offered]
        # What was chosen; what it is now where that is none of the choices.
        chosen = {str(one): one for one in offered}
        self.seconds = chosen.get(self.hold_seconds.data or "", now)


class RepeatsForm(Form):
    """What happens to a mail of which nobody knows whether it was sent."""

    repeats = BooleanField(
        lazy("Send mails again by themselves when nobody knows whether they were sent")
    )


@settings.post("/shop/sending")
@admin_only
def change_sending() -> Any:
    """Keep how long replies wait."""
    actions.set_hold(current_user, SendingForm(request.form).seconds)
    flash(_("Saved."), "good")
    return redirect(url_for(".shop"))


@settings.post("/mail/sending")
@admin_only
def change_repeats() -> Any:
    """Keep whether a mail that may have been sent is sent again by itself."""
    actions.set_repeats_uncertain(current_user, bool(RepeatsForm(request.form).repeats.data))
    flash(_("Saved."), "good")
    return redirect(url_for(".mail"))


def _words(seconds: int) -> str:
    if not seconds:
        return _("at once, without undo")
    return ngettext("after %(num)s second", "after %(num)s seconds", seconds)
