"""Signing up, in and out, one's own account, and the set-up of a new desk."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)

from . import (  # noqa: E402, F401
    account,
    confirming,
    devices,
    passwords,
    personal_data,
    second_step,
    security,
    setup,
    signing,
    tokens,
)
