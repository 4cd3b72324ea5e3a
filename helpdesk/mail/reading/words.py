"""Encoded words in headers (RFC 2047), and the bytes that stand there without being encoded."""

import re

from .charsets import clean_line, decoded
from .message import Remarks
from .transfer import word_base64, word_quoted

_WORD = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?]*+)\?=")
_LONGEST = 100_000  # bytes of one header that are read for people


def plain(raw: bytes) -> str:
    """*raw* as text: UTF-8 as RFC 6532 allows it, or what else is sent without being allowed."""
    return decoded(raw, "", Remarks())


def readable(raw: bytes) -> str:
    """A header's value for people: decoded, one line."""
    return clean_line(read_words(plain(raw[:_LONGEST])))


def read_words(text: str) -> str:
    """*text* with its encoded words decoded.

    Neighbours of one charset are joined as bytes first: many programs cut characters in two.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    run: list[tuple[str, str, str]] = []
    at = 0
    for match in _WORD.finditer(text):
        between = text[at : match.start()]
        if not run or between.strip():
            pieces += (_run(run), between)
            run = []
        run.append((match[1].partition("*")[0].lower(), match[2].lower(), match[3]))
        at = match.end()
    pieces += (_run(run), text[at:])
    return "".join(pieces)


def _run(words: list[tuple[str, str, str]]) -> str:
    text: list[str] = []
    raw, charset = b"", ""
    index = 0
    while index < len(words):
        here, encoding, first = words[index]
        index += 1
        same = [first]
        while index < len(words) and words[index][:2] == (here, encoding):
            same.append(words[index][2])
            index += 1
        joined = word_base64("".join(same)) if encoding == "b" else word_quoted("".join(same))
        if here != charset:
            text.append(decoded(raw, charset, Remarks()))
            raw, charset = b"", here
        raw += joined
    text.append(decoded(raw, charset, Remarks()))
    return "".join(text)
