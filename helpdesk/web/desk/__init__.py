"""The desk: where staff answer."""

from flask import Blueprint

desk = Blueprint("desk", __name__, url_prefix="/desk")

from . import (  # noqa: E402, F401
    editor,
    files,
    lists,
    notices,
    opening,
    parts,
    reports,
    tickets,
    together,
    undoing,
    writing,
)
