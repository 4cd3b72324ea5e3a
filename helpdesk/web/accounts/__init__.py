"""Signing up, in and out, one's own account, and the set-up of a new desk."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)

from . import account, devices, passwords, setup, signing, tokens  # noqa: E402, F401
