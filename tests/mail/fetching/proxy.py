"""A network that fails: it passes bytes on between a program and a server, up to a point."""

import socket
import threading
from contextlib import suppress


class Proxy:
    """Listens on a port of its own and connects each caller with the *port* of this machine.

    After *cut_after* bytes of a server's answers a connection is cut, after *silent_after* bytes
    nothing comes any more.
    """

    def __init__(self, port):
        self.cut_after = self.silent_after = None
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for sock in (self._listener, *self._open):
            _cut(sock)

    def _accept(self):
        with suppress(OSError):
            while True:
                caller, _address = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                self._open += caller, server
                for pair in ((caller, server, False), (server, caller, True)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source, target, is_answer):
        passed = 0
        with suppress(OSError):
            while data := source.recv(512):
                passed += len(data) if is_answer else 0
                if self.silent_after is not None and passed > self.silent_after:
                    continue
                if self.cut_after is not None and passed > self.cut_after:
                    target.sendall(data[: len(data) - (passed - self.cut_after)])
                    break
                target.sendall(data)
        for sock in (source, target):
            _cut(sock)


def _cut(sock):
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
