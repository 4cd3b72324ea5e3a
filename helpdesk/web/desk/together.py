"""Working together: what others do, told to the pages of the desk as it happens.

A page listens to ``/desk/stream``: server-sent events, on a connection that the server keeps
without a thread. Where the server can't (there is no ``helpdesk.park`` in the environment), the
page asks now and then.
"""

from collections.abc import Iterator
from typing import Any

from flask import Response, g, jsonify, request
from flask.globals import request_ctx
from flask_login import current_user

from ... import live
from ...accounts import sessions
from ...tickets import queries
from ..access import staff_only
from . import desk
from .asked import Asked
from .choices import id_of
from .pages import saved_side_views, side_views
from .parts import is_in_background
from .rows import listed_ids
from .views_here import view_named

EVENT_STREAM = "text/event-stream"
MOST_TOUCHED = 100  # tickets
MOST_PLACES = 50  # tickets that the pages of one browser show
FIRST_WORDS = b"retry: 3000\n\n"  # milliseconds before a browser tries again
HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx passes it on at once
}


def note_mark() -> None:
    """Remember where the news is, before a page is read: its script catches up from there."""
    g.live_mark = live.hub().mark


def keep_flashes() -> None:
    """What a page tells once waits for the page that the person opens (static/js/live-ticket.js).

    Without this, a script that asks for a page in the background would take it away.
    """
    if is_in_background():
        request_ctx.flashes = []


@desk.get("/stream")
@staff_only
def stream() -> Any:
    """News of all tickets, and who is at some: ``?ticket=42&ticket=43&since=`` (a mark).

    204 tells the browser not to come back: this server has no such connections, or no more of them.
    """
    if not any(kind == EVENT_STREAM for kind, _quality in request.accept_mimetypes):
        return Response("This address is for event streams.\n", 406, content_type="text/plain")
    park = _park()
    if park is None:
        return "", 204
    hub, me = live.hub(), live.viewer(current_user)
    session, tickets = sessions.fingerprint(current_user), _tickets_asked()
    mark = request.headers.get("Last-Event-ID") or request.args.get("since", "")
    park(lambda line: hub.open(line, me, session, tickets, mark))
    return Response(_first_words(), content_type=EVENT_STREAM, headers=HEADERS)


@desk.get("/together")
@staff_only
def together() -> Any:
    """The same for a browser that asks now and then: the news since its mark, and who is there."""
    mark = request.args.get("since", "")
    told = live.hub().look(live.viewer(current_user), _tickets_asked(), mark)
    return jsonify(told | {"stream": _park() is not None})


@desk.post("/tickets/<int:ticket_id>/writing")
@staff_only
def writing(ticket_id: int) -> Any:
    """The person is typing; said again while it goes on."""
    live.writing(current_user, queries.get(current_user, ticket_id).id)
    return "", 204


@desk.get("/changes")
@staff_only
def changes() -> Any:
    """What the side bar counts now, and which tickets the list on the screen would show.

    Of the tickets in ``touched`` (ids, with commas between them) also which are unread.
    """
    asked = Asked.from_args(request.args)
    listed = [*side_views(), *saved_side_views()]
    counts = {view.url: view.count for view in listed if view.count is not None}
    if view_named(asked.view) is None:
        return jsonify(counts=counts, rows=[], unread=[])
    unread = queries.unread_among(current_user, _touched())
    rows = listed_ids(current_user, asked)
    return jsonify(counts=counts, rows=rows, unread=sorted(unread))


def _touched() -> list[int]:
    ids = (id_of(text) for text in request.args.get("touched", "").split(",")[:MOST_TOUCHED])
    return [id_ for id_ in ids if id_ is not None]


def _park() -> Any:
    return request.environ.get("helpdesk.park") if live.hub().has_room else None


def _first_words() -> Iterator[bytes]:
    """Not a list: its length would tell the server when the answer is over."""
    yield FIRST_WORDS


def _tickets_asked() -> set[int]:
    """The tickets that the person's pages show, of those that the person may see."""
    asked = map(id_of, request.args.getlist("ticket")[:MOST_PLACES])
    return queries.visible_among(current_user, {id_ for id_ in asked if id_ is not None})
