"""Reports that a mail did not arrive: RFC 3464, and what servers sent before it and still do."""

import re
from collections.abc import Iterator

from . import automatic
from .addresses import email_of
from .headers import ids, return_path, values
from .message import Bounce, Failure, Remarks
from .structure import Part, head
from .transfer import undone
from .words import plain, readable

_MOST = 200  # recipients of one report
_MOST_REPORTS = 10
_MOST_BYTES = 500_000  # of a report or of what came back
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_CODE = re.compile(r"(?<![\d.])[45]\d\d(?=[ -])")
_BLOCKS = re.compile(rb"\r?\n[ \t]*\r?\n")
_PHRASE = re.compile(
    r"undeliver|deliver\w* (?:has |have )?(?:status |to .{1,200} )?(?:fail|delay)|failure notice|"
    r"(?:could|was|can) ?not (?:be )?deliver|unable to deliver|returned (?:mail|to sender)|"
    r"(?:couldn't|wasn't|hasn't been|not been) delivered|mail delivery|qmail-send|unzustellbar|"
    r"nicht (?:zugestellt|übermittelt)|non remis|no se (?:ha )?p[uo]d[oe] entregar",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"^[ \t]*<?([^\s<>@]{1,64}@[^\s<>@:]{1,255})>?:?[ \t]*$", re.MULTILINE)
_INLINE = re.compile(r"<([^\s<>@]{1,64}@[^\s<>@:]{1,255})>:? ([^\n]+)")
_COPY = re.compile(
    r"^.{0,10}(?:below this line is a copy|this is a copy of (?:the|your) message|"
    r"original message (?:headers|follows)).*$",
    re.IGNORECASE | re.MULTILINE,
)
_RETURNED = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}


def bounce_of(root: Part, text: str) -> Bounce | None:
    """What a report says; None when the mail is none. *text* is the readable part of it.

    A person who sends one on to us has words of their own around it.
    """
    by_server = _is_by_server(root)
    if root.type not in ("multipart/report", *_REPORTS) and not by_server:
        return None
    parts = list(_leaves(root))
    reports = [part for part in parts if part.type in _REPORTS]
    returned = next((part for part in parts if part.type in _RETURNED), None)
    if reports:
        failures = [one for part in reports[:_MOST_REPORTS] for one in _failures(part)]
        return _bounce(failures or _told(root, text), _came_back(returned, text))
    if by_server and _looks_like_one(root, text):
        failures = _told(root, text)
        if failures or returned is not None:
            return _bounce(failures, _came_back(returned, text))
    return None


def _leaves(part: Part) -> Iterator[Part]:
    if part.parts:
        for inner in part.parts:
            yield from _leaves(inner)
    else:
        yield part


def _bounce(failures: list[Failure], came_back: list[tuple[str, bytes]]) -> Bounce:
    return Bounce(
        recipients=tuple(failures[:_MOST]),
        message_ids=ids(values(came_back, "message-id", "x-message-id"), loose=True),
        headers=tuple((name, readable(value)[:1000]) for name, value in came_back[:200]),
    )


def _failures(part: Part) -> Iterator[Failure]:
    body = undone(
        part.body[:_MOST_BYTES], plain(part.first("content-transfer-encoding")), Remarks()
    )
    for block in _BLOCKS.split(body.strip())[: _MOST + 1]:
        fields, _end = head(block, Remarks(), 0, len(block))
        given = {name: _value(value) for name, value in reversed(fields)}
        address = given.get("final-recipient") or given.get("original-recipient")
        if not address:
            continue
        action = given.get("action", "failed").lower()
        diagnostic = readable(next(iter(values(fields, "diagnostic-code")), b""))
        status = _STATUS.search(given.get("status", "")) or _STATUS.search(diagnostic)
        yield Failure(
            address=email_of(address) or address[:320],
            action=action if action in _ACTIONS else "failed",
            status=status[0] if status else "",
            diagnostic=diagnostic[:2000],
        )


def _value(value: bytes) -> str:
    """A field's value without its kind: "rfc822; someone@example.org"."""
    text = readable(value[:2000])
    kind, semicolon, rest = text.partition(";")
    return rest.strip() if semicolon and "@" not in kind else text.partition("(")[0].strip()


def _came_back(part: Part | None, text: str) -> list[tuple[str, bytes]]:
    """The header fields of the mail that it is about."""
    if part is not None:
        raw = undone(
            part.body[:_MOST_BYTES], plain(part.first("content-transfer-encoding")), Remarks()
        )
    elif copy := _COPY.search(text):
        raw = text[copy.end() :][:_MOST_BYTES].encode()
    else:
        return []
    raw = raw.lstrip(b"\r\n")
    return head(raw, Remarks(), 0, len(raw))[0]


def _is_by_server(root: Part) -> bool:
    senders = [plain(value[:2000]) for value in values(root.fields, "from")[:1]]
    return return_path(root.fields) == "" or any(
        "mailer-daemon" in one.lower() or automatic.is_robot(email_of(one).partition("@")[0])
        for one in senders
    )


def _looks_like_one(root: Part, text: str) -> bool:
    """Whether it was written because something did not arrive."""
    if values(root.fields, "x-failed-recipients"):
        return True
    about = readable(b" ".join(values(root.fields, "subject")[:1]))
    return bool(_PHRASE.search(f"{about}\n{text[:3000]}"))


def _told(root: Part, text: str) -> list[Failure]:
    """The recipients that the words of a report name, with what stands below each."""
    copy = _COPY.search(text)
    told = text[: copy.start() if copy else 20_000][:20_000]
    found: dict[str, str] = {}
    for match in _PARAGRAPH.finditer(told):
        found.setdefault(email_of(match[1]), _paragraph(told[match.end() :]))
    for match in _INLINE.finditer(told):
        found.setdefault(email_of(match[1]), match[2].strip())
    for value in values(root.fields, "x-failed-recipients"):
        for one in plain(value[:20_000]).split(",")[:_MOST]:
            found.setdefault(email_of(one), "")
    return [_failure(address, words) for address, words in found.items() if address][:_MOST]


def _paragraph(text: str) -> str:
    return " ".join(text.lstrip("\n").partition("\n\n")[0].split())[:2000]


def _failure(address: str, words: str) -> Failure:
    status = _STATUS.search(words)
    code = status or _CODE.search(words)
    action = "delayed" if code and code[0].startswith("4") else "failed"
    return Failure(address, action, status[0] if status else "", words)
