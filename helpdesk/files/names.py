"""File names from clients, made safe to keep, to show and to send."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 200  # bytes of UTF-8
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidi overrides, surrogates …
_SPACES = re.compile(r"\s+")


def clean_name(raw: str) -> str:
    """The last part of *raw* without what could deceive; ``file`` where nothing is left."""
    base = raw.replace("\\", "/").rsplit("/", 1)[-1]
    base = _SPACES.sub(" ", base)
    safe = "".join(char for char in base if unicodedata.category(char) not in _UNSAFE)
    safe = unicodedata.normalize("NFC", safe).strip().lstrip(".").strip()
    return _shortened(safe) or "file"


def content_disposition(name: str, *, inline: bool) -> str:
    """The header's value (RFC 6266): a plain ASCII name, and the real one as RFC 8187 has it."""
    ascii_name = re.sub(r'[^ !#-\[\]-~]|[%";]', "_", name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 20:
        stem, extension = name, ""
    tail = f".{extension}" if extension else ""
    return stem.encode()[: LONGEST - len(tail.encode())].decode("utf-8", "ignore").rstrip() + tail
