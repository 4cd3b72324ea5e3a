"""A mail put together from what each of the others finds in it."""

import re
from dataclasses import replace

from . import automatic, headers, quoting
from .bounces import bounce_of
from .charsets import clean_line
from .guards import prepared
from .message import File, Mail, Remarks, Unreadable
from .parts import Sorter, text_and_html
from .showing import content_id_of
from .structure import TOO_LONG, Part, Tree
from .words import plain, readable

_CID = re.compile(r"cid:([^\s\"'<>)]{1,500})", re.IGNORECASE)


def understood(raw: bytes) -> Mail:
    """What ``read`` does, with errors of our own left as they are: tests want to see them."""
    remarks = Remarks()
    raw = prepared(raw, remarks)
    root = Tree(raw, remarks).read(0, len(raw))
    if not root.fields:
        if TOO_LONG in remarks.all():
            raise Unreadable("Its headers are longer than 1 MB.")
        raise Unreadable("It has no header lines, so it is no mail.")
    found = Sorter(remarks).sort(root, root=True)
    text, html = text_and_html(found, remarks)
    bounce = bounce_of(root, text)
    split = quoting.split(text) if bounce is None else quoting.Split(text, "", "")
    fields = root.fields
    return Mail(
        message_id=headers.message_id(fields),
        in_reply_to=headers.ids(headers.values(fields, "in-reply-to")),
        references=headers.ids(headers.values(fields, "references")),
        sender=headers.person(fields, "from"),
        authors=headers.people(fields, "from"),
        sender_header=headers.person(fields, "sender"),
        reply_to=headers.people(fields, "reply-to"),
        to=headers.people(fields, "to"),
        cc=headers.people(fields, "cc"),
        delivered_to=headers.delivered_to(fields),
        return_path=headers.return_path(fields),
        subject=headers.subject(fields),
        date=headers.date(fields),
        text=text,
        words=split.words,
        quoted=split.quoted,
        signature=split.signature,
        html=html,
        files=_shown(found.files, html),
        automatic=automatic.reason(
            fields,
            bounce=bounce is not None,
            receipt=_is_receipt(root),
            report=root.type == "multipart/report",
        ),
        bounce=bounce,
        authentication_results=tuple(
            clean_line(plain(value[:20_000]))
            for value in headers.values(fields, "authentication-results")[:50]
        ),
        received_count=len(headers.values(fields, "received")),
        remarks=remarks.all(),
        fields=tuple((name, readable(value)) for name, value in fields),
    )


def _shown(files: list[File], html: str | None) -> tuple[File, ...]:
    """Files with a mark at those that the HTML shows among its words."""
    shown = {content_id_of(match) for match in _CID.findall(html or "")}
    return tuple(
        replace(file, inline=bool(file.content_id) and file.content_id.lower() in shown)
        for file in files
    )


def _is_receipt(root: Part) -> bool:
    if root.type != "multipart/report":
        return False
    kind = root.value("content-type").parameter("report-type").lower()
    return kind == "disposition-notification" or any(
        part.type == "message/disposition-notification" for part in root.parts
    )
