"""Addresses of many things that differ in a number: one is built, the others are cut from it."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from flask.globals import _cv_request
from werkzeug.routing import BuildError

_is_plain = re.compile(r"[A-Za-z0-9_-]{1,200}").fullmatch  # the same in an address, anywhere
_NUMBER, _WORD = 987_000_000_001, "zq-a-word-zq"  # stand for values; the next one ends in 2
Pieces = tuple[tuple[str, ...], tuple[str, ...]]  # between the values, and the values' names


def init_app(app: Flask) -> None:
    """Teach *app*'s templates to make them."""
    app.jinja_env.globals["addresses"] = addresses
    app.extensions["helpdesk.addresses"] = {}


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


def address(endpoint: str, **values: Any) -> str:
    """``url_for``, for pages with dozens of addresses: each kind of them is built once.

    That is for numbers and for words that an address may have as they are; others are built.
    """
    at_hand = _cv_request.get(None)  # itself: to ask by way of ``request`` is dear
    if at_hand is None or endpoint.startswith(".") or "_external" in values or "_anchor" in values:
        return url_for(endpoint, **values)
    key: list[Any] = [at_hand.request.root_path, endpoint]
    for name, value in values.items():
        kind = type(value)
        if not (kind is int and value >= 0) and not (kind is str and _is_plain(value)):
            return url_for(endpoint, **values)
        key += (name, kind)
    known: dict[Any, Pieces | None] = at_hand.app.extensions["helpdesk.addresses"]
    kept = tuple(key)
    if kept not in known:
        known[kept] = _pieces(endpoint, values)
    pieces = known[kept]
    if pieces is None:
        return url_for(endpoint, **values)
    between, names = pieces
    parts = [between[0]]
    for name, piece in zip(names, between[1:], strict=True):
        parts += (str(values[name]), piece)
    return "".join(parts)


def _pieces(endpoint: str, values: dict[str, Any]) -> Pieces | None:
    """An address of *endpoint*, cut where *values* stand; None: it can't be cut."""
    marks: dict[str, Any] = {
        name: f"{_WORD}{n}" if type(value) is str else _NUMBER + n
        for n, (name, value) in enumerate(values.items())
    }
    try:
        whole = url_for(endpoint, **marks)
    except (BuildError, ValueError):  # a number as a word
        return None
    by_mark = {str(mark): name for name, mark in marks.items()}
    pieces = re.split("(" + "|".join(map(re.escape, by_mark)) + ")", whole) if marks else [whole]
    if len(pieces) != 2 * len(marks) + 1:
        return None
    return tuple(pieces[::2]), tuple(by_mark[mark] for mark in pieces[1::2])
