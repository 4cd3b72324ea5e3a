"""The side of a mailbox that sends: log-in, and a mail to oneself."""

import smtplib
import socket
from contextlib import suppress
from email.message import EmailMessage

from ..servers import Server
from .reaching import context, tls_trouble
from .steps import Trouble, place_of, words_of


class _Client(smtplib.SMTP):
    """smtplib over a connection that is there already."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self._given = sock
        super().__init__(server.host, server.port)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._given


def greeted(server: Server, sock: socket.socket) -> smtplib.SMTP:
    """The client of *sock*, once the server has said hello. Raises Trouble."""
    values = place_of(server)
    try:
        client = _Client(server, sock)
        client.ehlo_or_helo_if_needed()
    except TimeoutError:
        raise Trouble("no_greeting", **values) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise Trouble("no_smtp", _said(error, server), **values) from None
    return client


def start_tls(client: smtplib.SMTP, server: Server) -> None:
    """Go on encrypted (RFC 3207). Raises Trouble."""
    values = place_of(server)
    try:
        client.starttls(context=context())
        client.ehlo_or_helo_if_needed()
    except smtplib.SMTPNotSupportedError:
        raise Trouble("no_starttls", **values) from None
    except smtplib.SMTPException as error:
        raise Trouble("no_starttls", _said(error, server), **values) from None
    except (OSError, ValueError) as error:
        raise tls_trouble(error, server) from None


def log_in(client: smtplib.SMTP, server: Server) -> None:
    """Raises Trouble."""
    try:
        client.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as error:
        answer = _said(error, server)
        raise Trouble("login_refused", answer, user=server.user, host=server.host) from None
    except smtplib.SMTPNotSupportedError:
        raise Trouble("login_disabled", host=server.host) from None
    except UnicodeError:
        raise Trouble("login_ascii", host=server.host) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Trouble("closed", _said(error, server), host=server.host) from None


def send(client: smtplib.SMTP, server: Server, mail: EmailMessage, address: str) -> str:
    """Send *mail* from *address* to it; what the server said. Raises Trouble."""
    values = {"host": server.host, "address": address}
    client.command_encoding = "ascii"
    try:
        if not address.isascii() and not client.has_extn("smtputf8"):
            raise Trouble("needs_utf8", **values)
        client.send_message(mail, address, [address])
    except smtplib.SMTPSenderRefused as error:
        raise Trouble("sender_refused", _said(error, server), **values) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = error.recipients[address]
        raise Trouble("recipient_refused", _line(code, answer, server), **values) from None
    except smtplib.SMTPResponseException as error:
        raise Trouble("mail_refused", _said(error, server), **values) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise Trouble("closed", _said(error, server), **values) from None
    return ""


def bye(client: smtplib.SMTP) -> None:
    """End it; whatever the server says."""
    with suppress(OSError, smtplib.SMTPException):
        if client.sock is not None:
            client.sock.settimeout(2)
        client.quit()
    client.close()


def _said(error: Exception, server: Server) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _line(error.smtp_code, error.smtp_error, server)
    return words_of(getattr(error, "strerror", None) or error, server)


def _line(code: int, answer: bytes | str, server: Server) -> str:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return words_of(f"{code} {said}" if code > 0 else said, server)
