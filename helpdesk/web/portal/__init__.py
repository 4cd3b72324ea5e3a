"""The portal: what customers and vendors see."""

from flask import Blueprint

portal = Blueprint("portal", __name__)

from . import by_link, files, home, new, requests, ticket, unsubscribing  # noqa: E402, F401
