"""A real mail server for tests: it keeps what it took, and misbehaves when it is told to."""

import email
import email.policy
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mail:
    """A mail that the server has taken."""

    sender: str
    recipients: list[str]
    content: bytes = field(repr=False)
    options: list[str] = field(default_factory=list)

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)

    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    def html(self) -> str:
        return self.message.get_body(("html",)).get_content().replace("\r\n", "\n")

    def header(self, name: str) -> str | None:
        """A header's raw value, unfolded."""
        value = email.message_from_bytes(self.content)[name]
        return None if value is None else " ".join(value.split())


class Server:
    """What the server took, and how it answers: set an attribute and it does."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.connections = 0
        self.answers: dict[str, str] = {}  # to MAIL, RCPT <address>, DATA (before), END
        self.on_end: Callable[[SMTP], Any] = lambda _server: None  # once the content is there
        self.keeps = True  # what it answers yes to
        self.user, self.password = "shop", "secret"
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if address in mail.recipients]

    @property
    def ids(self) -> list[str]:
        return [(mail.header("Message-ID") or "").strip("<>") for mail in self.mails]

    # What aiosmtpd calls.

    async def handle_EHLO(
        self, server: SMTP, session: Session, _envelope: Any, name: str, answers: Any
    ) -> Any:
        self.connections += 1
        session.host_name = name
        return answers

    async def handle_MAIL(
        self, server: SMTP, _session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if answer := self.answers.get("MAIL"):
            return answer
        envelope.mail_from, envelope.mail_options = address, list(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, _session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Envelope) -> str:
        answer = self.answers.get("END", "250 OK queued as 12AB")
        if answer.startswith("250") and self.keeps:
            content = envelope.original_content or b""
            self.mails.append(
                Mail(
                    envelope.mail_from or "",
                    list(envelope.rcpt_tos),
                    content,
                    envelope.mail_options,
                )
            )
        result = self.on_end(server)
        if hasattr(result, "__await__"):
            await result
        return answer

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        good = (
            isinstance(data, LoginPassword)
            and data.login == self.user.encode()
            and data.password == self.password.encode()
        )
        return AuthResult(success=good, handled=False)


def drop(server: SMTP) -> None:
    """Hang up without a word."""
    server.transport.abort()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def running(**options: Any) -> Iterator[Server]:
    """Serve until the block ends, at *port* if one is given; more *options* are aiosmtpd's
    (``tls_context``, ``auth_required``)."""
    server = Server()
    tls = options.pop("implicit_tls", None)
    server.port = options.pop("port", None) or free_port()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        authenticator=server.authenticate,
        ssl_context=tls,
        **{"decode_data": False, "enable_SMTPUTF8": False} | options,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate of our own making for *name* and its key."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", str(key), "-out", str(cert), "-days", "30"),
            *("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


class RawServer:
    """A server in a thread that speaks word by word what a test wrote for it."""

    def __init__(self, talk: Callable[[Any], None]) -> None:
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.sock.getsockname()[1])
        self.talk = talk
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self.sock.accept()
            except OSError:
                return
            with client, client.makefile("rwb", buffering=0) as stream:
                self.talk(stream)

    def close(self) -> None:
        self.sock.close()
