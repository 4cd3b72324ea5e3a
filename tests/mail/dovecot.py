"""A real Dovecot, unprivileged, in a folder of its own: one account a test, as at a shop."""

import imaplib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "a lamp in the window"
PATIENCE = 60  # seconds, for a machine that is busy
NOBODY = 65534
ACCOUNTS = 1000

_COMMON = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = yes
mail_max_userip_connections = 100
auth_failure_delay = 0
service anvil {{
  chroot =
  # Nobody who guessed wrong has to wait.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
{capability}
"""
_OF_2_3 = """
mail_location = maildir:{folder}/mail/%u
disable_plaintext_auth = no
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""
_OF_2_4 = """
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
auth_allow_cleartext = yes
ssl_server_cert_file = {folder}/certificate.pem
ssl_server_key_file = {folder}/key.pem
passdb passwd-file {{
  passwd_file_path = {folder}/passwd
  default_password_scheme = PLAIN
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}/mail/%{{user}}
  }}
}}
"""
_WITHOUT_IDLE = "imap_capability = IMAP4rev1 SASL-IR LITERAL+ UIDPLUS"


def is_here() -> bool:
    """Whether there is a Dovecot on this machine."""
    return _program() is not None


def _program() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def certificate(folder: Path, name: str, days: int = 30, stem: str = "") -> Path:
    """Make a self-made certificate for the host *name* and its key."""
    paths = folder / f"{stem}certificate.pem", folder / f"{stem}key.pem"
    kind = "IP" if name[0].isdigit() else "DNS"
    command = ["openssl", "req", "-x509", "-nodes", "-newkey", "ec"]
    command += ["-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-days", str(days), "-subj", f"/CN={name}"]
    command += ["-addext", f"subjectAltName={kind}:{name}"]
    command += ["-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run(command, check=True, capture_output=True)
    return paths[0]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class MailAccount:
    """One person's mail on a Dovecot."""

    server: "Dovecot"
    user: str

    @property
    def maildir(self) -> Path:
        return self.server.folder / "mail" / self.user

    @contextmanager
    def open(self, folder: str = "INBOX", readonly: bool = False) -> Iterator[imaplib.IMAP4]:
        """A connection of somebody else's than the desk."""
        client = imaplib.IMAP4("127.0.0.1", self.server.port, timeout=PATIENCE)
        try:
            client.login(self.user, PASSWORD)
            status, said = client.select(folder, readonly=readonly)
            assert status == "OK", said
            yield client
        finally:
            client.logout()

    def put(self, *messages: bytes, folder: str = "INBOX") -> None:
        """Let *messages* arrive."""
        with self.open(folder) as client:
            for message in messages:
                status, said = client.append(folder, "", "", message)
                assert status == "OK", said

    def put_many(self, *messages: bytes) -> None:
        """The same for hundreds: as files, as a mail server's delivery does it."""
        with self.open():  # makes the folders
            pass
        for message in messages:
            name = f"{time.time_ns()}.{secrets.token_hex(8)}.test"
            path = self.maildir / "tmp" / name
            path.write_bytes(message)
            self.server.give(path)
            path.rename(self.maildir / "new" / name)

    def uids(self) -> list[int]:
        """The numbers of all that is in the mailbox."""
        with self.open(readonly=True) as client:
            return [int(uid) for uid in client.uid("SEARCH", "ALL")[1][0].split()]

    def flags(self) -> str:
        """The marks on all that is in the mailbox."""
        with self.open(readonly=True) as client:
            return repr(client.fetch("1:*", "(FLAGS)")[1])

    def remove(self, uid: int) -> None:
        """Somebody deletes the message *uid*."""
        with self.open() as client:
            client.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
            client.expunge()

    def make_folder(self, name: str) -> None:
        with self.open() as client:
            client.create(name)

    def create_anew(self, next_uid: int = 1) -> None:
        """Let the server forget its numbers: same messages, another UIDVALIDITY."""
        before = self.validity()
        for path in self.maildir.glob("dovecot*"):
            path.unlink()
        uidlist = self.maildir / "dovecot-uidlist"
        uidlist.write_text(f"3 V{before + 1} N{next_uid} G{secrets.token_hex(16)}\n")
        self.server.give(uidlist)
        assert self.validity() != before

    def validity(self) -> int:
        with self.open(readonly=True) as client:
            return int(client.response("UIDVALIDITY")[1][0])

    def files(self) -> list[Path]:
        """The files of all messages, oldest first."""
        found = [path for name in ("new", "cur") for path in (self.maildir / name).iterdir()]
        return sorted(found, key=lambda path: path.name)


class Dovecot:
    """A server; it is started at once."""

    host = "localhost"

    def __init__(self, *, idle: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))  # short: sockets are in it
        self.port, self.tls_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = NOBODY if os.geteuid() == 0 else os.geteuid()
        self._group = NOBODY if os.geteuid() == 0 else os.getegid()
        self.ca = certificate(self.folder, self.host)
        # All at once: changes of the file within a second are not seen.
        self._users = [f"shop{number}" for number in range(ACCOUNTS)]
        (self.folder / "passwd").write_text(
            "".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in self._users)
        )
        for name in ("mail", "run", "state"):
            (self.folder / name).mkdir()
        self._configure(idle)
        for path in (self.folder, *self.folder.iterdir()):
            self.give(path)
        self.start()

    def account(self) -> MailAccount:
        """One that nobody had yet."""
        return MailAccount(self, self._users.pop())

    def give(self, path: Path) -> None:
        """Let *path* be the server's own."""
        if os.geteuid() == 0:
            os.chown(path, self._owner, self._group)

    def start(self) -> None:
        as_whom = (
            {"user": self._owner, "group": self._group, "extra_groups": []}
            if os.geteuid() == 0
            else {}
        )
        self._process = subprocess.Popen(
            [str(_program()), "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("wb"),
            cwd=self.folder,
            start_new_session=True,
            **as_whom,  # type: ignore[call-overload]
        )
        deadline = time.monotonic() + PATIENCE
        for port in (self.port, self.tls_port):
            while not _answers(port):
                assert self._process.poll() is None and time.monotonic() < deadline, self._said()
                time.sleep(0.05)

    def stop(self) -> None:
        """End it, with the processes of its connections, which would take ten seconds."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _configure(self, idle: bool) -> None:
        version = subprocess.run(
            [str(_program()), "--version"], capture_output=True, text=True, check=True
        ).stdout
        is_old = version.startswith("2.3")
        text = (_OF_2_3 if is_old else _OF_2_4) + _COMMON
        if not is_old:
            text = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" + text
        (self.folder / "dovecot.conf").write_text(
            text.format(
                folder=self.folder,
                user=_name_of("passwd", self._owner),
                group=_name_of("group", self._group),
                port=self.port,
                tls_port=self.tls_port,
                capability="" if idle else _WITHOUT_IDLE,
            )
        )

    def _said(self) -> str:
        said = ""
        for name in ("stderr", "log"):
            with suppress(OSError):
                said += (self.folder / name).read_text()
        return said


def _name_of(table: str, number: int) -> str:
    import grp
    import pwd

    return pwd.getpwuid(number).pw_name if table == "passwd" else grp.getgrgid(number).gr_name


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
