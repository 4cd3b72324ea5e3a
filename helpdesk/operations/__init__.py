"""Keeping a desk well: migrations, housekeeping, doctor, demo data."""

from functools import partial
from typing import Any

from flask import Flask

from ..i18n import lazy
from ..jobs import every

HOUR = 3600


def init_app(app: Flask) -> None:
    """Let *app* keep itself in order every hour, in a lane of its own: it may take a while."""
    every(
        app,
        "housekeeping",
        HOUR,
        partial(_keep_house, app),
        title=lazy("Housekeeping"),
        lane="housekeeping",
    )


def _keep_house(app: Flask, _payload: dict[str, Any]) -> None:
    from .housekeeping import sweep

    sweep(app)
