"""Bytes to text: what a charset's name means in mails, and text that can be kept."""

import codecs
import re
import unicodedata

from .message import Remarks

_SAME = {
    "gb18030": "gb2312 gbk x-gbk gb-2312 gb2312-80 gb-2312-80 cp936 ms936 windows-936 euc-cn",
    "cp1252": "iso-8859-1 iso8859-1 iso88591 latin1 latin-1 l1 windows-1252 ansi x-ansi",
    "cp1254": "iso-8859-9 latin5",
    "cp874": "tis-620 iso-8859-11",
    "cp932": "shift-jis sjis x-sjis ms-kanji windows-31j ms932 shiftjis",
    "cp949": "ks-c-5601-1987 ks-c-5601-1989 ks-c-5601 ksc5601 ksc-5601 euc-kr uhc windows-949",
    "big5hkscs": "big5 big-5 x-x-big5 cn-big5",
    "iso8859-8": "iso-8859-8-i iso-8859-8-e",
    "iso8859-6": "iso-8859-6-i iso-8859-6-e",
    "utf-8": "utf8mb4 unicode-1-1-utf-8 x-utf-8",
    "utf-7": "unicode-1-1-utf-7",
    "mac-roman": "macintosh x-mac-roman",
    "koi8-r": "koi8",
    "iso-2022-jp": "csiso2022jp iso-2022-jp-ms cp50220 cp50221",
    "": "us-ascii ascii ansi-x3.4-1968 unknown unknown-8bit x-unknown none default 8bit 7bit "
    "binary iso-8859 charset utf",
}
_ALIASES = {alias: name for name, aliases in _SAME.items() for alias in aliases.split()}
# Text only: no rot13, no idna (slow on purpose), none of the *_escape that read backslashes.
_ALLOWED = re.compile(
    r"utf|iso8859|iso2022|cp\d|koi8|mac-|big5|gb|euc|shift|johab|hz|tis|kz1048|ptcp154|hp-roman8"
)
_NAME = re.compile(r"[a-z0-9][a-z0-9.:+-]{0,39}")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_PILE = re.compile(r"[^\w\x00-\x7f]{32,}")
_PILE_MOST = 30  # marks on one letter (Unicode's "stream-safe" text)
_ESCAPES = re.compile(rb"\x1b(\([A-Z]|\$\([A-Z]|\$[@AB])")


def decoded(raw: bytes, charset: str, remarks: Remarks) -> str:
    """*raw* as text of *charset*, whatever it is; what can't be read becomes U+FFFD."""
    name = _codec(charset)
    if name is None:
        remarks.add(f"unknown character set {clean_line(charset)[:40]}")
        name = ""
    if not name:
        return _guessed(raw)
    if name == "iso2022_jp":
        return _japanese(raw)
    try:
        return raw.decode(name)
    except UnicodeError:
        pass
    text = raw.decode(name, "replace")
    if name == "utf-8" and text.count("\ufffd") * 3 > len(text) - len(
        raw.decode("ascii", "ignore")
    ):
        text = raw.decode("cp1252", "replace")  # nothing in it was UTF-8
    remarks.add("some characters could not be read")
    return text


def _codec(charset: str) -> str | None:
    name = charset.lower().partition(";")[0].strip(" \t'\"").replace("_", "-")
    name = _ALIASES.get(name, name)
    if not name:
        return ""
    if not _NAME.fullmatch(name):
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if _ALLOWED.match(found) else None


def _guessed(raw: bytes) -> str:
    if b"\x1b$" in raw or b"\x1b(" in raw:
        return _japanese(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _japanese(raw: bytes) -> str:
    """ISO-2022-JP as it is sent: with makers' characters and half-width letters, ends missing."""
    try:
        return raw.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        pass
    pieces = _ESCAPES.split(raw)
    text = [pieces[0].decode("cp932", "replace")]
    for escape, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if escape in (b"$@", b"$B"):
            text.append(_kanji(piece))
        elif escape == b"(I":
            text.append(bytes(byte | 0x80 for byte in piece).decode("cp932", "replace"))
        else:
            text.append(piece.decode("cp932", "replace"))
    return "".join(text)


def _kanji(piece: bytes) -> str:
    """Two bytes a character; line ends may stand between them where the end was forgotten."""
    shifted = bytearray()
    index = 0
    while index < len(piece):
        first = piece[index]
        if not 0x21 <= first <= 0x7E or index + 1 >= len(piece):
            shifted.append(first)
            index += 1
            continue
        second = piece[index + 1]
        low = second + (0x1F if second < 0x60 else 0x20) if first % 2 else second + 0x7E
        high = (first - 0x21) // 2 + 0x81
        shifted += bytes((high + 0x40 if high > 0x9F else high, low & 0xFF))
        index += 2
    return shifted.decode("cp932", "replace")


def clean(text: str) -> str:
    """*text* fit to keep: lines end in \\n, no control characters, no half pairs, composed."""
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    if text.isascii():
        return text
    text = _SURROGATES.sub("\ufffd", text)
    # Composing takes the square of the marks that are piled on one letter.
    text = _PILE.sub(lambda pile: _thinned(pile.group()), text)
    return unicodedata.normalize("NFC", text)


def _thinned(pile: str) -> str:
    kept, marks = [], 0
    for char in pile:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _PILE_MOST:
            kept.append(char)
    return "".join(kept)


_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


def clean_line(text: str) -> str:
    """*text* as one line, with nothing that turns round how the rest of a page reads."""
    return " ".join(_TURNS.sub("", clean(text)).split())
