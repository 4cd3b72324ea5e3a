"""How a mail of the corpus is written down: its bytes, and what must come of it."""

from base64 import encodebytes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ALICE = b"From: Alice <alice@example.org>\n"
HEAD = ALICE + b"To: support@shop.example\nSubject: Lamp\nMessage-ID: <1@example.org>\n"


@dataclass(frozen=True)
class Case:
    """*expected* names attributes of the Mail; ``x_has`` is a part of x, ``unreadable`` a reason.

    ``files`` are names, or (name, type, content) where that matters.
    """

    name: str
    raw: bytes
    expected: Mapping[str, Any] = field(default_factory=dict)


def case(name: str, raw: bytes | str, **expected: Any) -> Case:
    return Case(name, raw.encode() if isinstance(raw, str) else raw, expected)


def plain(name: str, body: bytes | str, *, head: bytes = b"", **expected: Any) -> Case:
    """A mail of one text part; *head* are more header lines."""
    body = body.encode() if isinstance(body, str) else body
    return case(name, HEAD + head + b"\n" + body, **expected)


def headed(name: str, head: bytes | str, **expected: Any) -> Case:
    """A mail whose headers matter."""
    head = head.encode() if isinstance(head, str) else head
    return case(name, head.rstrip(b"\n") + b"\n\nHello\n", **expected)


def html(name: str, body: str, **expected: Any) -> Case:
    return plain(name, body, head=b"Content-Type: text/html; charset=utf-8\n", **expected)


def part(kind: str, body: bytes | str, *more: str) -> bytes:
    body = body.encode() if isinstance(body, str) else body
    lines = [f"Content-Type: {kind}", *more, "", ""]
    return "\n".join(lines).encode() + body


def encoded(kind: str, content: bytes, *more: str) -> bytes:
    return part(kind, encodebytes(content), "Content-Transfer-Encoding: base64", *more)


def multipart(kind: str, parts: Sequence[bytes], boundary: str = "b", more: str = "") -> bytes:
    """The header line and the body of a multipart: a part itself."""
    line = f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}\n\n'.encode()
    pieces = b"".join(b"--" + boundary.encode() + b"\n" + one + b"\n" for one in parts)
    return line + pieces + b"--" + boundary.encode() + b"--\n"
