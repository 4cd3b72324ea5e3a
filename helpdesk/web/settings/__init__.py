"""The desk's settings: the shop, its hours, categories, fields, saved replies, macros, users."""

from flask import Blueprint

settings = Blueprint("settings", __name__, url_prefix="/desk/settings")

from . import (  # noqa: E402, F401
    categories,
    fields,
    home,
    hours,
    links,
    macros,
    notices,
    replies,
    sending,
    shop,
    user,
    users,
)
