"""Header values with parameters: Content-Type and Content-Disposition (RFC 2045, 2231)."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from .charsets import decoded
from .message import Remarks
from .words import plain, read_words

_LONGEST = 20_000  # bytes of a value; what is longer is cut
_MOST = 100
_PARAMETER = re.compile(
    r';\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


@dataclass(slots=True)
class Value:
    """The word before the first semicolon, and the parameters after it."""

    word: str
    _given: dict[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> str:
        """The parameter *name*, put together and decoded; '' when there is none."""
        sections: dict[int, tuple[bool, str]] = {}
        simple = ""
        for key, value in self._given.items():
            match = _SECTION.fullmatch(key)
            if match is None or match[1] != name:
                continue
            if match[2] or match[3]:
                sections[int(match[2] or 0)] = (bool(match[3]), value)
            else:
                simple = value
        return _joined(sections) if sections else read_words(simple)


def parsed(raw: bytes) -> Value:
    text = plain(raw[:_LONGEST])
    given: dict[str, str] = {}
    for match in _PARAMETER.finditer(text):
        if len(given) >= _MOST:
            break
        quoted, bare = match[2], match[3]
        value = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare.strip()
        given.setdefault(match[1].lower(), value)
    return Value(text.partition(";")[0].strip(), given)


def _joined(sections: dict[int, tuple[bool, str]]) -> str:
    """Sections of RFC 2231 in their order; the first says the charset of those with a star."""
    charset, pieces = "", []
    for number in sorted(sections):
        encoded, value = sections[number]
        if encoded and number == min(sections) and value.count("'") >= 2:
            charset, _language, value = value.split("'", 2)
        raw = value.encode("utf-8", "surrogatepass")
        pieces.append(unquote_to_bytes(raw) if encoded else raw)
    return decoded(b"".join(pieces), charset, Remarks())
