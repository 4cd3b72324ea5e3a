"""Getting no more of a kind of mail, by the link in it; mail programs use it without a browser."""

from typing import Any

from flask import render_template

from ...accounts import limits
from ...mail.models import OutgoingMail
from ...mail.sending import unsubscribing
from ..access import anyone
from ..signing_in import visitor, without_form_token
from . import portal


@portal.get("/u/<token>")
@anyone
def ask_to_unsubscribe(token: str) -> Any:
    """What would end, and the button that ends it: a GET of a mail scanner ends nothing."""
    row = _find(token)
    return _page(row, token, is_done=False)


@portal.post("/u/<token>")
@anyone
@without_form_token
def unsubscribe(token: str) -> Any:
    """End it (RFC 8058: one POST, no cookie, no question). The token is all that it needs."""
    row = _find(token)
    unsubscribing.end(row)
    return _page(row, token, is_done=True)


def _find(token: str) -> OutgoingMail:
    """The mail whose link it is. Raises NotFound, TooMany."""
    with limits.failures(limits.LINK, visitor().ip):
        return unsubscribing.find(token)


def _page(row: OutgoingMail, token: str, *, is_done: bool) -> str:
    what = unsubscribing.what_ends(row)
    return render_template(
        "portal/unsubscribe.html", mail=row, token=token, what=what, is_done=is_done
    )
