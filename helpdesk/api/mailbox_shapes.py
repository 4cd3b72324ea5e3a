"""What a mailbox looks like to scripts: in their bodies, and in answers. Passwords only go in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import msgspec

from ..mail.mailboxes.drafts import MailboxDraft, draft_of
from ..mail.models import Mailbox as MailboxRow
from ..mail.models import ReplyTag, Security
from ..tickets.actions import UNSET, Unset
from . import examples, kinds
from .names import called
from .reading import Shape
from .shapes import Answered, Time

_TEXT = replace(kinds.TEXT, schema={"type": ["string", "null"]}, clears=True)
_PORT = replace(kinds.whole(1, 65_535), schema={"type": ["integer", "string"]})
_SECURITY = kinds.one_of(Security)
_TAG = kinds.one_of(ReplyTag)

_Text = str | Unset | None


class MailboxFields(Shape):
    """What can be said of a mailbox; of one that is there, what is left out stays."""

    sender_name: Annotated[_Text, _TEXT.says("Before the address.", "Lamps & Co")] = UNSET
    category_id: Annotated[
        int | Unset | None, kinds.CLEARABLE_ID.says("Of its new tickets; of the first level.", 5)
    ] = UNSET
    signature: Annotated[_Text, _TEXT.says("Under each answer; Markdown.", "Your lamps")] = UNSET
    imap_host: Annotated[
        _Text, _TEXT.says("Where it is fetched; null: nowhere.", "imap.shop.example")
    ] = UNSET
    imap_port: Annotated[int | Unset, _PORT.says("Its port.", 993)] = UNSET
    imap_security: Annotated[Security | Unset, _SECURITY.says("Encryption.", "tls")] = UNSET
    imap_user: Annotated[_Text, _TEXT.says("Who logs in.", "support@shop.example")] = UNSET
    imap_password: Annotated[str, kinds.TEXT.says("Left out, it stays.")] = ""
    imap_password_file: Annotated[_Text, _TEXT.says("A file that has the password.")] = UNSET
    imap_folder: Annotated[str | Unset, kinds.TEXT.says("What is fetched.", "INBOX")] = UNSET
    files_old_mail: Annotated[
        bool | Unset, kinds.BODY_FLAG.says("Whether what is there already becomes tickets.", False)
    ] = UNSET
    smtp_host: Annotated[
        _Text, _TEXT.says("What sends; null: HELPDESK_SMTP_URL.", "smtp.shop.example")
    ] = UNSET
    smtp_port: Annotated[int | Unset, _PORT.says("Its port.", 465)] = UNSET
    smtp_security: Annotated[Security | Unset, _SECURITY.says("Encryption.", "tls")] = UNSET
    smtp_user: Annotated[_Text, _TEXT.says("Who logs in; null: nobody.")] = UNSET
    smtp_password: Annotated[str, kinds.TEXT.says("Left out, it stays.")] = ""
    smtp_password_file: Annotated[_Text, _TEXT.says("A file that has the password.")] = UNSET
    reply_tag: Annotated[
        ReplyTag | Unset, _TAG.says("Where answers carry the ticket's key.", "subject")
    ] = UNSET
    authserv_id: Annotated[
        _Text, _TEXT.says("Whose Authentication-Results are believed.", "mx.shop.example")
    ] = UNSET

    def changes(self) -> dict[str, Any]:
        """What is given, as a draft has it."""
        given = {_in_drafts(name): getattr(self, name) for name in self.__struct_fields__}
        return {
            name: "" if value is None and name != "category_id" else value
            for name, value in given.items()
            if value is not UNSET and name in _OF_DRAFTS
        }


class NewMailbox(MailboxFields, kw_only=True):
    """A mailbox to be."""

    mailbox_name: Annotated[str, kinds.TEXT.says("In lists and commands.", "support")]
    address: Annotated[str, kinds.TEXT.says("The address.", "support@shop.example")]

    def draft(self) -> MailboxDraft:
        return MailboxDraft(**self.changes())


class MailboxChanges(MailboxFields, kw_only=True):
    """What to change of a mailbox; what is left out stays."""

    mailbox_name: Annotated[str | Unset, kinds.TEXT.says("In lists and commands.", "support")] = (
        UNSET
    )
    address: Annotated[str | Unset, kinds.TEXT.says("The address.")] = UNSET
    is_active: Annotated[bool | Unset, kinds.BODY_FLAG.says("Whether it is used.", True)] = UNSET

    def draft(self, now: MailboxRow) -> MailboxDraft:
        """What *now* is to become."""
        return replace(draft_of(now), **self.changes())


def _in_drafts(name: str) -> str:
    return "name" if name == "mailbox_name" else name


_OF_DRAFTS = frozenset(MailboxDraft.__dataclass_fields__)


class Mailbox(Answered):
    """A mailbox. *isFromSettings*: HELPDESK_IMAP_URL says where it is fetched.

    *failingSince* and *lastError* say since when and why it can't be fetched. No password is told.
    """

    id: int
    mailbox_name: str
    address: str
    sender_name: str
    category_id: int | None
    signature: str
    imap_host: str
    imap_port: int
    imap_security: str
    imap_user: str
    imap_password_file: str
    imap_folder: str
    files_old_mail: bool
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password_file: str
    reply_tag: str
    authserv_id: str
    is_active: bool
    is_from_settings: bool
    fetched_date: Time | None
    failing_since: Time | None
    last_error: str | None
    created_date: Time


def mailbox(row: MailboxRow) -> Mailbox:
    """*row* as it is answered."""
    same = (field.name for field in msgspec.structs.fields(Mailbox) if hasattr(row, field.name))
    values = {name: getattr(row, name) for name in same}
    return Mailbox(
        **{
            **values,
            "mailbox_name": row.name,
            "is_from_settings": row.from_settings,
            "fetched_date": row.fetched_at,
            "last_error": row.last_error or None,
            "created_date": row.created_at,
        }
    )


@contextmanager
def told_of_mailboxes() -> Iterator[None]:
    """Let what is wrong be said of the API's names of fields."""
    fields = msgspec.structs.fields(NewMailbox)
    names = {_in_drafts(one.name): one.encode_name for one in fields}
    with called(**names):
        yield


def _example(created: datetime) -> Mailbox:
    return Mailbox(
        id=1,
        mailbox_name="support",
        address="support@shop.example",
        sender_name="Lamps & Co",
        category_id=5,
        signature="Your lamps",
        imap_host="imap.shop.example",
        imap_port=993,
        imap_security="tls",
        imap_user="support@shop.example",
        imap_password_file="",
        imap_folder="INBOX",
        files_old_mail=False,
        smtp_host="smtp.shop.example",
        smtp_port=465,
        smtp_security="tls",
        smtp_user="support@shop.example",
        smtp_password_file="",
        reply_tag="subject",
        authserv_id="mx.shop.example",
        is_active=True,
        is_from_settings=False,
        fetched_date=created,
        failing_since=None,
        last_error=None,
        created_date=created,
    )


EXAMPLE = _example(examples.CREATED_AT)
