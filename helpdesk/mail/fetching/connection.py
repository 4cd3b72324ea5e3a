"""A connection to an IMAP server, of which messages are taken as the bytes that they are.

imap-tools connects, signs in and encodes folders' names; its reading of messages is left alone.
The folder is opened read-only, and nothing is ever marked as seen.
"""

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import MailboxFetchError, MailboxLoginError, MailboxUidsError

from ...errors import HelpdeskError
from ...i18n import gettext as _
from ..models import Security
from ..reading import MOST_BYTES
from .account import Account
from .alarm import Alarm
from .imap_errors import words_of

TIMEOUT = 30.0  # seconds that a server may keep silent while it owes an answer
LONGEST_PART = MOST_BYTES + 1_000_000  # bytes; sizes that servers tell are not always exact
AT_ONCE = 500  # messages asked about in one command: a line of about 4,000 characters

_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,19})\b")
# Of RFC 5530, and Gmail's own.
_FOR_NOW = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|THROTTLED|OVERQUOTA|CONTACTADMIN)\b", re.I)
_QUOTED = re.compile(rb'\bBODY\[\] "((?:[^"\\]|\\.)*)"', re.DOTALL)


class NotGiven(Exception):
    """The server has the message, but does not give it; its text says why."""


class Facts(NamedTuple):
    """What the server says of a message that it was not asked for yet."""

    size: int  # bytes
    arrived: datetime | None


