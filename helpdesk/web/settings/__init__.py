"""The desk's settings: the shop, its hours, categories, custom fields, users, password links."""

from flask import Blueprint

settings = Blueprint("settings", __name__, url_prefix="/desk/settings")

from . import (  # noqa: E402, F401
    categories,
    fields,
    home,
    hours,
    links,
    notices,
    shop,
    user,
    users,
)
