"""The form of a mailbox."""

from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import NumberInput

from ...i18n import gettext as _
from ...i18n import lazy
from ...mail.mailboxes import queries as mailboxes
from ...mail.mailboxes.drafts import MailboxDraft
from ...mail.mailboxes.presets import PRESETS, Preset
from ...mail.models import Mailbox, ReplyTag, Security
from ...tickets import queries as tickets
from ...words import fold
from ..desk.choices import chosen_id
from ..desk.forms import one_of, with_ids
from ..forms import Needed

SECURITY_WORDS = {
    Security.TLS: lazy("TLS (from the first byte)"),
    Security.STARTTLS: lazy("STARTTLS"),
    Security.NONE: lazy("None: only on one's own machine or network"),
}
TAG_WORDS = {
    ReplyTag.PLUS: lazy("In the address: support+key@shop.example"),
    ReplyTag.SUBJECT: lazy("In the subject: [TKT12-key]"),
    ReplyTag.NONE: lazy("Nowhere: only in headers that mail programs send back"),
}
_PLAIN = (
    "name",
    "address",
    "sender_name",
    "signature",
    "imap_host",
    "imap_port",
    "imap_user",
    "imap_password_file",
    "imap_folder",
    "files_old_mail",
    "smtp_host",
    "smtp_port",
    "smtp_user",
    "smtp_password_file",
    "authserv_id",
)
_CHOSEN = ("imap_security", "smtp_security", "reply_tag")


class MailboxForm(Form):
    """A mailbox. A password is never shown; one that is left empty stays as it is."""

    address = EmailField(lazy("E-mail address"), [Needed()])
    name = StringField(lazy("Name"), [Needed()])
    sender_name = StringField(lazy("Sender's name"))
    category_id = SelectField(lazy("Category of new tickets"), validate_choice=False)
    signature = TextAreaField(lazy("Signature"))
    imap_host = StringField(lazy("IMAP server"))
    imap_port = StringField(lazy("Port"), widget=NumberInput(min=1, max=65535))
    imap_security = SelectField(lazy("Encryption"), validate_choice=False)
    imap_user = StringField(lazy("User"))
    imap_password = PasswordField(lazy("Password"))
    imap_password_file = StringField(lazy("File with the password"))
    imap_folder = StringField(lazy("Folder"))
    files_old_mail = BooleanField(lazy("Make tickets of mail that is there already"))
    smtp_host = StringField(lazy("SMTP server"))
    smtp_port = StringField(lazy("Port"), widget=NumberInput(min=1, max=65535))
    smtp_security = SelectField(lazy("Encryption"), validate_choice=False)
    smtp_same = BooleanField(lazy("Log in as for fetching"))
    smtp_user = StringField(lazy("User"))
    smtp_password = PasswordField(lazy("Password"))
    smtp_password_file = StringField(lazy("File with the password"))
    reply_tag = SelectField(lazy("Where answers carry their key"), validate_choice=False)
    authserv_id = StringField(lazy("Name of the server that checks senders"))

    def __init__(self, formdata: Any = None, mailbox: Mailbox | None = None, **data: Any) -> None:
        super().__init__(formdata, data=_shown(mailbox) | data)
        self.settled = frozenset() if mailbox is None else mailboxes.settled(mailbox)
        self._offer(mailbox)

    def draft(self) -> MailboxDraft:
        """What the mailbox is to be. Raises Invalid."""
        values: dict[str, Any] = {name: self[name].data or "" for name in _PLAIN}
        values |= {
            "imap_port": _port(values["imap_port"]),
            "smtp_port": _port(values["smtp_port"]),
            "files_old_mail": bool(self.files_old_mail.data),
            "smtp_same": bool(self.smtp_same.data) and "imap_host" not in self.settled,
            "imap_password": self.imap_password.data or "",
            "smtp_password": self.smtp_password.data or "",
            "imap_security": one_of(Security, self.imap_security.data or "", "imap_security"),
            "smtp_security": one_of(Security, self.smtp_security.data or "", "smtp_security"),
            "reply_tag": one_of(ReplyTag, self.reply_tag.data or "", "reply_tag"),
            "category_id": chosen_id(self.category_id.data or "", "category_id"),
        }
        return MailboxDraft(**values)

    def _offer(self, mailbox: Mailbox | None) -> None:
        security = [(one.value, str(words)) for one, words in SECURITY_WORDS.items()]
        self.imap_security.choices = self.smtp_security.choices = security
        self.reply_tag.choices = [(one.value, str(words)) for one, words in TAG_WORDS.items()]
        top = sorted(tickets.categories(parent_id=0), key=lambda one: (fold(one.name), one.id))
        self.category_id.choices = [("", _("None")), *((str(one.id), one.name) for one in top)]
        kept = None if mailbox is None else mailbox.category_id
        if kept is not None and kept not in {one.id for one in top}:
            name = tickets.category_names([kept]).get(kept, "")
            self.category_id.choices.append((str(kept), _("%(name)s (inactive)", name=name)))


class ProviderForm(Form):
    """Whose servers are filled in."""

    address = EmailField(lazy("E-mail address"))
    preset = SelectField(lazy("Provider"))

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        with_ids(self, "provider")  # the form below it has an address, too
        self.preset.choices = [("", _("by the address")), *((p.key, p.name) for p in PRESETS)]


def filled(address: str, provider: Preset | None) -> dict[str, Any]:
    """What a new mailbox begins with."""
    start: dict[str, Any] = {
        "address": address,
        "name": address.partition("@")[0].lower()[:40],
        "imap_user": address,
        "smtp_user": address,
        "smtp_same": True,
        "imap_port": 993,
        "smtp_port": 465,
        "imap_folder": "INBOX",
        "imap_security": Security.TLS.value,
        "smtp_security": Security.TLS.value,
        "reply_tag": ReplyTag.SUBJECT.value,
    }
    if provider is None:
        return start
    user = address.partition("@")[0] if provider.user == "local" else address
    return start | {
        "imap_host": provider.imap_host,
        "imap_port": provider.imap_port,
        "imap_security": provider.imap_security.value,
        "imap_user": user,
        "smtp_host": provider.smtp_host,
        "smtp_port": provider.smtp_port,
        "smtp_security": provider.smtp_security.value,
        "smtp_user": user,
        "reply_tag": provider.reply_tag.value,
    }


def _shown(mailbox: Mailbox | None) -> dict[str, Any]:
    """What the form of *mailbox* begins with; never a password."""
    if mailbox is None:
        return {}
    shown = {name: getattr(mailbox, name) for name in _PLAIN}
    shown |= {name: getattr(mailbox, name).value for name in _CHOSEN}
    return shown | {
        "category_id": "" if mailbox.category_id is None else str(mailbox.category_id),
        "smtp_same": _logs_in_alike(mailbox),
    }


def _logs_in_alike(mailbox: Mailbox) -> bool:
    names = ("user", "password", "password_file")
    return bool(mailbox.imap_host) and (
        not mailbox.smtp_host
        or all(getattr(mailbox, f"imap_{n}") == getattr(mailbox, f"smtp_{n}") for n in names)
    )


def _port(text: Any) -> int:
    """The number in a field; 0, which no port has, for anything else."""
    digits = str(text).strip()
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < 6
    return int(digits) if is_number else 0
