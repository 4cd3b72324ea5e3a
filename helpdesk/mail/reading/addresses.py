"""Addresses in headers, read leniently: names, comments, groups, and what programs make of them."""

import re

from .charsets import clean_line
from .message import Address
from .words import plain, read_words

_LONGEST = 100_000  # bytes of one header
_MOST = 1000
_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*+)"?|<(?P<angle>[^<>]*+)>?|(?P<sign>[(),;:])|'
    r'(?P<bare>[^"<>(),;:\\]++)|.',
    re.DOTALL,
)
_COMMENT = re.compile(r"[()]|\\.", re.DOTALL)
_LOCAL = re.compile(r"[^\s@<>()\",;:\\\[\]]{1,128}\Z")
_DOMAIN = re.compile(r"[^\s@<>()\",;:\\']{1,255}")
_MOST_SIGNS = 50
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def addresses(raw: bytes) -> tuple[Address, ...]:
    """All addresses of a header's value, in order; what has none is left out."""
    text = plain(raw[:_LONGEST])
    found = _split(text)
    if not found and "=?" in text:  # some programs encode the address with the name
        found = _split(read_words(text))
    return tuple(found)


def email_of(text: str) -> str:
    """The first address in *text* as it is kept; '' when there is none."""
    found = _found(clean_line(text))
    if found is None:
        return ""
    return f"{found[1]}@{found[2].rstrip('.').lower()}"


def _found(text: str) -> tuple[str, str, str] | None:
    """The first address with what stands before it; looks at a bounded number of signs."""
    at = -1
    for _ in range(_MOST_SIGNS):
        at = text.find("@", at + 1)
        if at < 0:
            return None
        local = _LOCAL.search(text[max(at - 128, 0) : at])
        domain = _DOMAIN.match(text, at + 1)
        if local and domain:
            return text[: at - len(local[0])] + text[domain.end() :], local[0], domain[0]
    return None


class _One:
    """What was read of one address so far."""

    def __init__(self) -> None:
        self.name: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None

    def address(self) -> Address | None:
        bare = "".join(self.name)
        if self.angle is not None and (email := email_of(_routed(self.angle))):
            name = bare if bare.strip() else " ".join(self.comment)
        elif email := email_of(bare):
            rest = _found(clean_line(bare))
            name = rest[0] if rest and rest[0].strip() else " ".join(self.comment)
        else:
            return None
        name = clean_line(read_words(name)).strip("'\" ")
        return Address(name[:200], email)


def _routed(angle: str) -> str:
    return angle.rpartition(":")[2]


def _split(text: str) -> list[Address]:
    found: list[Address] = []
    one = _One()
    at = 0
    while at < len(text) and len(found) < _MOST:
        match = _TOKEN.match(text, at)
        if match is None:
            break
        at = match.end()
        sign = match["sign"]
        if sign == "(":
            at = _comment_end(text, at)
            one.comment.append(text[match.end() : at - 1])
        elif sign in (",", ";"):
            if address := one.address():
                found.append(address)
            one = _One()
        elif sign == ":" and one.angle is None and len(one.name) < 5:
            one = _One()  # the name of a group
        elif match["angle"] is not None:
            if one.angle is None or not email_of(_routed(one.angle)):  # "<b>" may be a name
                one.angle = match["angle"]
        elif match["quoted"] is not None:
            one.name.append(_quoted(match["quoted"], text[at : at + 1]))
        else:
            one.name.append(match["bare"] or (sign if sign == ":" else " "))
    if address := one.address():
        found.append(address)
    return found[:_MOST]


def _quoted(text: str, follows: str) -> str:
    """A quoted name; an address in quotes is a name too, unless it is the local part of one."""
    text = _ESCAPED.sub(r"\1", text)
    if follows != "@":
        return f"{text} "
    # "eve ana"@shop.example is not ana: where it can't be kept as it is, it is no address.
    return text if _LOCAL.fullmatch(text) else f'"{text}"'


def _comment_end(text: str, at: int) -> int:
    depth = 1
    for match in _COMMENT.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return len(text) + 1
