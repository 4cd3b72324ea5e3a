"""What a mailbox is to be, and whether it can be: every bad field is told at once."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from ipaddress import ip_address
from typing import Any

from ...accounts.addresses import is_email
from ...accounts.queries import normal_email
from ...errors import HelpdeskError, NotFound
from ...i18n import gettext as _
from ...text import Fields
from ...tickets.queries import category as category_by_id
from ..models import Mailbox, ReplyTag, Security
from .servers import LONGEST_PASSWORD, is_one_line, read_password

LONGEST_SIGNATURE = 2_000  # characters
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)
_HOST = re.compile(
    r"(?=.{1,253}\.?$)(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?"
)
_AUTHSERV_ID = re.compile(r"[A-Za-z0-9._:-]*", re.ASCII)
_NO_SERVER = {"host": "", "user": "", "password": "", "password_file": ""}


@dataclass(frozen=True, kw_only=True)
class MailboxDraft:
    """All that a person decides of a mailbox. An empty password: the one that is kept stays."""

    name: str
    address: str
    sender_name: str = ""
    category_id: int | None = None
    signature: str = ""
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Security = Security.TLS
    imap_user: str = ""
    imap_password: str = ""
    imap_password_file: str = ""
    imap_folder: str = "INBOX"
    files_old_mail: bool = True
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: Security = Security.TLS
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_password_file: str = ""
    smtp_same: bool = False  # sending logs in as fetching does, whatever stands above
    reply_tag: ReplyTag = ReplyTag.NONE
    authserv_id: str = ""


_NOT_SHOWN = ("imap_password", "smtp_password", "smtp_same")


def draft_of(mailbox: Mailbox) -> MailboxDraft:
    """*mailbox* as a draft that changes nothing: without its passwords, which stay."""
    names = (field.name for field in fields_of(MailboxDraft) if field.name not in _NOT_SHOWN)
    return MailboxDraft(**{name: getattr(mailbox, name) for name in names})


def checked(
    draft: MailboxDraft, kept: Mailbox | None = None, settled: Collection[str] = ()
) -> dict[str, Any]:
    """The columns of a mailbox that is what *draft* says, in place of *kept*. Raises Invalid.

    Columns that are *settled* are left out: nothing of them is looked at.
    """
    fields = Fields()
    if draft.smtp_same:
        draft = _with_one_log_in(draft)
    values = {
        "name": _name(fields, draft.name),
        "category_id": _category(fields, draft.category_id, kept),
        "signature": fields.block("signature", draft.signature, LONGEST_SIGNATURE, required=False),
        "files_old_mail": draft.files_old_mail,
        "reply_tag": draft.reply_tag,
        "authserv_id": _authserv_id(fields, draft.authserv_id),
        **_server(fields, "smtp", draft, kept),
    }
    if "sender_name" not in settled:
        values["sender_name"] = fields.line("sender_name", draft.sender_name, 100, required=False)
    if "address" not in settled:
        values["address"] = _address(fields, draft.address)
    if "imap_host" not in settled:
        values |= _server(fields, "imap", draft, kept)
        values["imap_folder"] = _folder(fields, draft.imap_folder)
    fields.raise_if_any()
    return values


def _with_one_log_in(draft: MailboxDraft) -> MailboxDraft:
    return replace(
        draft,
        smtp_user=draft.imap_user,
        smtp_password=draft.imap_password,
        smtp_password_file=draft.imap_password_file,
    )


def _name(fields: Fields, given: str) -> str:
    name = fields.line("name", given.lower(), 40)
    if name and "name" not in fields.errors and not _NAME.fullmatch(name):
        fields.add(
            "name", _("A name has letters from a to z, digits, dots and hyphens, no spaces.")
        )
    return name


def _address(fields: Fields, given: str) -> str:
    address = fields.line("address", normal_email(given), 254)
    if address and "address" not in fields.errors and not is_email(address):
        fields.add("address", _("This is not an e-mail address."))
    return address


def _category(fields: Fields, category_id: int | None, kept: Mailbox | None) -> int | None:
    if category_id is None or (kept is not None and category_id == kept.category_id):
        return category_id
    try:
        found = category_by_id(category_id)
    except NotFound as error:
        fields.add("category_id", error.message)
        return None
    if found.parent_id is not None:
        fields.add("category_id", _("Only a category of the first level, please."))
    return found.id


def _authserv_id(fields: Fields, given: str) -> str:
    name = fields.line("authserv_id", given, 253, required=False)
    if not _AUTHSERV_ID.fullmatch(name):
        fields.add("authserv_id", _("This looks like the name of a server: mx.shop.example."))
    return name.lower()


def _folder(fields: Fields, given: str) -> str:
    # Not `line`: a folder's name is what the server says, letter by letter.
    folder = given.strip()
    if not is_one_line(folder):
        fields.add("imap_folder", _("A folder's name has no line breaks or control characters."))
    elif not folder:
        fields.add("imap_folder", _("This field is required."))
    elif len(folder) > 200:
        fields.add(
            "imap_folder", _("This is too long: at most %(longest)s characters.", longest=200)
        )
    return folder


def _server(
    fields: Fields, prefix: str, draft: MailboxDraft, kept: Mailbox | None
) -> dict[str, Any]:
    """The columns of one server; *prefix* is ``imap`` or ``smtp``."""

    def given(name: str) -> Any:
        return getattr(draft, f"{prefix}_{name}")

    values = {"port": given("port"), "security": given("security")}
    if not 1 <= values["port"] <= 65_535:
        fields.add(f"{prefix}_port", _("A port is a whole number from 1 to 65535."))
    host = _host(fields, f"{prefix}_host", given("host"))
    if not host and f"{prefix}_host" not in fields.errors:
        values |= _NO_SERVER
    else:
        values |= {"host": host, "user": _user(fields, f"{prefix}_user", given("user"))}
        if prefix == "imap" and not values["user"]:
            fields.add("imap_user", _("This field is required."))
        values |= _password(fields, prefix, draft, kept, values)
    return {f"{prefix}_{name}": value for name, value in values.items()}


def _host(fields: Fields, field: str, given: str) -> str:
    host = fields.line(field, given.lower(), 253, required=False)
    if not host or field in fields.errors:
        return ""
    try:
        return str(ip_address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        pass
    try:
        plain = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    if not _HOST.fullmatch(plain):
        fields.add(field, _("This is the name of a server alone, such as mail.shop.example."))
    return plain


def _user(fields: Fields, field: str, given: str) -> str:
    user = given.strip()
    if not is_one_line(user):
        fields.add(field, _("This text has characters that can't be kept (NUL or half a pair)."))
    elif len(user) > 254:
        fields.add(field, _("This is too long: at most %(longest)s characters.", longest=254))
    return user


def _password(
    fields: Fields,
    prefix: str,
    draft: MailboxDraft,
    kept: Mailbox | None,
    server: dict[str, Any],
) -> dict[str, str]:
    """The password, or the file that has it: never both."""
    field, file_field = f"{prefix}_password", f"{prefix}_password_file"
    typed, file = getattr(draft, field), getattr(draft, file_field).strip()
    if not is_one_line(typed) or len(typed) > LONGEST_PASSWORD:
        fields.add(field, _("A password is one line of at most 500 characters."))
    if not server["user"]:  # nobody logs in
        return {"password": "", "password_file": ""}
    if typed and file:
        fields.add(file_field, _("Give the password or a file that has it, not both."))
    elif file:
        _check_file(fields, file_field, file)
        return {"password": "", "password_file": file}
    elif not typed:
        typed = _kept_password(fields, field, prefix, kept, server)
        if prefix == "smtp" and draft.smtp_same and kept and kept.imap_password != typed:
            fields.add("imap_password", _("Please type the password once, for both."))
    return {"password": typed, "password_file": ""}


def _check_file(fields: Fields, field: str, file: str) -> None:
    if len(file) > 500:
        fields.add(field, _("This is too long: at most %(longest)s characters.", longest=500))
        return
    try:
        read_password(file)
    except HelpdeskError as error:
        fields.add(field, error.message)


def _kept_password(
    fields: Fields, field: str, prefix: str, kept: Mailbox | None, server: dict[str, Any]
) -> str:
    password: str = getattr(kept, field) if kept is not None else ""
    if not password:
        fields.add(field, _("This field is required."))
    elif kept is not None and getattr(kept, f"{prefix}_host") != server["host"]:
        # Nobody may read a password by sending it to a server of their own.
        fields.add(field, _("The server is another one: please type the password again."))
    return password
