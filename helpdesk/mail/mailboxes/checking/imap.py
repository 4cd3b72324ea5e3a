"""The side of a mailbox that is fetched: log-in, folder, and whether a mail is there."""

import imaplib
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches

from imap_tools.imap_utf7 import utf7_decode, utf7_encode

from ....text import storable
from ...models import Security
from ..servers import Server
from .reaching import connected, context, encrypted, tls_trouble
from .steps import Trouble, words_of

MOST_FOLDERS = 40  # named where the right one isn't there
_FOLDER = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.*)', re.DOTALL)


class _Client(imaplib.IMAP4):
    """imaplib over a connection that is there already."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self._given = sock
        super().__init__(server.host, server.port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self._given


def greeted(server: Server, sock: socket.socket) -> imaplib.IMAP4:
    """The client of *sock*, once the server has said hello. Raises Trouble."""
    try:
        return _Client(server, sock)
    except TimeoutError:
        raise Trouble("no_greeting", host=server.host, port=server.port) from None
    except (OSError, imaplib.IMAP4.error) as error:
        answer = words_of(error, server)
        raise Trouble("no_imap", answer, host=server.host, port=server.port) from None


def start_tls(client: imaplib.IMAP4, server: Server) -> None:
    """Go on encrypted (RFC 9051, 6.2.1). Raises Trouble."""
    if "STARTTLS" not in client.capabilities:
        raise Trouble("no_starttls", host=server.host, port=server.port)
    try:
        client.starttls(context())
    except imaplib.IMAP4.error as error:
        raise Trouble("no_starttls", words_of(error, server), host=server.host) from None
    except (OSError, ValueError) as error:
        raise tls_trouble(error, server) from None


def log_in(client: imaplib.IMAP4, server: Server) -> None:
    """Raises Trouble."""
    user, password = server.user, server.password
    if "LOGINDISABLED" in client.capabilities:
        raise Trouble("login_disabled", host=server.host)
    try:
        if "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        elif (user + password).isascii():
            client.login(_quoted(user), password)
        else:
            raise Trouble("login_ascii", host=server.host)
    except imaplib.IMAP4.abort as error:
        raise Trouble("closed", words_of(error, server), host=server.host) from None
    except imaplib.IMAP4.error as error:
        # imap tells its words as the text of a bytes object.
        said = error.args[0] if error.args else ""
        raise Trouble("login_refused", _plain(said, server), user=user, host=server.host) from None
    except OSError as error:
        raise Trouble("closed", words_of(error, server), host=server.host) from None


def open_folder(client: imaplib.IMAP4, server: Server, folder: str) -> int:
    """Open *folder*, read-only; how many messages it has. Raises Trouble."""
    try:
        status, [answer, *_rest] = client.select(_named(folder), readonly=True)
        if status == "OK" and answer is not None and answer.isdigit():
            return int(answer)
        there = list(_folders(client)) if status == "NO" else []
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise Trouble("closed", words_of(error, server), host=server.host) from None
    raise Trouble(
        "no_folder",
        words_of(answer or b"", server),
        folder=folder,
        folders=", ".join(there[:MOST_FOLDERS]),
        nearest=_nearest(folder, there),
    )


def has(client: imaplib.IMAP4, server: Server, folder: str, mail_id: str) -> bool:
    """Whether the mail with this Message-ID is in *folder* now. Raises Trouble."""
    open_folder(client, server, folder)  # anew, or some servers don't say what is new
    try:
        status, found = client.uid("SEARCH", "HEADER", "Message-ID", _quoted(mail_id))
    except (OSError, imaplib.IMAP4.error) as error:
        raise Trouble("closed", words_of(error, server), host=server.host) from None
    return status == "OK" and any(found)


@contextmanager
def session(server: Server) -> Iterator[imaplib.IMAP4]:
    """A logged-in client. Raises Trouble."""
    sock = connected(server)
    if server.security is Security.TLS:
        sock = encrypted(sock, server)
    client = greeted(server, sock)
    try:
        if server.security is Security.STARTTLS:
            start_tls(client, server)
        log_in(client, server)
        yield client
    finally:
        bye(client)


def bye(client: imaplib.IMAP4) -> None:
    """End it; whatever the server says."""
    with suppress(OSError, imaplib.IMAP4.error):
        client.sock.settimeout(2)
        client.logout()
    with suppress(OSError, ValueError):
        client.shutdown()


def _folders(client: imaplib.IMAP4) -> Iterator[str]:
    """The folders that can be opened."""
    status, lines = client.list()
    for line in lines if status == "OK" else ():
        head, name = (line[0], line[1]) if isinstance(line, tuple) else (line, None)
        found = _FOLDER.match(head or b"")
        if found is None or b"\\noselect" in found["flags"].lower():
            continue
        raw = found["name"] if name is None else name
        if raw[:1] == b'"':
            raw = re.sub(rb"\\(.)", rb"\1", raw[1:-1])
        with suppress(ValueError):
            folder = utf7_decode(raw)
            if folder.isprintable() and storable(folder):
                yield folder[:200]


def _nearest(folder: str, there: list[str]) -> str:
    """The folder that was meant, perhaps."""
    by_fold = {name.casefold(): name for name in there}
    ends = [name for name in there if re.split(r"[/.]", name)[-1].casefold() == folder.casefold()]
    close = get_close_matches(folder.casefold(), by_fold, n=1, cutoff=0.5)
    return ends[0] if ends else by_fold[close[0]] if close else ""


def _named(folder: str) -> str:
    return _quoted(utf7_encode(folder).decode("ascii"))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(said: object, server: Server) -> str:
    text = str(said)
    quoted = re.fullmatch(r"""b(['"])(.*)\1""", text, re.DOTALL)
    return words_of(quoted[2] if quoted else text, server)
