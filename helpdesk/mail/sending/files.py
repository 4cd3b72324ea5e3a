"""The files of a message in its mail: along with it, among its words, or left out and named."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from ... import markdown
from ...files import INLINE, store
from ...tickets.models import Attachment, Format, Message
from ..templates.filling import Message as Words
from ..templates.frame import as_typed
from .mime import File

MOST_BYTES = 20 * 1024 * 1024  # of all files together, before they are encoded
# What the Markdown room takes for a picture's address, until it becomes its part of the mail.
_PLACE = "/picture-of-this-mail/"
_LINKED = re.compile(
    rf'<a class="picture" href="{_PLACE}([0-9a-f]{{32}})"[^>]*>(<img [^>]*>)</a>', re.ASCII
)
_SOURCE = re.compile(rf'src="{_PLACE}([0-9a-f]{{32}})"', re.ASCII)


@dataclass(frozen=True)
class Taken:
    """What goes along of a message's files, and the names of those that don't."""

    files: list[Attachment] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def taken(message: Message) -> Taken:
    """The files of *message* until they are too many bytes; a large one keeps no small one out."""
    found, size = Taken(), 0
    for file in message.attachments:
        if size + file.size > MOST_BYTES:
            found.left_out.append(file.file_name)
        else:
            size += file.size
            found.files.append(file)
    return found


def words_of(message: Message, files: Sequence[Attachment]) -> Words:
    """The words of *message*; pictures in them are shown from among *files*."""
    if message.format is not Format.MARKDOWN:
        return Words(message.body, as_typed(message.body))
    pictures = {file.key: file for file in files if _is_picture(file)}

    def picture(key: str) -> markdown.File | None:
        file = pictures.get(key)
        return None if file is None else markdown.File(_PLACE + key, file.file_name, True)

    html = str(markdown.to_html(message.body, markdown.Links(file=picture)))
    html = _LINKED.sub(r"\2", html)
    html = _SOURCE.sub(lambda found: f'src="cid:{content_id(found[1])}"', html)
    html = re.sub(rf'<a [^>]*href="{_PLACE}[^>]*>(.*?)</a>', r"\1", html, flags=re.DOTALL)
    return Words(markdown.to_text(message.body), Markup(html))  # noqa: S704 (clean, see markdown)


def content_id(key: str) -> str:
    """The name of a picture's part. Anybody's who has the mail, so not the key of its address."""
    return f"picture-{key[:12]}@mail"


def read(files: Sequence[Attachment], html: str) -> list[File]:
    """The content of *files*; those that *html* shows are inline. Raises HelpdeskError."""
    return [_read(file, html) for file in files]


def _read(file: Attachment, html: str) -> File:
    with store().open(file.stored_name) as content:
        shown = content_id(file.key)
        return File(
            file.file_name,
            file.content_type,
            content.read(),
            shown if f"cid:{shown}" in html else "",
        )


def _is_picture(file: Attachment) -> bool:
    return file.content_type in INLINE and file.content_type.startswith("image/")
