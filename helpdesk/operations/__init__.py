"""Keeping a desk well: migrations, backups, housekeeping, doctor, demo data."""

from functools import partial
from typing import Any

from flask import Flask

from ..backups.queries import DAILY, MAKE, PROVE
from ..health.queries import CHECK
from ..i18n import lazy
from ..jobs import every, register

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
    # Backups in the same lane: nothing is swept while one is made.
    every(
        app,
        DAILY,
        HOUR // 4,
        partial(_back_up, "look"),
        title=lazy("Look whether a backup is due"),
        lane="housekeeping",
    )
    every(
        app,
        "health.daily",
        HOUR,
        partial(_look, "look"),
        title=lazy("Look whether the nightly check is due"),
        lane="health",
    )
    register(
        app,
        CHECK,
        partial(_look, "check"),
        title=lazy("Check the desk's health"),
        lane="health",
        attempts=1,
    )
    for kind, what, title in (
        (MAKE, "make_now", lazy("Back the desk up")),
        (PROVE, "prove_one", lazy("Verify a backup")),
    ):
        register(app, kind, partial(_back_up, what), title=title, lane="housekeeping")


def _keep_house(app: Flask, _payload: dict[str, Any]) -> None:
    from .housekeeping import sweep

    sweep(app)


def _back_up(what: str, payload: dict[str, Any]) -> None:
    from . import backing_up

    getattr(backing_up, what)(payload)


def _look(what: str, payload: dict[str, Any]) -> None:
    from . import looking

    getattr(looking, what)(payload)
