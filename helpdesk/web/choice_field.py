"""A field of many choices, written quickly: a desk of fifty agents offers each of them thrice."""

from typing import Any

from markupsafe import Markup, escape
from wtforms import SelectField
from wtforms.widgets import html_params


class ChoiceField(SelectField):
    """A ``SelectField`` whose choices are pairs of text, for pages that are opened all day.

    It is written as WTForms writes one, without the detour that an option may have attributes:
    that took an eighth of the time of a ticket's page.
    """

    @staticmethod
    def widget(field: Any, **attributes: Any) -> Markup:
        chosen = field.data
        options = "".join(
            f'<option {"selected " if value == chosen else ""}value="{escape(value)}">'
            f"{escape(label)}</option>"
            for value, label in field.choices
        )
        around = html_params(**{"name": field.name, "id": field.id} | attributes)
        return Markup(f"<select {around}>{options}</select>")  # noqa: S704  (all is escaped)
