"""The desk's settings: categories, users, the shop's name, colour and logo."""

from flask import Blueprint

settings = Blueprint("settings", __name__, url_prefix="/desk/settings")
