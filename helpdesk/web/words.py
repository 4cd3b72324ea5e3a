"""The words of a message as a page shows them: by their format, and by who reads."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import Flask, g, url_for
from flask_login import current_user
from markupsafe import Markup

from .. import markdown
from ..markdown import File, Links
from ..tickets import queries
from ..tickets.models import Attachment, Format, HeldReply, Message

# What browsers show safely.
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")

MOST_LOOKED_UP = 5000  # tickets

Address = Callable[[Attachment], str]


@dataclass(frozen=True)
class Shown:
    """A message as HTML; *files* are those that are not among its words already."""

    html: Markup
    files: Sequence[Attachment]
    is_markdown: bool


def init_app(app: Flask) -> None:
    """Teach *app*'s templates to show words."""
    app.jinja_env.globals.update(shown=shown, pictures=PICTURES)
    app.jinja_env.filters["linked"] = linked


def shown(message: Message | HeldReply, address: Address) -> Shown:
    """*message* for the current user; *address* gives that of an attachment."""
    if message.format is not Format.MARKDOWN:
        return Shown(linked(message.body), message.attachments, is_markdown=False)
    inside = markdown.embedded(message.body)
    files = [file for file in message.attachments if file.key not in inside or not _is_shown(file)]
    return Shown(written(message.body, message.attachments, address), files, is_markdown=True)


def written(text: str, files: Sequence[Attachment], address: Address) -> Markup:
    """*text*, Markdown, for the current user; of attachments, only *files* are shown in it."""
    by_key = {file.key: file for file in files}

    def file(key: str) -> File | None:
        found = by_key.get(key)
        if found is None:
            return None
        return File(address(found), found.file_name, _is_shown(found))

    return markdown.to_html(text, _links(text, file))


def linked(text: str) -> Markup:
    """*text*, plain, for the current user."""
    return markdown.plain(text, _links(text, lambda _key: None))


def _is_shown(file: Attachment) -> bool:
    return file.content_type in PICTURES


def look_up_tickets(texts: Iterable[str]) -> None:
    """Learn in one query which of the tickets that *texts* name there are; for staff.

    Of a page that names more than anybody reads, the rest are words.
    """
    known: dict[int, bool] = g.setdefault("known_tickets", {})
    asked = {id_ for text in texts for id_ in markdown.refs(text)} - known.keys()
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
    if not (current_user.is_authenticated and current_user.is_staff):
        return Links(file)
    look_up_tickets([text])
    return Links(file, _ticket_url, current_user.id)


def _ticket_url(id_: int) -> str | None:
    is_there = g.known_tickets.get(id_)
    return url_for("web.desk.ticket", ticket_id=id_) if is_there else None
