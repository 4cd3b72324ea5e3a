"""A server that says what a test tells it to: small, and on a real socket."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

PATIENCE = 60  # seconds, for a machine that is busy


class Talker:
    """Greets, and answers each line by *answer*, which may return None to hang up."""

    def __init__(self, greeting: bytes, answer: Callable[[bytes], bytes | None]) -> None:
        self.greeting, self.answer = greeting, answer
        self.heard: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        sock.settimeout(PATIENCE)
        with suppress(OSError), sock, sock.makefile("rb") as stream:
            sock.sendall(self.greeting)
            for line in stream:
                self.heard.append(line)
                said = self.answer(line)
                if said is None:
                    return
                sock.sendall(said)


class Smtp(Talker):
    """A mail server that gives each mail to *deliver*; *answers* are its words to a command."""

    def __init__(self, deliver: Callable[[bytes], None], **answers: bytes) -> None:
        self.deliver, self.answers = deliver, answers
        self._mail: list[bytes] | None = None
        super().__init__(b"220 ready\r\n", self._answer)

    def _answer(self, line: bytes) -> bytes | None:
        if self._mail is not None:
            return self._content(line)
        command = line[:4].decode().strip().lower()
        if command in self.answers:
            return self.answers[command]
        if command == "data":
            self._mail = []
            return b"354 go on\r\n"
        if command == "ehlo":
            return b"250-here\r\n250 AUTH PLAIN LOGIN\r\n"
        if command == "auth":
            return b"235 welcome\r\n"
        return b"250 fine\r\n"

    def _content(self, line: bytes) -> bytes:
        assert self._mail is not None
        if line != b".\r\n":
            self._mail.append(line)
            return b""
        content, self._mail = b"".join(self._mail), None
        self.deliver(content)
        return self.answers.get("end", b"250 taken\r\n")
