"""The words of a message as a page shows them: by their format, and by who reads."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, Protocol

from flask import Flask, g, request, url_for
from flask_login import current_user
from markupsafe import Markup, escape
from msgspec import Struct

from .. import i18n, markdown
from ..markdown import File, Links
from ..tickets import queries
from ..tickets.models import Format
from .memo import Memo

# What browsers show safely.
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")

MOST_LOOKED_UP = 5000  # tickets

MOST_REMEMBERED = 3_000_000  # characters of HTML

_remembered = Memo[tuple[Markup, frozenset[str]]](MOST_REMEMBERED)


class Attached(Protocol):
    """What must be known of a file."""

    @property
    def key(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def content_type(self) -> str: ...


Address = Callable[[Any], str]


class Shown(Struct, frozen=True):
    """Words as HTML; *files* are those that are not among the words already."""

    html: Markup
    files: Sequence[Attached]
    is_markdown: bool


def init_app(app: Flask) -> None:
    """Teach *app*'s templates to show words."""
    app.jinja_env.globals.update(shown=shown, pictures=PICTURES)
    app.jinja_env.filters["linked"] = linked


def shown(body: str, format: Format, files: Sequence[Attached], address: Address) -> Shown:
    """*body* for the current user; *address* gives that of an attachment."""
    if format is not Format.MARKDOWN:
        return Shown(linked(body), files, is_markdown=False)
    html, inside = _written(body, files, address)
    if inside:
        files = [file for file in files if file.key not in inside or not _is_shown(file)]
    return Shown(html, files, is_markdown=True)


def written(text: str, files: Sequence[Attached], address: Address) -> Markup:
    """*text*, Markdown, for the current user; of attachments, only *files* are shown in it."""
    return _written(text, files, address)[0]


def linked(text: str) -> Markup:
    """*text*, plain, for the current user."""
    if not markdown.may_lead_anywhere(text):
        return escape(text)
    links = _links(text, lambda _key: None)

    def make() -> tuple[tuple[Markup, frozenset[str]], int]:
        html = markdown.plain(text, links)
        return (html, frozenset()), len(html)

    return _remembered.get(("plain", *_key(text, links, ())), make)[0]


def _written(
    text: str, files: Sequence[Attached], address: Address
) -> tuple[Markup, frozenset[str]]:
    """*text* as HTML, and the keys of the files that it shows."""
    known = {file.key: file for file in files} if "attachment:" in text else {}

    def file(key: str) -> File | None:
        found = known.get(key)
        if found is None:
            return None
        return File(address(found), found.file_name, _is_shown(found))

    def make() -> tuple[tuple[Markup, frozenset[str]], int]:
        html = markdown.to_html(text, links)
        return (html, frozenset(markdown.embedded(text))), len(html)

    links = _links(text, file)
    return _remembered.get(_key(text, links, tuple(file(key) for key in known)), make)


def _key(text: str, links: Links, files: Hashable) -> tuple[Hashable, ...]:
    """All that the HTML of *text* follows from: the words, who reads where, what they lead to."""
    return (
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest(),
        i18n.language(),
        request.root_path,
        None if links.ticket is None else links.me if "](user:" in text else 0,
        tuple(id_ for id_ in sorted(markdown.refs(text)) if is_there(id_)),
        files,
    )


def _is_shown(file: Attached) -> bool:
    return file.content_type in PICTURES


def look_up_tickets(texts: Iterable[str]) -> None:
    """Learn in one query which of the tickets that *texts* name there are; for staff.

    Of a page that names more than anybody reads, the rest are words.
    """
    known: dict[int, bool] = g.setdefault("known_tickets", {})
    named = set[int]()
    for text in texts:
        named |= markdown.refs(text)
    asked = named - known.keys()
    asked = set(sorted(asked)[:MOST_LOOKED_UP])
    if asked:
        there = queries.visible_among(current_user, asked)
        known.update({id_: id_ in there for id_ in asked})


def is_there(ticket_id: int) -> bool:
    """Whether there is such a ticket, which :func:`look_up_tickets` has learned."""
    known: dict[int, bool] = g.get("known_tickets", {})
    return known.get(ticket_id, False)


def _links(text: str, file: Callable[[str], File | None]) -> Links:
    """What the current user may be led to: other tickets and mentions are for staff."""
    reader = current_user._get_current_object()
    if not (reader.is_authenticated and reader.is_staff):
        return Links(file)
    look_up_tickets([text])
    return Links(file, _ticket_url, reader.id)


def _ticket_url(id_: int) -> str | None:
    return url_for("web.desk.ticket", ticket_id=id_) if is_there(id_) else None
