"""Addresses of many things that differ in a number: one is built, the others are cut from it."""

from collections.abc import Callable
from typing import Any

from flask import Flask, url_for


def init_app(app: Flask) -> None:
    """Teach *app*'s templates to make them."""
    app.jinja_env.globals["addresses"] = addresses


def addresses(endpoint: str, argument: str) -> Callable[[int], str]:
    """A function that gives the address of *endpoint* for each value of *argument*, a number."""
    numbered: dict[str, Any] = {argument: 0}
    before, after = url_for(endpoint, **numbered).rsplit("/0", 1)
    return lambda number: f"{before}/{number}{after}"
