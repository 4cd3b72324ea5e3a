"""The desk's settings: the shop, categories, users, password links."""

from flask import Blueprint

settings = Blueprint("settings", __name__, url_prefix="/desk/settings")

from . import categories, home, links, shop, user, users  # noqa: E402, F401