class Connection:
    """A signed-in connection. Everything here may raise one of ``imap_errors.TROUBLE``."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._box = _signed_in(account)
        self.can_idle = "IDLE" in self._capabilities()

    def examine(self) -> int:
        """Open the folder anew, read-only; its UIDVALIDITY."""
        self._box.folder.set(self.account.folder, readonly=True)
        [validity, *_rest] = self._client.response("UIDVALIDITY")[1]
        number = _number(validity)
        if number is None:
            raise HelpdeskError(
                _("%(host)s does not number its messages (UIDVALIDITY).", host=self.account.host)
            )
        return number

    def uids(self, which: str = "ALL") -> set[int]:
        """The UIDs of all messages, or of those that the search *which* names."""
        self._client.untagged_responses.pop("EXISTS", None)  # what comes from now on is news
        status, lines = self._client.uid("SEARCH", which)
        if status != "OK":
            raise MailboxUidsError((status, lines), "OK")
        found = (_number(word) for line in lines if line for word in line.split())
        return {uid for uid in found if uid is not None}

    def facts(self, uids: Sequence[int]) -> dict[int, Facts]:
        """What the server says of *uids*; those of which it says nothing are left out."""
        found = {}
        for start in range(0, len(uids), AT_ONCE):
            some = ",".join(map(str, uids[start : start + AT_ONCE]))
            for answer in self._fetched(some, "(UID RFC822.SIZE INTERNALDATE)"):
                line = answer if isinstance(answer, bytes) else b""
                uid, size = _UID.search(line), _SIZE.search(line)
                if uid and size:
                    found[int(uid[1])] = Facts(int(size[1]), _moment(line))
        return found

    def raw(self, uid: int) -> bytes:
        """The message *uid*, byte by byte. Raises NotGiven."""
        for answer in self._fetched(str(uid), "(UID BODY.PEEK[])"):
            content = _content(answer, uid)
            if content:
                return content
        raise NotGiven(_("the server gives nothing for it"))

    def has(self, uid: int) -> bool:
        """Whether the message *uid* is still there."""
        return uid in self.uids(f"UID {uid}")

    def wait_for_news(self, alarm: Alarm, seconds: float) -> None:
        """Wait until the server says something (IDLE, RFC 2177), at most *seconds*."""
        client = self._client
        # A server may tell in IDLE only of what comes from its beginning on (Dovecot looks for
        # the rest twice a minute), so it is asked first whether something came since the search.
        client.noop()
        if self._has_news():
            return
        tag = client._command("IDLE")
        # imap-tools takes "* 7 EXISTS" before the "+" for a failure, so this is done here.
        while client._get_response() is not None:
            if client.tagged_commands[tag]:  # it can't after all
                del client.tagged_commands[tag]
                self.can_idle = False
                return
        if not (self._has_news() or _has_unread(client)):
            alarm.wait(seconds, client.sock)
        client.send(b"DONE\r\n")
        self._box.consume_until_tagged_response(tag)

    def reopen(self) -> None:
        """Begin anew after the connection was lost; the folder is to be opened again."""
        self.close()
        self._box = _signed_in(self.account)

    def cut(self) -> None:
        """End it from another thread: whoever waits for an answer gets an error at once."""
        with suppress(OSError, AttributeError):
            # Not SSLSocket's own method, which takes the object away that is being read from.
            socket.socket.shutdown(self._client.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Say good-bye where the server still listens."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.sock.settimeout(2)
            self._client.logout()
        with suppress(OSError, ValueError):
            self._client.shutdown()

    @property
    def _client(self) -> Any:
        return self._box.client

    def _has_news(self) -> bool:
        return bool(self._client.untagged_responses.get("EXISTS"))

    def _capabilities(self) -> set[str]:
        # Asked once more: what a server can do for those who are signed in is not in its greeting.
        _status, lines = self._client.capability()
        return {word.decode("ascii", "replace").upper() for line in lines for word in line.split()}

    def _fetched(self, uids: str, what: str) -> Iterable[bytes | tuple[bytes, bytes]]:
        try:
            status, answers = self._client.uid("FETCH", uids, what)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:  # BAD: the connection is as good as before
            raise NotGiven(str(error)) from None
        if status != "OK":
            words = words_of((status, answers))
            if _FOR_NOW.match(words):  # it is the server that can't, not the message
                raise MailboxFetchError((status, answers), "OK")
            raise NotGiven(words)
        return [answer for answer in answers if answer]


def _signed_in(account: Account) -> BaseMailBox:
    if not (account.user + account.password).isprintable():
        raise HelpdeskError(_("The name or password of the log-in has a character that can't be."))
    box = _opened(account)
    _bound(box.client)
    try:
        if account.user.isascii() and account.password.isascii():
            box.login(account.user, account.password, initial_folder=None)
        else:
            box.login_utf8(account.user, account.password, initial_folder=None)
    except BaseException as error:
        with suppress(OSError):
            box.client.shutdown()
        if isinstance(error, imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort):
            raise MailboxLoginError(("NO", [str(error)]), "OK") from None
        raise
    return box


def _opened(account: Account) -> BaseMailBox:
    host, port = account.host, account.port
    if account.security is Security.NONE:
        return MailBoxUnencrypted(host, port, timeout=TIMEOUT)
    context = ssl.create_default_context()  # the certificate is checked, and its name
    if account.security is Security.TLS:
        return MailBox(host, port, timeout=TIMEOUT, ssl_context=context)
    box = MailBoxUnencrypted(host, port, timeout=TIMEOUT)
    try:
        box.client.starttls(context)
    except BaseException:
        with suppress(OSError):
            box.client.shutdown()
        raise
    return box


def _bound(client: Any) -> None:
    """Let *client* read nothing that would not fit into memory, whatever a server announces."""
    read = client.read

    def read_bounded(size: int) -> Any:
        if size > LONGEST_PART:
            raise imaplib.IMAP4.abort(f"it announces {size} bytes at once")
        return read(size)

    client.read = read_bounded


def _number(word: bytes | None) -> int | None:
    """A UID or UIDVALIDITY (RFC 9051, 2.3.1.1: 32 bits, never 0); None for anything else."""
    if not word or not re.fullmatch(rb"[0-9]{1,10}", word):
        return None
    return int(word) if 0 < int(word) < 2**32 else None


def _content(answer: bytes | tuple[bytes, bytes], uid: int) -> bytes:
    """The message in a part of an answer; empty where this part is about something else."""
    head = answer[0] if isinstance(answer, tuple) else answer
    named = _UID.search(head)
    if b"BODY[]" not in head or (named and int(named[1]) != uid):
        return b""
    if isinstance(answer, tuple):
        return answer[1]
    quoted = _QUOTED.search(head)
    return re.sub(rb"\\(.)", rb"\1", quoted[1], flags=re.DOTALL) if quoted else b""


def _moment(line: bytes) -> datetime | None:
    moment = imaplib.Internaldate2tuple(line)
    return None if moment is None else datetime.fromtimestamp(time.mktime(moment), UTC)


def _has_unread(client: Any) -> bool:
    """Whether something was read from the socket along with what was asked for."""
    buffer = getattr(client, "_readbuf", None)  # Python 3.14 and newer
    if buffer is not None:
        return bool(buffer)
    client.sock.settimeout(0)
    try:
        return bool(client.file.peek(1))
    except OSError:  # TLS has nothing either
        return False
    finally:
        client.sock.settimeout(TIMEOUT)
