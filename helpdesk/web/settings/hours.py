"""Where the shop is, and when it is at work."""

import re
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, StringField

from ...errors import Invalid
from ...i18n import gettext as _
from ...i18n import lazy
from ...shop import actions
from ...shop.hours import DAY, zone_names
from ...shop.models import Shop
from ...shop.queries import shop as current_shop
from ..access import admin_only
from ..forms import Needed, sent_back, show_errors
from . import settings
from .pages import settings_page

WEEKDAYS = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)
_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])(?::00)?", re.ASCII)
_WHEN_CLOSED = (9 * 60, 17 * 60)  # what the fields of a closed day offer


class DayForm(Form):
    """The hours of one weekday."""

    is_open = BooleanField(lazy("Open"))
    opens = StringField(lazy("from"))
    closes = StringField(lazy("to"))

    def hours(self) -> list[int] | None:
        """Opening and closing minute; what is no time is -1, which no shop can mean."""
        if not self.is_open.data:
            return None
        return [_minutes(self.opens.data), _minutes(self.closes.data) or DAY]


class HoursForm(Form):
    """The time zone, and beside it seven :class:`DayForm`."""

    time_zone = StringField(lazy("Time zone"), [Needed()])
    days: list[DayForm]

    @classmethod
    def sent(cls, data: MultiDict[str, str]) -> "HoursForm":
        form = cls(data)
        form.days = [DayForm(data, prefix=f"day{number}-") for number in range(7)]
        return form

    @classmethod
    def of(cls, shop: Shop) -> "HoursForm":
        form = cls(data={"time_zone": shop.time_zone})
        form.days = [
            DayForm(
                prefix=f"day{number}-",
                data={
                    "is_open": day is not None,
                    "opens": _clock((day or _WHEN_CLOSED)[0]),
                    "closes": _clock((day or _WHEN_CLOSED)[1] % DAY),
                },
            )
            for number, day in enumerate(shop.business_hours)
        ]
        return form


@settings.get("/hours")
@admin_only
def hours() -> Any:
    """The form."""
    return _shown(HoursForm.of(current_shop()))


@settings.post("/hours")
@admin_only
def change_hours() -> Any:
    """Keep zone and hours."""
    form = HoursForm.sent(request.form)
    try:
        actions.set_hours(
            current_user,
            time_zone=form.time_zone.data or "",
            business_hours=[day.hours() for day in form.days],
        )
    except Invalid as error:
        _show_errors(form, error)
        return sent_back(_shown(form), error)
    flash(_("Saved: reports count by these hours now."), "good")
    return redirect(url_for(".hours"))


def _show_errors(form: HoursForm, error: Invalid) -> None:
    of_form = dict(error.fields)
    for number, day in enumerate(form.days):
        for sentence in of_form.pop(f"day_{number}", []):
            day.opens.errors = [sentence]
            of_form.setdefault("", []).append(f"{WEEKDAYS[number]!s}: {sentence}")
    show_errors(form, Invalid(of_form))


def _shown(form: HoursForm) -> str:
    days = list(zip(WEEKDAYS, form.days, strict=True))
    return settings_page("settings/hours.html", "hours", form=form, days=days, zones=zone_names())


def _minutes(text: str | None) -> int:
    found = _TIME.fullmatch((text or "").strip())
    return -1 if found is None else int(found[1]) * 60 + int(found[2])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
