"""The source of a mail to read, and its formatted words to look at."""

import re
import secrets
from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO

from msgspec import Struct

from ...files import INLINE, is_bearable, sniff
from ...mail.reading import Mail, Unreadable, read

HEADER_LINES = 100
SOURCE_BYTES = 200 * 1024
PICTURE_BYTES = 8 * 1024 * 1024  # of all pictures that came with a mail
SHOWN_BYTES = 2 * PICTURE_BYTES  # of all that a page shows, one that is shown twice counted twice
STYLE = (
    "body{margin:1rem;background:#fff;color:#16191d;font:15px/1.5 system-ui,sans-serif;"
    "overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}"
    "blockquote{margin-inline:0;padding-inline-start:.875rem;border-inline-start:3px solid #7d868e}"
)

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n|\r\r")
# What would be seen as something else, or nowhere: control and direction characters.
_HIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NAMES_HTML = re.compile(rb"text/html|winmail\.dat", re.IGNORECASE)


class Source(Struct, frozen=True):
    """A mail as text: the lines before its words, and its beginning as it stands."""

    headers: str
    more_headers: bool
    beginning: str
    more: bool
    names_html: bool  # there may be formatted words in it


class HtmlOf(Struct, frozen=True):
    """Formatted words, made safe; *has_remote*: somebody else would be asked for pictures."""

    html: str
    has_remote: bool


def source_of(content: bytes) -> Source:
    """*content*, a mail, as far as a person reads it."""
    beginning = content[:SOURCE_BYTES]
    found = _END_OF_HEADERS.search(beginning)
    lines = _text(beginning[: found.start()] if found else beginning).split("\n")
    return Source(
        headers="\n".join(lines[:HEADER_LINES]),
        more_headers=len(lines) > HEADER_LINES,
        beginning=_text(beginning),
        more=len(content) > SOURCE_BYTES,
        names_html=_NAMES_HTML.search(beginning) is not None,
    )


def html_of(content: bytes, *, remote: bool) -> HtmlOf | None:
    """The formatted words of the mail *content*; None where it has none or can't be read."""
    try:
        mail = read(content)
    except Unreadable:
        return None
    if mail.html is None:
        return None
    pictures = _pictures(mail)
    from ...mail.reading.showing import show_html

    # A sanitiser lets no data: through, so each picture has a name until it is done. One that no
    # mail can have written: in words it would look the same.
    place = f"/inline-{secrets.token_hex(16)}/"
    urls = {cid: f"{place}{number}" for number, cid in enumerate(pictures)}
    safe, has_remote = show_html(mail.html, urls, remote)
    return HtmlOf(_placed(safe, place, list(pictures.values())), has_remote)


def _placed(html: str, place: str, pictures: Sequence[str]) -> str:
    """*html* with its pictures in it: as often as they are shown, but only so many bytes."""
    pieces = re.split(f'src="{place}([0-9]+)"', html)
    left = SHOWN_BYTES
    for index in range(1, len(pieces), 2):
        picture = pictures[int(pieces[index])]
        left -= len(picture)
        pieces[index] = f'src="{picture}"' if left >= 0 else ""
    return "".join(pieces)


def _pictures(mail: Mail) -> dict[str, str]:
    """The pictures that came with *mail* as addresses that hold them, by Content-ID."""
    found: dict[str, str] = {}
    left = PICTURE_BYTES
    for file in mail.files:
        kind = sniff(file.content[:4096], file.name) if file.content_id else ""
        is_shown = kind in INLINE and is_bearable(BytesIO(file.content), kind)
        if is_shown and len(file.content) <= left:
            left -= len(file.content)
            found[file.content_id] = f"data:{kind};base64,{b64encode(file.content).decode()}"
    return found


def _text(content: bytes) -> str:
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
