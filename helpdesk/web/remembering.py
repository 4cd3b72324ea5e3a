"""Pages that are sent again as they were, until anybody writes anything or a minute has passed.

A page is remembered for one person, address, language and minute (what it says of times is rounded
to minutes), with the connection that read it (database/memory.py): what is sent again is, to the
letter, what would be made again. What is new each time is left out of it and put in when it is
sent: the token of its forms, and where the news is. A page that tells what was just done is made
for that once.
"""

import secrets
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import Flask, g, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from .. import clock, i18n
from ..database import until_written

MOST_PAGES = 8  # a connection: one of the desk has 50 kB
LARGEST = 256 * 1024  # characters: an address of 200 kB makes a page of ten megabytes
# Not to be guessed: nobody can write one into a ticket.
TOKEN, MARK = (f"--{secrets.token_hex(16)}-{name}--" for name in ("token", "mark"))

View = Callable[..., Any]
Pieces = list[list[bytes]]  # between marks, and in those between tokens


def init_app(app: Flask) -> None:
    """Let *app*'s templates leave the forms' token out of such a page."""
    app.jinja_env.globals["csrf_token"] = _form_token


def remembered(view: View) -> View:
    """A page that is only read, and depends on nothing but the database, who asks, and the minute.

    *view* answers it as a text. What else it answers (a redirect) is made anew each time.
    """

    @wraps(view)
    def known(*args: Any, **kwargs: Any) -> Any:
        if "_flashes" in session:
            return view(*args, **kwargs)
        pages: dict[Any, Pieces] = until_written("pages", dict)
        key = _question()
        pieces = pages.get(key)
        if pieces is None:
            page = _with_holes(partial(view, *args, **kwargs))
            if not isinstance(page, str):
                return page
            pieces = _cut(page)
            if len(page) <= LARGEST:
                if len(pages) >= MOST_PAGES:
                    del pages[next(iter(pages))]
                pages[key] = pieces
        return _filled(pieces)

    return known


def _question() -> tuple[Any, ...]:
    """All that such a page depends on besides the database."""
    asked, minute = request.environ, int(clock.now().timestamp()) // 60
    return (
        current_user.id,
        i18n.language(),
        minute,
        asked.get("SCRIPT_NAME"),
        asked["PATH_INFO"],
        asked.get("QUERY_STRING"),
        asked.get("HTTP_HX_REQUEST"),
        asked.get("HTTP_HX_TARGET"),
    )


def _with_holes(read: Callable[[], Any]) -> Any:
    mark = g.live_mark
    g.has_holes, g.live_mark = True, MARK
    try:
        return read()
    finally:
        g.has_holes, g.live_mark = False, mark


def _form_token() -> str:
    if g.get("has_holes"):
        return TOKEN
    # A page has a dozen forms: all have the one that was made for the first of them.
    return str(g.get("csrf_token") or generate_csrf())


def _cut(page: str) -> Pieces:
    return [[piece.encode() for piece in part.split(TOKEN)] for part in page.split(MARK)]


def _filled(pieces: Pieces) -> bytes:
    token = generate_csrf().encode()
    return str(escape(g.live_mark)).encode().join(token.join(part) for part in pieces)
