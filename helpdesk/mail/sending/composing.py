"""A row of the outbox becomes a mail: its words once, kept in the row; its headers and files."""

import re
from collections.abc import Mapping
from email.utils import format_datetime
from typing import NamedTuple

from ...i18n import gettext as _
from ...i18n import speaking
from ...shop.queries import shop
from .. import tokens
from ..models import MailKind, ReplyTag
from ..templates import LINK_ENDS, Footer, framed, template_of, worded
from ..templates.filling import Message as Words
from ..templates.filling import Worded
from ..templates.frame import as_typed
from ..templates.words import Template
from . import account, files, sender, to_staff, unsubscribing
from . import links as request_links
from .context import Context
from .mime import Parts, Person, ascii_address
from .sender import base_url
from .threading import references

AUTO_SUBMITTED = {
    MailKind.RECEIVED: "auto-replied",
    MailKind.RESOLVED: "auto-replied",
    MailKind.NOTICE: "auto-generated",
    MailKind.DIGEST: "auto-generated",
    MailKind.ACCOUNT: "auto-generated",
    MailKind.TEST: "auto-generated",
}
_TAG = re.compile(r"\[TKT\d+(-[a-z2-7]+)?\]", re.IGNORECASE)
_REPLY = re.compile(r"^((re|aw|antw|fwd?|wg)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)


class Wording(NamedTuple):
    """The words of a mail; *blanks* are the variables for which nothing is known."""

    subject: str
    text: str
    html: str
    blanks: tuple[str, ...] = ()


def put_into_words(of: Context) -> None:
    """Keep subject, text and HTML in the row, if they aren't yet. Inside a ``transaction()``."""
    row = of.row
    row.mailbox_id = None if of.mailbox is None else of.mailbox.id
    if row.text or not of.is_kept:
        return
    with speaking(of.user.language if of.user else ""):
        if of.is_requester and of.ticket is not None and of.user is not None:
            request_links.link_of(of.ticket, of.user)
        row.subject, row.text, row.html, _blanks = words_of(of)
    if of.is_answered:
        row.details = row.details | {"references": references(row)}


def mail_of(of: Context) -> Parts:
    """The mail of a row that was put into words. Raises HelpdeskError."""
    row = of.row
    with speaking(of.user.language if of.user else ""):
        if row.kind is MailKind.ACCOUNT:
            subject, text, html = account.words_of(of)
        else:
            kept = Wording(row.subject, row.text, row.html)
            subject, text, html = _with_links(of, kept if of.is_kept else words_of(of))
        return Parts(
            sender=sender_of(of),
            recipient=Person(_name_for_header(of), row.recipient),
            subject=subject,
            date=format_datetime(row.created_at),
            mail_id=row.mail_id,
            text=text,
            html=html,
            headers=_headers(of),
            files=files.read(_taken(of).files, html) if of.message is not None else (),
        )


def words_of(of: Context, template: Template | None = None) -> Wording:
    """Subject, text and HTML of a mail; *template* in the place of what its kind says."""
    if of.row.kind is MailKind.TEST:
        details = of.row.details
        subject, text = str(details.get("subject", "")), str(details.get("text", ""))
        whole = framed(subject, text, as_typed(text), footer=Footer(), is_answered=False)
        return Wording(subject, *whole)
    taken = _taken(of)
    filled = to_staff.filled(of) if of.is_for_staff else _filled(of, template, taken)
    subject = _subject(of, filled.subject)
    text, html = framed(
        subject,
        filled.text,
        filled.html,
        footer=_footer(of),
        signature="" if of.mailbox is None or of.is_for_staff else of.mailbox.signature,
        left_out=taken.left_out,
        is_answered=of.is_answered,
    )
    return Wording(subject, text, html, filled.blanks)


def _filled(of: Context, template: Template | None, taken: files.Taken) -> Worded:
    said = None
    if of.message is not None:
        said = _attributed(of, files.words_of(of.message, taken.files))
    return worded(template or template_of(of.row.kind), _values(of), said)


def _attributed(of: Context, words: Words) -> Words:
    """*words* with the name of who wrote them, unless that is the shop: From says it then."""
    author = None if of.message is None else of.message.author
    if author is None or author.is_staff:
        return words
    line = _("%(name)s wrote:", name=author.name)
    return Words(f"{line}\n\n{words.text}", as_typed(line) + words.html)


def _values(of: Context) -> Mapping[str, str]:
    values = {"shop.name": shop().name}
    if of.ticket is None:
        return values
    values["ticket.ref"] = of.ticket.ref
    if of.row.kind is not MailKind.ANSWERED:
        return values
    requester = of.ticket.requester
    author = None if of.message is None else of.message.author
    return values | {
        "ticket.subject": of.ticket.subject,
        "requester.name": requester.name,
        "requester.first_name": (requester.name.split() or [""])[0],
        "agent.name": author.name if author is not None and author.is_staff else "",
        "agent.first_name": (author.name.split() or [""])[0]
        if author is not None and author.is_staff
        else "",
    }


def _subject(of: Context, words: str) -> str:
    """``Re: SUBJECT [TKT12]``; with the token in it where the mailbox wants that."""
    if of.ticket is None or not of.is_kept:
        return words
    tag = f"[{of.ticket.ref}]"
    if _reply_tag(of) is ReplyTag.SUBJECT and of.thread is not None:
        tag = tokens.subject_tag(of.ticket.ref, of.thread)
    words = _TAG.sub("", words).strip()
    if of.row.kind is MailKind.ANSWERED:
        words = f"Re: {_REPLY.sub('', words)}"
    return f"{words[:230].rstrip()} {tag}"


def _footer(of: Context) -> Footer:
    if of.is_for_staff:
        return to_staff.footer(of)
    if of.ticket is None:
        return Footer()
    about = {"ref": of.ticket.ref, "shop": shop().name}
    if of.is_requester:
        link = _("All of your request %(ref)s at %(shop)s", **about)
        return Footer([(link, base_url() + LINK_ENDS)])
    if of.user is None:
        return Footer()
    return Footer(
        [
            (_("You get this because you follow %(ref)s at %(shop)s.", **about), ""),
            (_("Get no more of it"), base_url() + unsubscribing.LINK_ENDS),
        ]
    )


def _with_links(of: Context, words: Wording) -> tuple[str, str, str]:
    """*words* with the addresses in them that are kept nowhere."""
    subject, text, html, _blanks = words
    if of.user is None:
        return subject, text, html
    if of.is_requester and of.ticket is not None:
        url = request_links.path_of(of.ticket, of.user)
        text, html = text.replace(LINK_ENDS, url), html.replace(LINK_ENDS, url)
    url = unsubscribing.path_of(of.row)
    ends = unsubscribing.LINK_ENDS
    return subject, text.replace(ends, url), html.replace(ends, url)


def _headers(of: Context) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if _reply_tag(of) is ReplyTag.PLUS and of.thread is not None and of.mailbox is not None:
        found.append(
            ("Reply-To", ascii_address(tokens.plus_address(of.mailbox.address, of.thread)))
        )
    before = of.row.details.get("references", [])
    if before:
        found.append(("In-Reply-To", f"<{before[-1]}>"))
        found.append(("References", " ".join(f"<{one}>" for one in before)))
    if automatic := AUTO_SUBMITTED.get(of.row.kind):
        found += [("Auto-Submitted", automatic), ("X-Auto-Response-Suppress", "All")]
    if unsubscribing.applies(of.row, is_requester=of.is_requester):
        url = base_url() + unsubscribing.path_of(of.row)
        found += [
            ("List-Unsubscribe", f"<{url}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    return found


def sender_of(of: Context) -> Person:
    """Whom a mail is from. Raises HelpdeskError where there is no address."""
    person = sender.sender_of(of.mailbox)
    author = None if of.message is None else of.message.author
    if of.row.kind is MailKind.ANSWERED and author is not None and author.is_staff:
        return Person(f"{author.name} ({person.name})", person.address)
    return person


def _name_for_header(of: Context) -> str:
    """What the receiver is called; an automatic answer says nothing that they may have written."""
    is_automatic = of.row.kind in (MailKind.RECEIVED, MailKind.RESOLVED, MailKind.ACCOUNT)
    return "" if of.user is None or is_automatic else of.user.name


def _reply_tag(of: Context) -> ReplyTag:
    return of.mailbox.reply_tag if of.mailbox is not None and of.is_answered else ReplyTag.NONE


def _taken(of: Context) -> files.Taken:
    is_without = of.message is None or of.is_for_staff
    return files.Taken() if is_without or of.message is None else files.taken(of.message)
