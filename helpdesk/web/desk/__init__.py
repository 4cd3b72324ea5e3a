"""The desk: where staff answer."""

from flask import Blueprint

desk = Blueprint("desk", __name__, url_prefix="/desk")

from . import files, lists, opening, tickets, together, undoing, writing  # noqa: E402, F401
