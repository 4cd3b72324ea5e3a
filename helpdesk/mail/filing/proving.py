"""Whether a mail is from the domain that it says: by what the mailbox's own server wrote on it.

Much of what a server writes there is the sender's words, such as the address of their envelope. So
results are read by the grammar of RFC 8601 (comments, quoted words), nothing in them is decoded,
and what doesn't fit it, or contradicts itself, proves nothing.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ...accounts.queries import normal_email
from ..models import Mailbox
from ..reading import Mail
from .senders import Sender

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_WORD = re.compile(r"[A-Za-z0-9._@/+=-]*")
_BARE = re.compile(r'[^"()\\]+')
_IN_COMMENT = re.compile(r'\\.|["()]', re.DOTALL)
_EQUALS = re.compile(r" ?= ?")  # of text whose spaces are single
_METHOD = re.compile(r"[a-z0-9-]+(?:/1)?")
_PROPERTY = re.compile(r"[a-z]+\.[a-z0-9_-]+")
_SOMETHING = "?"  # in the place of quoted words: no name of a domain, and it ends nothing


class _Odd(Exception):
    """Not what RFC 8601 says: nobody knows what another program reads in it."""


class _Result(NamedTuple):
    method: str
    said: str
    properties: dict[str, str]


def is_proven(mail: Mail, sender: Sender, mailbox: Mailbox | None) -> bool:
    """Whether *mailbox*'s own server vouches for the domain of *sender* (RFC 8601, RFC 7489).

    Only the topmost result of the configured server counts: it removes those that claim its name.
    And only for who stands in From alone: of two, one could be proven and the other be believed,
    and a form's Reply-To is whatever its visitor typed.
    """
    if mailbox is None or not mailbox.authserv_id or len(mail.headers("from")) != 1:
        return False
    if [normal_email(one.email) for one in mail.authors] != [sender.email]:
        return False
    domain = sender.email.rpartition("@")[2]
    for header in mail.authentication_results:
        try:
            server, *results = _without_quotes(header).split(";")
        except _Odd:
            return False
        if (server.split() or [""])[0].lower() == mailbox.authserv_id.lower():
            return _vouch(results, domain)
    return False


def _vouch(results: Sequence[str], domain: str) -> bool:
    """What is said of DMARC decides; where nothing is, a signature of the domain itself does."""
    try:
        found = [_result(one) for one in results if one.strip() not in ("", "none")]
    except _Odd:
        return False
    if of_dmarc := [one for one in found if one.method == "dmarc"]:
        return all(_names(one, "header.from", domain) for one in of_dmarc)
    return any(_names(one, "header.d", domain) for one in found if one.method == "dkim")


def _names(result: _Result, name: str, domain: str) -> bool:
    given = result.properties.get(name, "").rpartition("@")[2]
    return result.said == "pass" and given == domain


def _result(text: str) -> _Result:
    """``dkim=pass header.d=shop.example``. Raises _Odd."""
    words = [
        word.partition("=") for word in _EQUALS.sub("=", " ".join(text.split())).lower().split()
    ]
    method, _equals, said = words[0]
    if not _METHOD.fullmatch(method) or not said:
        raise _Odd
    properties: dict[str, str] = {}
    for name, _equals, value in words[1:]:
        if _PROPERTY.fullmatch(name) and properties.setdefault(name, value) != value:
            raise _Odd
    return _Result(method.partition("/")[0], said, properties)


def _without_quotes(header: str) -> str:
    """*header* without comments; quoted is in it only what could stand there unquoted as well.

    Raises _Odd.
    """
    done, at = [], 0
    while at < len(header):
        if header[at] == "(":
            at = _comment_end(header, at + 1)
            done.append(" ")
        elif match := _QUOTED.match(header, at):
            done.append(match[1] if _WORD.fullmatch(match[1]) else _SOMETHING)
            at = match.end()
        elif match := _BARE.match(header, at):
            done.append(match[0])
            at = match.end()
        else:
            raise _Odd
    return "".join(done)


def _comment_end(header: str, at: int) -> int:
    """Where the comment ends that begins before *at*. Raises _Odd.

    One with half of a pair of quotes was perhaps ended by the sender's words in it.
    """
    depth, quotes = 1, 0
    for match in _IN_COMMENT.finditer(header, at):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        quotes += match[0] == '"'
        if depth == 0:
            if quotes % 2:
                break
            return match.end()
    raise _Odd
