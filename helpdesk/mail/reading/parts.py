"""Which parts of a mail are its words, and which are files."""

import re
from dataclasses import dataclass, field

from . import calendar, guards
from .charsets import clean, decoded
from .flowed import unwrapped
from .headers import first, subject
from .html_text import text_of
from .message import File, Remarks
from .names import file_name
from .structure import Part, head
from .transfer import undone
from .winmail import Broken, Winmail, read_winmail
from .words import plain

_WORDS = {
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/markdown",
    "text/x-markdown",
}
_SAID_AGAIN = {"text/x-amp-html", "text/watch-html"}  # the same words for some programs
_RETURNED = ("message/rfc822", "message/global")
_STUB = re.compile(
    r"html[ -]?(?:version|only|format|capable|compatible|enabled|e-?mail|mail|message)|"
    r"(?:support|display|view|show|anzeig\w*|darstell\w*)\b.{0,60}\bhtml|"
    r"view (?:this|it) .{0,40}browser|"
    r"html-(?:fähig|darstellung|ansicht)|im browser (?:öffnen|ansehen)",
    re.IGNORECASE | re.DOTALL,
)
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b")
_MOST_INVITATIONS = 10  # parts of a mail in which they are looked for
_META = re.compile(
    rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_TAG = re.compile(r"<[a-zA-Z/][^<>]{0,60}>")


@dataclass(slots=True)
class Piece:
    """Words in one or both of two forms."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Found:
    pieces: list[Piece] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    invitations: list[str] = field(default_factory=list)


class Sorter:
    """Goes through a tree once and puts every leaf where it belongs: nothing is left out."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._number = 0
        self._left = {"plain": guards.MOST_TEXT, "html": guards.MOST_TEXT}
        self._uu_left = guards.MOST_UU_BYTES

    def sort(self, part: Part, *, root: bool = False, related: bool = False) -> Found:
        if part.too_deep or not part.parts:
            return self._leaf(part, root=root, beside=related)
        inside = [
            self.sort(one, related=related or (part.type == "multipart/related" and index > 0))
            for index, one in enumerate(part.parts)
        ]
        found = Found(
            files=[file for one in inside for file in one.files],
            invitations=[words for one in inside for words in one.invitations],
        )
        found.pieces = [piece for one in inside for piece in one.pieces]
        if part.type == "multipart/alternative":
            found.pieces = _alternative(found.pieces)
        return found

    def _leaf(self, part: Part, *, root: bool, beside: bool) -> Found:
        self._number += 1
        disposition = part.value("content-disposition")
        given = disposition.parameter("filename") or part.value("content-type").parameter("name")
        content = self._content(part)
        if part.type == "application/ms-tnef" or given.lower() == "winmail.dat":
            return self._winmail(content)
        attached = disposition.word.lower() == "attachment" or bool(given and not root)
        kind = part.type
        if kind in _SAID_AGAIN:
            return Found()
        if kind == "text/plain" and _is_binary(content[:1000]) and not _wide(part):
            kind = "application/octet-stream"
            self._remarks.add("a text part that is no text: kept as a file")
        found = Found()
        is_words = kind in _WORDS and not attached and not beside and not part.too_deep
        if is_words and self._left["html" if kind == "text/html" else "plain"] > 0:
            if kind == "text/plain" and not root and not content.strip():
                return found
            found.pieces.append(self._words(part, kind, content, found))
            return found
        if kind == "text/calendar":
            if self._number <= _MOST_INVITATIONS:
                charset = part.value("content-type").parameter("charset")
                text = decoded(content[: calendar.LONGEST], charset, self._remarks)
                found.invitations.append(calendar.summary(clean(text)))
            given = given or "invitation.ics"
        elif kind in _RETURNED and not given:
            given = _titled(content)
        if content or given:
            found.files.append(self._file(given, kind, content, part))
        return found

    def _content(self, part: Part) -> bytes:
        encoding = plain(part.first("content-transfer-encoding")[:200])
        if "uu" in encoding.lower():
            self._uu_left -= len(part.body)
        if part.too_deep or self._uu_left < 0:
            return part.body
        return undone(part.body, encoding, self._remarks)

    def _file(self, given: str, kind: str, content: bytes, part: Part) -> File:
        cid = "".join(plain(part.first("content-id")[:1000]).split()).strip("<>")
        name = file_name(given, kind, self._number)
        return File(name=name, type=kind, content=content, content_id=clean(cid)[:500])

    def _words(self, part: Part, kind: str, content: bytes, found: Found) -> Piece:
        form = "html" if kind == "text/html" else "plain"
        most = self._left[form]
        said = part.value("content-type")
        charset = said.parameter("charset") or (_charset_within(content) if form == "html" else "")
        text = clean(decoded(content[: most * 4], charset, self._remarks))
        if len(text) > most or len(content) > most * 4:
            self._remarks.add("more than a million characters of words: all of them are in a file")
            found.files.append(self._file("", kind, content, part))
        text = text[:most]
        self._left[form] -= max(len(text), len(content) // 4)
        if form == "html":
            return Piece(html=text)
        if kind in ("text/enriched", "text/richtext"):
            text = _TAG.sub("", text)
        if said.parameter("format").lower() == "flowed":
            text = unwrapped(text, delete_space=said.parameter("delsp").lower() == "yes")
        return Piece(plain=text)

    def _winmail(self, content: bytes) -> Found:
        found = Found()
        whole = File("winmail.dat", "application/ms-tnef", content)
        try:
            read = read_winmail(content)
        except Broken:
            self._remarks.add("winmail.dat can't be read: kept as a file")
            found.files.append(whole)
            return found
        if read.text or read.html:
            found.pieces.append(Piece(read.text or None, read.html or None))
        elif read.formatted:
            self._remarks.add("winmail.dat has words that only Outlook can read: kept as a file")
            found.files.append(whole)
        found.files.extend(self._unwrapped(read))
        return found

    def _unwrapped(self, read: Winmail) -> list[File]:
        files = []
        for one in read.files:
            self._number += 1
            kind = (
                one.type.lower() if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", one.type) else ""
            )
            kind = kind or "application/octet-stream"
            name = file_name(one.name, kind, self._number)
            files.append(File(name, kind, one.content, one.content_id.strip("<>")[:500]))
        return files


def _alternative(pieces: list[Piece]) -> list[Piece]:
    """One piece of all: what one program shows as text, and another as HTML."""
    texts = [piece.plain for piece in pieces if piece.plain is not None]
    htmls = [piece.html for piece in pieces if piece.html is not None]
    if not texts and not htmls:
        return []
    return [Piece("\n\n".join(texts) if texts else None, "\n".join(htmls) if htmls else None)]


def _charset_within(html: bytes) -> str:
    """What HTML says of itself, which is often wrong: only where it isn't UTF-8 anyway."""
    try:
        html[:100_000].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < 99_990 and (said := _META.search(html[:5000])):
            return said[1].decode("ascii")
    return ""


def _is_binary(start: bytes) -> bool:
    return len(start.translate(None, _CONTROLS)) < len(start) * 0.8


def _wide(part: Part) -> bool:
    return part.value("content-type").parameter("charset").lower().startswith(("utf-16", "utf-32"))


def _titled(content: bytes) -> str:
    """The name of a forwarded mail: its subject."""
    fields, _end = head(content, Remarks(), 0, min(len(content), 100_000))
    return (
        f"{subject(fields)[:100] or 'message'}.eml" if first(fields, "subject") else "message.eml"
    )


def text_and_html(found: Found, remarks: Remarks) -> tuple[str, str | None]:
    """All words of a mail as text, and as HTML where any of it came so."""
    pieces = _paired(found.pieces)
    texts: list[str] = []
    for piece in pieces:
        said = (piece.plain or "").strip("\n").rstrip()
        if piece.html is not None and (not said or _is_stub(said)):
            said = text_of(piece.html, remarks) or said
        if said.strip():
            texts.append(said)
    if not texts:
        texts = [words for words in found.invitations if words]
    has_html = any(piece.html is not None for piece in pieces)
    return "\n\n".join(texts)[: guards.MOST_TEXT], _html(pieces) if has_html else None


def _is_stub(text: str) -> bool:
    return len(text) < 400 and bool(_STUB.search(text))


def _paired(pieces: list[Piece]) -> list[Piece]:
    """Some programs send the same words as text and as HTML without saying that they are."""
    paired: list[Piece] = []
    for piece in pieces:
        before = paired[-1].plain if paired and paired[-1].html is None else None
        if (
            before
            and piece.html is not None
            and piece.plain is None
            and _squeezed(before) == _squeezed(text_of(piece.html, Remarks()))
        ):
            paired[-1] = Piece(before, piece.html)
        else:
            paired.append(piece)
    return paired


def _squeezed(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _html(pieces: list[Piece]) -> str:
    """The HTML of all pieces; what came as text alone stands in it as it was typed."""
    whole: list[str] = []
    for piece in pieces:
        if piece.html is not None:
            whole.append(piece.html)
        elif (piece.plain or "").strip():
            text = (piece.plain or "").replace("&", "&amp;").replace("<", "&lt;")
            whole.append(f"<pre>{text}</pre>")
    return "\n".join(whole)
