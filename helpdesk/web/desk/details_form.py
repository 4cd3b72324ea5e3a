"""The form of a customer's details: each field beside what the person saw in it."""

from collections.abc import Mapping
from typing import Any

from flask_login import current_user
from wtforms import BooleanField, Form, HiddenField, StringField

from ...accounts.models import User
from ...fields import queries as fields
from ...fields.models import About
from ...fields.values import Value
from ...i18n import gettext as _
from ...i18n import lazy
from ...people.actions import Details
from .. import custom
from ..forms import Needed


class DetailsForm(Form):
    """What somebody is called, and the shop's own fields."""

    name = StringField(lazy("Name"), [Needed()])
    seen_name = HiddenField()

    def __init__(self, user: User, formdata: Any = None) -> None:
        super().__init__(formdata, data={"name": user.name, "seen_name": user.name})
        self._custom = fields.fields(current_user, About.CUSTOMER)
        self.custom = custom.add_to(
            self,
            self._custom,
            formdata=formdata or None,
            now=self._values_of(user),
            asks=current_user,
            with_seen=True,
        )

    def details(self) -> Details:
        """What is to change: a name that was not touched is whatever it is by now."""
        name, seen = self.name.data or "", self.seen_name.data
        if name == seen:
            return Details(fields=custom.given(self, self._custom))
        return Details(name=name, seen_name=seen, fields=custom.given(self, self._custom))

    def seen(self) -> dict[str, Any]:
        """What was on the screen."""
        return custom.seen(self, self._custom)

    def show_now(self, user: User) -> None:
        """After somebody else's change: the wishes stay, with what they would replace beside them.

        What was not touched becomes what it is now. Saved once more, the wishes are meant.
        """
        values = self._values_of(user)
        self._show_now("name", user.name, user.name)
        for one in self._custom:
            value = values.get(one.key)
            custom.offer(self, one, value)
            words = custom.in_words(one, value)
            self._show_now(custom.PREFIX + one.key, custom.written(value), words)

    def _show_now(self, name: str, now: str, in_words: str) -> None:
        field, seen = self[name], self[f"seen_{name}"]
        is_box = isinstance(field, BooleanField)
        wish = custom.written(field.data)
        if wish == (seen.data or ""):
            field.data = now == "true" if is_box else now
        elif now not in (seen.data, wish):
            words = _("It is “%(now)s” now.", now=in_words) if now else _("It is empty now.")
            field.errors = [*field.errors, words]
        seen.data = now

    def _values_of(self, user: User) -> Mapping[str, Value]:
        return fields.values(About.CUSTOMER, [user.id])[user.id] if self._custom else {}
