"""The portal: what customers and vendors see."""

from flask import Blueprint

portal = Blueprint("portal", __name__)
