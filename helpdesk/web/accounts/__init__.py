"""Signing up, in and out, one's own account, and the set-up of a new desk."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)
