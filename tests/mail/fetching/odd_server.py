"""A server that says what a test wants, byte for byte: what no decent Dovecot would."""

import socket
import threading
from contextlib import suppress

DECENT = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    b"LOGIN": b"",
    b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n",
    b"UID SEARCH": b"* SEARCH 1\r\n",
    b"UID FETCH": b"",
    b"LOGOUT": b"* BYE\r\n",
    b"NOOP": b"",
}


class OddServer:
    """Answers each command with the bytes that *said* has for its beginning, then with OK.

    Bytes that end in ``TAG ...`` are the tagged answer themselves; None cuts the connection.
    """

    def __init__(self, greeting=b"* OK ready\r\n", **said):
        self.said = DECENT | {name.replace("_", " ").encode(): to for name, to in said.items()}
        self._greeting, self.asked = greeting, []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                caller, _address = self._listener.accept()
                threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller):
        with suppress(OSError), caller, caller.makefile("rb") as lines:
            caller.sendall(self._greeting)
            for line in lines:
                tag, _, command = line.rstrip().partition(b" ")
                self.asked.append(command)
                answer = next(
                    (to for name, to in self.said.items() if command.startswith(name)), b""
                )
                if callable(answer):
                    answer = answer(command)
                if answer is None:
                    return
                untagged, is_whole, tagged = answer.partition(b"TAG ")
                caller.sendall(untagged + tag + b" " + (tagged if is_whole else b"OK done\r\n"))
