"""The addresses of the API, as Flask matches them."""

import re
from collections.abc import Iterable

from flask import Flask
from werkzeug.routing import BaseConverter, Map

_VARIABLE = re.compile(r"<(\w+)>")


class AllBut(BaseConverter):
    """A part of an address that is none of these words, which have an address of their own.

    Without it ``/support-ticket/ticket-logs`` would be a ticket too, one that is never there, and
    its 405 would name the methods of tickets.
    """

    part_isolating = True

    def __init__(self, map: Map, *words: str) -> None:
        super().__init__(map)
        taken = "|".join(re.escape(word) for word in words)
        self.regex = rf"(?!(?:{taken})\Z)[^/]+"


def init_app(app: Flask) -> None:
    """Let the addresses of *app* have such parts."""
    app.url_map.converters["all_but"] = AllBut


def rule(path: str, paths: Iterable[str]) -> str:
    """*path* as a rule for Flask; what it ends in is no word that another of *paths* has there."""
    start, _slash, end = path.rpartition("/")
    variable = _VARIABLE.fullmatch(end)
    beside = {
        one.removeprefix(f"{start}/").partition("/")[0]
        for one in paths
        if one.startswith(f"{start}/")
    }
    words = sorted(word for word in beside if not _VARIABLE.fullmatch(word))
    if variable is None or not words:
        return path
    quoted = ", ".join(f'"{word}"' for word in words)
    return f"{start}/<all_but({quoted}):{variable[1]}>"
