"""The shop's name, colour and logo."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from msgspec import Struct
from wtforms import FileField, Form, StringField
from wtforms.fields import ColorField

from ...errors import Invalid
from ...i18n import decimal, lazy
from ...i18n import gettext as _
from ...shop import actions
from ...shop.colour import Palette, contrast, is_colour, palette
from ...shop.queries import shop as current_shop
from ..access import admin_only
from ..forms import Needed, sent_back, show_errors
from ..uploads import files_of
from . import settings
from .pages import settings_page
from .sending import SendingForm


class ShopForm(Form):
    """What customers see of the shop."""

    name = StringField(lazy("Name"), [Needed()])
    accent = ColorField(lazy("Colour"), [Needed()])


class LogoForm(Form):
    """A picture beside the name."""

    logo = FileField(lazy("Picture"))


class Preview(Struct, frozen=True):
    """How a colour looks on buttons, and how well they can be read."""

    colours: Palette
    contrast: str

    @classmethod
    def of(cls, accent: str) -> "Preview":
        colours = palette(accent)
        return cls(colours, decimal(contrast(colours.on_accent, colours.accent)))


@settings.get("/shop")
@admin_only
def shop() -> Any:
    """The form; ``?accent=`` (and ``?name=``) try a colour before it is kept."""
    current = current_shop()
    form = ShopForm(
        data={
            "name": request.args.get("name", current.name),
            "accent": request.args.get("accent", current.accent),
        }
    )
    return _shown(form, LogoForm())


@settings.post("/shop")
@admin_only
def change_shop() -> Any:
    """Keep name and colour."""
    form = ShopForm(request.form)
    try:
        actions.update_shop(current_user, name=form.name.data or "", accent=form.accent.data or "")
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_shown(form, LogoForm()), error)
    flash(_("Saved: every page looks like this now."), "good")
    return redirect(url_for(".shop"))


@settings.post("/shop/logo")
@admin_only
def set_logo() -> Any:
    """Show another logo."""
    form, files = LogoForm(), files_of("logo")
    try:
        if not files:
            raise Invalid({"logo": [_("Please choose a picture first.")]})
        actions.set_logo(current_user, files[0].incoming)
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_shown(_as_it_is(), form), error)
    flash(_("The logo is changed."), "good")
    return redirect(url_for(".shop"))


@settings.post("/shop/logo/remove")
@admin_only
def remove_logo() -> Any:
    """Show the name alone."""
    actions.remove_logo(current_user)
    flash(_("The logo is removed."), "good")
    return redirect(url_for(".shop"))


def _as_it_is() -> ShopForm:
    current = current_shop()
    return ShopForm(data={"name": current.name, "accent": current.accent})


def _shown(form: ShopForm, logo_form: LogoForm) -> str:
    accent = (form.accent.data or "").strip().lower()
    shown = accent if is_colour(accent) else current_shop().accent
    return settings_page(
        "settings/shop.html",
        "shop",
        form=form,
        logo_form=logo_form,
        sending=SendingForm(),
        preview=Preview.of(shown),
    )
