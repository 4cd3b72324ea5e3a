"""Forms that anybody may send, so that scripts gain little by them, without a third party's puzzle.

There is a field that people don't see and scripts fill in. And once more comes than is usual, from
one address or for the whole shop, a form has to have been looked at: for some seconds, by whom it
was shown to. Nobody loses what they typed: the form comes back, and the next try may be right.
"""

import hmac

from wtforms import HiddenField, StringField

from .. import clock
from ..accounts import limits
from ..accounts.entering import Visitor
from ..accounts.limits import EVERYBODY, Limit
from ..accounts.secrets import signature
from ..errors import Invalid
from ..i18n import gettext as _
from ..i18n import lazy
from ..networks import network_of, stands_for_many
from .forms import PageForm
from .signing_in import visitor

CALM, CALM_ALL = 5, 50  # of one address, of all: what comes in the limits' windows unhindered
SOONEST, LATEST = 3, 24 * 3600  # seconds after it was shown


class ShownField(HiddenField):
    """When the form was shown, and to whom: signed."""

    def _value(self) -> str:
        return _signed(visitor(), int(clock.now().timestamp()))


class GuardedForm(PageForm):
    """A form that somebody may send whom nobody knows. Its page has ``guard(form)``."""

    comment = StringField(lazy("Nothing goes in here"))
    shown = ShownField()

    def require_person(self, of_one: Limit, of_all: Limit) -> None:
        """Raise Invalid where a script seems to have sent it; the limits say how busy it is."""
        if (self.comment.data or "").strip():
            self.comment.data = ""
            raise _once_more(_("A field that stays empty was filled in. Please send it once more."))
        where = visitor().ip
        is_calm = stands_for_many(where) or limits.used(of_one, where) < CALM
        if is_calm and limits.used(of_all, EVERYBODY) < CALM_ALL:
            return
        if not _was_looked_at(self.shown.data or ""):
            raise _once_more(_("That was very quick, or long ago. Please send it once more."))


def _was_looked_at(shown: str) -> bool:
    since = shown.partition("-")[0]
    if not (since.isascii() and since.isdigit() and len(since) <= 12):
        return False
    right = _signed(visitor(), int(since)).encode()
    if not hmac.compare_digest(right, shown.encode("utf-8", "replace")):
        return False
    return SOONEST <= clock.now().timestamp() - int(since) <= LATEST


def _signed(to: Visitor, at: int) -> str:
    return f"{at}-{signature(f'form shown: {at} {network_of(to.ip)}')}"


def _once_more(sentence: str) -> Invalid:
    return Invalid({"": [sentence]})
