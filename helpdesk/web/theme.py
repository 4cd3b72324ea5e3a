"""The shop's colour as a style sheet, and its logo: what settings change in how pages look."""

from flask import Blueprint, Response, request, url_for

from ..errors import NotFound
from ..files import send, store
from ..i18n import gettext as _
from ..shop.colour import palette
from ..shop.queries import Look, look
from .access import unlimited
from .assets import FOR_GOOD


def add_to(web: Blueprint) -> None:
    """Register the two addresses."""
    web.add_url_rule("/theme.css", "theme", _theme)
    web.add_url_rule("/logo", "logo", _logo)


def theme_url(current: Look) -> str:
    """The address of the style sheet, which changes with the colour."""
    return url_for("web.theme", v=current.accent.removeprefix("#"))


def logo_url(current: Look) -> str | None:
    """The address of the logo, which changes with it; None where there is none."""
    return None if current.logo_name is None else url_for("web.logo", v=current.logo_name[:12])


@unlimited
def _theme() -> Response:
    current = look()
    colours = palette(current.accent)
    css = (
        f":root{{--accent:{colours.accent};--on-accent:{colours.on_accent};"
        f"--accent-on-light:{colours.text_light};--accent-on-dark:{colours.text_dark}}}"
    )
    answer = Response(css, content_type="text/css")
    is_named = request.args.get("v") == current.accent.removeprefix("#")
    answer.headers["Cache-Control"] = FOR_GOOD if is_named else "no-cache"
    return answer


@unlimited
def _logo() -> Response:
    current = look()
    if current.logo_name is None or current.logo_type is None:
        raise NotFound(_("There is no logo."))
    return send(
        store(),
        current.logo_name,
        file_name="logo",
        content_type=current.logo_type,
        etag=current.logo_name,
    )
