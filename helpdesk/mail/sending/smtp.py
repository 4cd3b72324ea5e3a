"""Talking to the server that sends our mail, so that each answer has one meaning.

Until the content of a mail is handed over, nothing is sent and everything may be tried again. Once
it is, only an answer tells what became of it: where none comes, nobody knows.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass

from ...errors import HelpdeskError
from ...i18n import gettext as _
from ..mailboxes.servers import Server
from ..models import Security

CONNECTING = 30.0  # seconds
ANSWERING = 60.0  # to each command
TAKING = 300.0  # a whole mail, after its last byte
LONGEST_ANSWER = 2000  # characters
MOST_MAILS = 100  # through one connection
_TO_STUFF = re.compile(rb"(?m)^\.")


class NotNow(HelpdeskError):
    """Nothing was sent: the same may be tried again later. *is_servers*: no mail goes this way."""

    def __init__(self, message: str, *, is_servers: bool = False) -> None:
        super().__init__(message[:LONGEST_ANSWER])
        self.is_servers = is_servers


class Never(HelpdeskError):
    """The server refuses this mail, word for word."""


class Unknown(HelpdeskError):
    """The content was handed over and no answer came: it may have been sent or not."""


@dataclass(frozen=True)
class Envelope:
    """Whom the server is told that a mail is from and for; *size* is in bytes."""

    sender: str
    recipient: str
    size: int
    utf8: bool = False


class Connection:
    """A session with *server*, logged in. Raises NotNow where there can't be one."""

    def __init__(self, server: Server, name: str | None = None) -> None:
        self.server, self.mails = server, 0
        try:
            self._smtp = _connected(server, name)
            _log_in(self._smtp, server)
        except smtplib.SMTPAuthenticationError as error:
            raise NotNow(
                _("The log-in was refused: %(answer)s", answer=_said(error)), is_servers=True
            ) from None
        except smtplib.SMTPResponseException as error:
            raise NotNow(_said(error), is_servers=True) from None
        except ssl.SSLCertVerificationError as error:
            why = error.verify_message or str(error)
            raise NotNow(
                _("The certificate of %(host)s is not good: %(why)s.", host=server.host, why=why),
                is_servers=True,
            ) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotNow(
                _("No connection to %(host)s: %(why)s.", host=server.host, why=_why(error)),
                is_servers=True,
            ) from None

    @property
    def takes_utf8(self) -> bool:
        return bool(self._smtp.has_extn("smtputf8"))

    def is_alive(self) -> bool:
        """Whether it can be used for another mail."""
        if self.mails >= MOST_MAILS:
            return False
        try:
            code, _answer = self._smtp.docmd("NOOP")
        except (OSError, smtplib.SMTPException):
            return False
        return code == 250

    def offer(self, envelope: Envelope) -> None:
        """Ask whether the server takes such a mail. Raises NotNow, Never."""
        limit = self._smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < envelope.size:
            raise Never(
                _(
                    "The mail server takes mails of at most %(most)s bytes; this one has %(size)s.",
                    most=f"{int(limit):,}",
                    size=f"{envelope.size:,}",
                )
            )
        options = [f"SIZE={envelope.size}"] if self._smtp.has_extn("size") else []
        if envelope.utf8:
            options.append("SMTPUTF8")
        self._smtp.command_encoding = "utf-8" if envelope.utf8 else "ascii"
        self.mails += 1
        self._ask("MAIL", f"FROM:<{envelope.sender}>", *options)
        self._ask("RCPT", f"TO:<{envelope.recipient}>")

    def hand_over(self, content: bytes) -> str:
        """Send the mail that was offered; the server's answer. Raises NotNow, Never, Unknown."""
        self._ask("DATA", wants=354)
        stuffed = _TO_STUFF.sub(b"..", content)
        end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            self._patience(TAKING)
            self._smtp.send(stuffed + end)
            code, answer = self._smtp.getreply()
            self._patience(ANSWERING)
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise Unknown(
                _("The connection ended before the server had answered: %(why)s.", why=_why(error))
            ) from None
        if code == 250:
            return _line(code, answer)
        self._refuse(code, answer)
        raise Unknown(_line(code, answer))  # an answer that has no meaning here

    def close(self) -> None:
        """Say goodbye."""
        with suppress(OSError, smtplib.SMTPException):
            self._patience(5)
            self._smtp.quit()
        self.drop()

    def drop(self) -> None:
        """End it without a word."""
        with suppress(OSError):
            self._smtp.close()

    def _ask(self, command: str, *words: str, wants: int = 0) -> None:
        try:
            code, answer = self._smtp.docmd(command, " ".join(words))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self.drop()
            host = self.server.host
            raise NotNow(
                _("No connection to %(host)s: %(why)s.", host=host, why=_why(error))
            ) from None
        if code == wants or (not wants and 200 <= code < 300):
            return
        self._refuse(code, answer)
        self.drop()
        raise NotNow(_line(code, answer))

    def _refuse(self, code: int, answer: bytes) -> None:
        """Raise what an answer means that is no yes."""
        said = _line(code, answer)
        if code == 421:  # and it hangs up
            self.drop()
            raise NotNow(said)
        if code == 530:  # it wants a log-in: not this mail's fault
            self._begin_anew()
            raise NotNow(said, is_servers=True)
        if 400 <= code < 500:
            self._begin_anew()
            raise NotNow(said)
        if 500 <= code < 600:
            self._begin_anew()
            raise Never(said)

    def _begin_anew(self) -> None:
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.drop()

    def _patience(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


def _connected(server: Server, name: str | None) -> smtplib.SMTP:
    is_open = server.security is Security.NONE
    context = None if is_open else ssl.create_default_context()  # reads all of this machine's roots
    if server.security is Security.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, name, timeout=CONNECTING, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=CONNECTING)
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(ANSWERING)
        smtp.ehlo_or_helo_if_needed()
        if server.security is Security.STARTTLS:
            smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    if not server.user:
        return
    try:
        smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise


def _said(error: smtplib.SMTPResponseException) -> str:
    return _line(error.smtp_code, error.smtp_error)


def _line(code: int, answer: bytes | str) -> str:
    """A server's answer as it is kept and shown: what it said, without control characters."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    lines = (" ".join(re.sub(r"[\x00-\x1f\x7f]", " ", line).split()) for line in text.split("\n"))
    return f"{code} {' '.join(filter(None, lines))}"[:LONGEST_ANSWER].rstrip()


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return _("it took too long")
    if isinstance(error, UnicodeError):
        return _("letters that this server does not take")
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", str(text)).split())[:300].rstrip(".")
