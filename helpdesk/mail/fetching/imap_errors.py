"""What is wrong with a mailbox, in words of a person who can mend it."""

import imaplib
import socket
import ssl
from collections.abc import Callable

from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    UnexpectedCommandStatusError,
)

from ...errors import HelpdeskError
from ...i18n import gettext as _
from ...logs import printable
from .account import Account

# What imaplib, imap-tools and the network raise.
TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError)
# After these the connection is of no use any more.
LOST = (OSError, imaplib.IMAP4.abort)
_MOST_WORDS = 300
# OpenSSL's numbers (openssl/x509_vfy.h); a chain that ends with an unknown one has several.
_NOT_YET, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
_UNKNOWN_SIGNER = (18, 19, 20, 21)


class MailboxFails(HelpdeskError):
    """A mailbox can't be fetched from; its text says why."""


def explain(error: Exception, account: Account) -> str:
    """The sentence for *error*, which came while *account* was connected to or asked."""
    if isinstance(error, HelpdeskError):
        return str(error)
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return sentence(error, account)
    return _("The mailbox can't be fetched from: %(why)s.", why=_words(error, account))


def _no_name(_error: Exception, account: Account) -> str:
    return _(
        "There is no server called %(host)s: its name does not resolve. Is it spelled right?",
        host=account.host,
    )


def _certificate(error: Exception, account: Account) -> str:
    code = getattr(error, "verify_code", 0)
    if code == _EXPIRED:
        return _("The certificate of %(host)s has expired.", host=account.host)
    if code == _NOT_YET:
        return _(
            "The certificate of %(host)s is not valid yet. Is this machine's clock right?",
            host=account.host,
        )
    if code in (_OTHER_NAME, _OTHER_ADDRESS):
        return _("The certificate of %(host)s is for another name.", host=account.host)
    if code in _UNKNOWN_SIGNER:
        return _(
            "The certificate of %(host)s is signed by nobody whom this machine trusts.",
            host=account.host,
        )
    return _(
        "The certificate of %(host)s can't be trusted: %(why)s.",
        host=account.host,
        why=_words(error, account),
    )


def _tls(error: Exception, account: Account) -> str:
    return _(
        "No TLS could be agreed on with %(host)s, port %(port)s (%(why)s). Is it the right port, "
        "and does the server begin with TLS there or with STARTTLS?",
        host=account.host,
        port=account.port,
        why=_words(error, account),
    )


def _refused(_error: Exception, account: Account) -> str:
    return _(
        "%(host)s takes no connections on port %(port)s. Is it the right port, and does the "
        "server run?",
        host=account.host,
        port=account.port,
    )


def _silent(_error: Exception, account: Account) -> str:
    return _(
        "%(host)s, port %(port)s, does not answer in time.", host=account.host, port=account.port
    )


def _login(error: Exception, account: Account) -> str:
    return _(
        "%(host)s does not let %(user)s in. Its words: %(why)s",
        host=account.host,
        user=account.user,
        why=_words(error, account),
    )


def _folder(error: Exception, account: Account) -> str:
    return _(
        "There is no folder %(folder)s that %(user)s may read on %(host)s. Its words: %(why)s",
        folder=account.folder,
        user=account.user,
        host=account.host,
        why=_words(error, account),
    )


def _said(error: Exception, account: Account) -> str:
    return _(
        "%(host)s does not do what it is asked. Its words: %(why)s",
        host=account.host,
        why=_words(error, account),
    )


def _cut(error: Exception, account: Account) -> str:
    if "TLS not supported" in str(error):
        return _(
            "%(host)s offers no STARTTLS on port %(port)s.", host=account.host, port=account.port
        )
    return _(
        "The connection to %(host)s was lost: %(why)s.",
        host=account.host,
        why=_words(error, account),
    )


def _system(error: Exception, account: Account) -> str:
    why = getattr(error, "strerror", None) or _words(error, account)
    return _(
        "%(host)s, port %(port)s, can't be reached: %(why)s.",
        host=account.host,
        port=account.port,
        why=why,
    )


# The first that fits; each is before those that it is one of.
_SENTENCES: tuple[tuple[type[Exception], Callable[[Exception, Account], str]], ...] = (
    (socket.gaierror, _no_name),
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLEOFError, _cut),
    (ssl.SSLError, _tls),
    (ConnectionRefusedError, _refused),
    (TimeoutError, _silent),
    (ConnectionError, _cut),
    (OSError, _system),
    (MailboxLoginError, _login),
    (MailboxFolderSelectError, _folder),
    (UnexpectedCommandStatusError, _said),
    (imaplib.IMAP4.abort, _cut),
    (imaplib.IMAP4.error, _said),
)


def _words(error: Exception, account: Account) -> str:
    """What the server, or else the system, said: one line, and never the password."""
    if isinstance(error, UnexpectedCommandStatusError):
        text = words_of(error.command_result)
    else:
        text = str(error) or type(error).__name__
    if account.password:
        text = text.replace(account.password, "********")
    return printable(text)[:_MOST_WORDS]


def words_of(result: tuple[object, ...]) -> str:
    """What a server said with an answer of imaplib's."""
    data = result[1] if len(result) > 1 and isinstance(result[1], list) else []
    said = " ".join(
        part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)
        for part in data
        if part
    )
    return printable(said)[:_MOST_WORDS] or str(result[0])
