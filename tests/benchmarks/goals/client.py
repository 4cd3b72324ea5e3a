"""Clients that cost little beside the server that they measure: plain sockets, one thread.

A Python client of the usual kind takes as long as the server it asks. These send bytes that were
put together before and read no more of an answer than where it ends.
"""

import pickle
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests import warm

PATIENCE = 60.0  # seconds for one answer
CHUNK = 256 * 1024
ANSWERED: Counter[str] = Counter()  # requests, by the address of the server
# What a process of its own does: it imports nothing but this module.
DRIVE = """
import pickle, sys
from tests.benchmarks.goals.client import drive
pickle.dump(drive(**pickle.load(sys.stdin.buffer)), sys.stdout.buffer)
"""


@dataclass(frozen=True)
class Ask:
    """A request; *fits* is the status that it must be answered with."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    fits: int = 200

    def wire(self, host: str) -> bytes:
        """The bytes that are sent."""
        body = self.body.encode()
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Answers:
    """What came of many requests: when each was answered, how long it took, what was wrong."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)  # milliseconds
    ended: list[float] = field(default_factory=list)  # seconds since the first was sent
    wrong: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0


def drive(
    url: str,
    asks: Sequence[Ask],
    *,
    connections: int = 1,
    seconds: float = 0,
    number: int = 0,
    start: int = 0,
    before: Callable[[], object] = lambda: None,
) -> Answers:
    """Send *asks* in turn until *seconds* have passed or *number* were answered.

    Each of so many *connections* sends its next request once its last one was answered; *before*
    is called before that.
    """
    address = urlsplit(url)
    host = (address.hostname or "", address.port or 80)
    wires = [(ask, ask.wire(address.netloc)) for ask in asks]
    answers = Answers()
    turn = start
    with selectors.DefaultSelector() as selector:
        begun = time.perf_counter()
        until = begun + (seconds or 1e9)
        lines = [_Line(host) for _ in range(connections)]
        for line in lines:
            before()
            line.send(*wires[turn % len(wires)])
            turn += 1
            selector.register(line.socket, selectors.EVENT_READ, line)
        waiting = connections
        while waiting:
            ready = selector.select(PATIENCE)
            if not ready:
                answers.wrong.append(f"No answer for {PATIENCE:.0f} s")
                break
            for key, _events in ready:
                line = key.data
                if not line.read():
                    continue
                now = time.perf_counter()
                answers.latencies.append(1000 * (now - line.sent))
                answers.ended.append(now - begun)
                if line.status != line.ask.fits:
                    answers.wrong.append(f"{line.ask.method} {line.ask.path}: {line.status}")
                is_last = now >= until or (number and turn - start >= number)
                if is_last or line.closes:
                    selector.unregister(line.socket)
                    line.socket.close()
                if is_last:
                    waiting -= 1
                    continue
                if line.closes:
                    line.connect()
                    selector.register(line.socket, selectors.EVENT_READ, line)
                before()
                line.send(*wires[turn % len(wires)])
                turn += 1
        answers.seconds = time.perf_counter() - begun
    ANSWERED[url] += len(answers.latencies)
    return answers


def drive_all(
    url: str, kinds: Mapping[str, Sequence[Ask]], shares: Mapping[str, int], seconds: float
) -> dict[str, Answers]:
    """Drive each kind at once from a process of its own, on so many connections as its share."""
    driven = [
        _driving(url=url, asks=asks, connections=shares[name], seconds=seconds, start=7 * place)
        for place, (name, asks) in enumerate(kinds.items())
    ]
    answers = {name: _driven(one) for name, one in zip(kinds, driven, strict=True)}
    ANSWERED[url] += sum(len(one.latencies) for one in answers.values())
    return answers


def _driving(**asked: Any) -> "subprocess.Popen[bytes]":
    process = warm.Popen(
        [sys.executable, "-c", DRIVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process.stdin as stdin:
        pickle.dump(asked, stdin)
    return process


def _driven(process: "subprocess.Popen[bytes]") -> Answers:
    with process:
        answers: Answers = pickle.load(process.stdout)
    return answers


class _Line:
    """A connection, and the answer that is arriving on it."""

    def __init__(self, host: tuple[str, int]) -> None:
        self._host = host
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(self._host, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.closes = False

    def send(self, ask: Ask, wire: bytes) -> None:
        self.ask, self.status, self._got, self._need = ask, 0, bytearray(), -1
        self._is_chunked = False
        self.sent = time.perf_counter()
        self.socket.sendall(wire)

    def read(self) -> bool:
        """Take what has arrived; whether the answer is whole."""
        part = self.socket.recv(CHUNK)
        self._got += part
        if self._need < 0 and (end := self._got.find(b"\r\n\r\n")) >= 0:
            self._understand(bytes(self._got[:end]).lower(), end + 4)
        if not part:
            self.closes = True
            return True
        if self._is_chunked:
            return self._got.endswith(b"0\r\n\r\n")
        return 0 <= self._need <= len(self._got)

    def _understand(self, head: bytes, begin: int) -> None:
        self.status = int(head[9:12])
        self.closes = b"\r\nconnection: close" in head
        _before, found, rest = head.partition(b"\r\ncontent-length:")
        if found:
            self._need = begin + int(rest.partition(b"\r\n")[0])
        else:
            self._is_chunked = b"chunked" in head
            self._need = begin if self.status in (204, 304) else 1 << 60
