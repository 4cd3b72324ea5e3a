"""Mails that their owner had thrown away, or not sent yet, although the archive still has them.

Thunderbird moves a mail by copying it and marking the old one as deleted, so such a one must leave
no trace here: the other copy is the mail.
"""

import re
from pathlib import Path

from ....mail.reading.words import readable
from .letters import MOST_HEADERS

_END = re.compile(rb"\r?\n\r?\n")
_MOZILLA = re.compile(rb"^X-Mozilla-Status:[ \t]*([0-9a-f]{4})", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(rb"^X-Status:[ \t]*(\w*)", re.IGNORECASE | re.MULTILINE)
_LABELS = re.compile(
    rb"^X-Gmail-Labels:((?:[^\r\n]|\r?\n[ \t]){0,2000})", re.IGNORECASE | re.MULTILINE
)
_EXPUNGED = 0x0008  # of X-Mozilla-Status
_MAILDIR = re.compile(r"[:;!]2,([A-Za-z]*)$")
_DELETED, _DRAFT = "It was deleted there.", "It is a draft."
# What Gmail calls them in English and German.
_BY_LABEL = {
    "spam": "It was spam there.",
    **dict.fromkeys(("trash", "papierkorb"), _DELETED),
    **dict.fromkeys(("draft", "drafts", "entwurf", "entwürfe"), _DRAFT),
    **dict.fromkeys(("chat", "chats"), "It is a chat."),
}


def why_discarded(path: Path, content: bytes) -> str:
    """Why the mail *content*, of the file *path*, is none any more; empty where it is one."""
    head = content[:MOST_HEADERS]
    end = _END.search(head)
    head = head[: end.start()] if end else head
    if flags := _MAILDIR.search(path.name):  # here T is trashed, D a draft
        return _DELETED if "T" in flags[1] else _DRAFT if "D" in flags[1] else ""
    status = _STATUS.search(head)  # and here the other way round
    if status and (b"D" in status[1] or b"T" in status[1]):
        return _DELETED if b"D" in status[1] else _DRAFT
    if (mozilla := _MOZILLA.search(head)) and int(mozilla[1], 16) & _EXPUNGED:
        return _DELETED
    if labels := _LABELS.search(head):
        names = readable(labels[1].replace(b"\r", b"").replace(b"\n", b"")).casefold().split(",")
        return next((_BY_LABEL[name] for one in names if (name := one.strip()) in _BY_LABEL), "")
    return ""
