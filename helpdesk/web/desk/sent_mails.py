"""What can be done about a mail of ours: send it again, say that it's fine, don't send it."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from msgspec import Struct

from ...accounts.models import Actor
from ...errors import WrongState
from ...i18n import gettext as _
from ...mail import queries
from ...mail.models import OutgoingMail, Sending
from ...mail.queries.opened import SentOn
from ...mail.sending import actions
from ..access import staff_only
from ..signing_in import safe_next
from . import desk


class Deed(Struct, frozen=True):
    """A button beside a mail of ours."""

    endpoint: str
    words: str
    reads: str  # to a screen reader: there may be several of them


def deeds_of(row: OutgoingMail | SentOn) -> list[Deed]:
    """What can be done about *row*."""
    name = row.recipient
    again = Deed("web.desk.resend_mail", _("Send again"), _("Send again to %(name)s", name=name))
    fine = Deed("web.desk.settle_mail", _("It's fine"), _("It's fine: %(name)s has it", name=name))
    stop = Deed("web.desk.cancel_mail", _("Don't send"), _("Don't send to %(name)s", name=name))
    if row.state is Sending.UNCERTAIN:
        return [again, fine]
    if row.state is Sending.FAILED or row.bounced_at is not None:
        return [again]
    return [stop] if row.state is Sending.WAITING else []


@desk.post("/mail/sent/<int:outgoing_id>/resend")
@staff_only
def resend_mail(outgoing_id: int) -> Any:
    """Send it once more: the same mail, so that whoever got it already can tell."""
    return _do(actions.resend, outgoing_id, _("It is on its way again."))


@desk.post("/mail/sent/<int:outgoing_id>/settle")
@staff_only
def settle_mail(outgoing_id: int) -> Any:
    """It has arrived, though its server never said so."""
    return _do(actions.settle, outgoing_id, _("Noted: it arrived."))


@desk.post("/mail/sent/<int:outgoing_id>/cancel")
@staff_only
def cancel_mail(outgoing_id: int) -> Any:
    """Don't send what waits."""
    return _do(actions.cancel, outgoing_id, _("It won't be sent."))


def _do(deed: Callable[[Actor, OutgoingMail], Any], outgoing_id: int, sentence: str) -> Any:
    found = queries.outgoing(current_user, outgoing_id)
    try:
        deed(current_user, found)
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(sentence, "good")
    home = url_for("web.desk.ticket", ticket_id=found.ticket_id) if found.ticket_id else "/desk"
    return redirect(safe_next(request.form.get("next")) or home)
