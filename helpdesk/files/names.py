"""The sender's name of a file: made safe to show, to save under and to put into a header."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 200  # UTF-8 bytes: file systems take 255, and browsers add " (1)" and the like
NAMELESS = "file"
_LONGEST_EXTENSION = 20  # bytes; what is longer after the last dot is no extension
# Characters that show a name as what it is not: bidi marks, embeddings, overrides and isolates,
# and those that show nothing at all. Joiners stay: Persian and emoji are spelled with them.
_DECEITS = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# What Windows takes for a device, whatever is behind the dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\.|$)", re.IGNORECASE)
_UNQUOTED = "!#$&+-.^_`|~"  # RFC 5987, attr-char, beyond letters and digits
_NOT_PLAIN = re.compile(r'[^ -~]|["\\%]')


def clean_name(raw: str | None) -> str:
    """*raw* without its folders and without what could mislead or break; never empty.

    The result is NFC, one line, has at most LONGEST bytes in UTF-8 (the extension survives
    shortening), and cleaning it again changes nothing.
    """
    name = re.split(r"[/\\]", raw or "")[-1]
    name = "".join(c for c in name if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs"))
    name = unicodedata.normalize("NFC", _DECEITS.sub("", name))
    name = " ".join(name.split()).strip(" .")
    if _DEVICE.match(name):
        name = f"_{name}"
    return _shortened(name) or NAMELESS


def content_disposition(name: str, inline: bool) -> str:
    """The header for a file called *name* (RFC 6266): an ASCII name, and all of it (RFC 5987).

    Whatever *name* has in it, the result is one line of printable ASCII.
    """
    name = clean_name(name)
    kind = "inline" if inline else "attachment"
    plain = _plain(name)
    header = f'{kind}; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe=_UNQUOTED)}"


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > _LONGEST_EXTENSION:
        stem, dot, extension = name, "", ""
    room = LONGEST - len((dot + extension).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + extension


def _plain(name: str) -> str:
    """*name* in ASCII for old programs, without quotes, backslashes and percent signs."""
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    return ((_ascii(stem).strip(" .") or NAMELESS) + dot + _ascii(extension)).rstrip(" .")


def _ascii(text: str) -> str:
    known = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_PLAIN.sub("_", known)
