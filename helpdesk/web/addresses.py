"""Addresses of many things that differ in a number: one is built, the others are cut from it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for


def init_app(app: Flask) -> None:
    """Teach *app*'s templates to make them."""
    app.jinja_env.globals["addresses"] = addresses


def addresses(endpoint: str, argument: str) -> Callable[[int | str], str]:
    """A function that gives the address of *endpoint* for each value of *argument*.

    A number, or a word that an address may have as it is.
    """
    before, after = _around(endpoint, argument, request.script_root)
    return lambda value: f"{before}/{value}{after}"


@lru_cache
def _around(endpoint: str, argument: str, _root: str) -> tuple[str, str]:
    """What stands before and after the value; nothing else of a request is in an address."""
    blank: dict[str, Any] = {argument: "0"}
    before, after = url_for(endpoint, **blank).rsplit("/0", 1)
    return before, after
