"""A mail as bytes: headers that nothing can break out of, and parts that any server carries.

The standard library's older message classes: they take a header's words as words. The newer ones
read them first, and what a customer wrote as ``=?utf-8?q?=0A?=`` would become a new line there.
``Message`` alone does it: ``email.mime`` brings the newer ones along, half a megabyte.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.charset import BASE64, QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.message import Message

from ...errors import HelpdeskError
from ...i18n import gettext as _
from ..domains import ascii_form

LONGEST_SUBJECT = 300  # characters
_WIRE = Message().policy.clone(linesep="\r\n", mangle_from_=False)
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_QUOTED = re.compile(r'([\\"])')
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
_FOLD_AFTER = 75


@dataclass(frozen=True, slots=True)
class File:
    """A file that a mail brings along; one with a *content_id* is shown among the words."""

    name: str
    type: str
    content: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a mail is from or for."""

    name: str
    address: str


@dataclass(frozen=True)
class Parts:
    """What a mail is made of. *headers* come as they are given, after those that every mail has."""

    sender: Person
    recipient: Person
    subject: str
    date: str  # as RFC 5322 writes it
    mail_id: str  # without < and >
    text: str
    html: str
    headers: Sequence[tuple[str, str]] = ()
    files: Sequence[File] = ()


def written(parts: Parts, *, utf8: bool) -> bytes:
    """The whole mail with CRLF line ends. *utf8*: addresses may stand in it as they are (RFC 6532).

    Raises HelpdeskError for an address that can't be written without.
    """
    mail = _body(parts)
    for name, value in (
        ("From", address(parts.sender, utf8=utf8)),
        ("To", address(parts.recipient, utf8=utf8)),
        ("Subject", words(parts.subject, LONGEST_SUBJECT)),
        ("Date", parts.date),
        ("Message-ID", f"<{one_line(parts.mail_id)}>"),
        *parts.headers,
    ):
        mail[name] = _folded(name, value)
    content = mail.as_bytes(policy=_WIRE)
    if not utf8:
        return content
    for person in (parts.sender, parts.recipient):
        content = content.replace(_placeholder(person.address).encode(), person.address.encode(), 2)
    return content


def one_line(text: str) -> str:
    """*text* without anything that ends a line or can't be seen."""
    return " ".join(_BREAKS.sub(" ", text).split())


def words(text: str, longest: int) -> str:
    """Words of a header, encoded where they need it: never more than one header."""
    line = one_line(text)[:longest].rstrip()
    if line.isascii() and "=?" not in line:
        return line
    return Header(line, "utf-8", maxlinelen=_FOLD_AFTER, header_name="Subject").encode(linesep="\n")


def address(person: Person, *, utf8: bool = False) -> str:
    """``Name <address>``; the domain in its ASCII form. Raises HelpdeskError."""
    where = person.address if utf8 else ascii_address(person.address)
    if not where.isascii():
        where = _placeholder(person.address)
    name = one_line(person.name)[:100]
    if not name:
        return where
    if name.isascii() and "=?" not in name:
        if not _PLAIN_NAME.fullmatch(name):
            name = '"' + _QUOTED.sub(r"\\\1", name) + '"'
        return f"{name} <{where}>"
    return f"{words(name, 100)} <{where}>"


def ascii_address(address: str) -> str:
    """*address* as every server takes it: its domain by IDNA. Raises HelpdeskError.

    It is refused where it could end a command or a header, wherever it came from.
    """
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or _BREAKS.search(address) or re.search(r"[\s<>,]", address):
        raise HelpdeskError(_("%(address)s is not an e-mail address.", address=address[:100]))
    try:
        domain = ascii_form(domain)
    except UnicodeError:
        raise HelpdeskError(
            _("%(address)s has a domain that can't be.", address=address[:100])
        ) from None
    if not local.isascii():
        raise HelpdeskError(
            _(
                "%(address)s has letters before the @ that the mail server does not take (it "
                "does not offer SMTPUTF8).",
                address=address[:100],
            )
        )
    return f"{local}@{domain}"


def needs_utf8(address: str) -> bool:
    """Whether a mail to *address* goes only by a server that offers SMTPUTF8."""
    return not address.rpartition("@")[0].isascii()


def _placeholder(address: str) -> str:
    """What stands in for an address that the standard library would encode as words."""
    return f"address-{address.encode().hex()[:40]}@utf8.invalid"


def _folded(name: str, value: str) -> str:
    """*value* in lines: what our own functions folded stays, long ASCII is folded at spaces."""
    lines = value.split("\n")
    if len(lines) > 1:
        # Header.encode() has folded it; every following line must begin with a space.
        return "\n".join([lines[0], *(f" {line.strip()}" for line in lines[1:])])
    done, line = [], ""
    room = _FOLD_AFTER - len(name) - 2
    for word in value.split(" "):
        if line and len(line) + 1 + len(word) > room:
            done.append(line)
            line, room = word, _FOLD_AFTER - 1
        else:
            line = f"{line} {word}" if line else word
    return "\n ".join([*done, line])


def _body(parts: Parts) -> Message:
    shown = [file for file in parts.files if file.content_id]
    along = [file for file in parts.files if not file.content_id]
    html: Message = _text(parts.html, "html")
    if shown:
        html = _multipart("related", html, *(_file(file) for file in shown))
    body: Message = _multipart("alternative", _text(parts.text, "plain"), html)
    if along:
        body = _multipart("mixed", body, *(_file(file) for file in along))
    return body


def _of_type(kind: str, **values: str) -> Message:
    part = Message()
    part.add_header("Content-Type", kind, **values)
    return part


def _multipart(kind: str, *parts: Message) -> Message:
    # A boundary that no part can have: 128 random bits, and "=_" is in no encoded part.
    whole = _of_type(f"multipart/{kind}", boundary=f"=_{secrets.token_hex(16)}")
    for part in parts:
        del part["MIME-Version"]
        whole.attach(part)
    whole["MIME-Version"] = "1.0"
    return whole


def _text(text: str, kind: str) -> Message:
    charset = Charset("utf-8")
    foreign = sum(1 for char in text if ord(char) > 127)
    charset.body_encoding = BASE64 if foreign * 3 > len(text) else QP
    part = _of_type(f"text/{kind}", charset="utf-8")
    part.set_payload(text, charset)
    return part


def _file(file: File) -> Message:
    kind, slash, sub = file.type.partition("/")
    if not slash or kind in ("multipart", "message") or not re.fullmatch(r"[\w.+-]+", sub, re.A):
        kind, sub = "application", "octet-stream"  # those may not be base64
    part = _of_type(f"{kind}/{sub}")
    part.set_payload(file.content)
    encode_base64(part)
    name = one_line(file.name)[:200] or "file"
    named: str | tuple[str, str, str] = name
    if not name.isascii() or "=?" in name or '"' in name or "\\" in name:
        named = ("utf-8", "", name)  # RFC 2231
    place = "inline" if file.content_id else "attachment"
    part.add_header("Content-Disposition", place, filename=named)
    if file.content_id:
        part["Content-ID"] = f"<{file.content_id}>"
    return part
