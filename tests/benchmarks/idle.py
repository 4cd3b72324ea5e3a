"""What open pages of the desk cost a server on which nothing happens.

``python -m tests.benchmarks.idle`` starts ``helpdesk serve``, lets that many agents sign in and
listen as their browsers do, each at one of five tickets, and reads from /proc what the process
used while nothing happened: seconds of CPU and memory. Then a note, to see how soon all have heard.
"""

import argparse
import os
import re
import socket
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from tests.started import Browser, Started, started, typed

PASSWORD = "a lamp in the window"
TICKETS = 5
FILL = """
from helpdesk.accounts.models import Role
with transaction():
    ana = accounts.add_user(
        DESK, name="Ana Ruiz", email="ana@mail.example", role=Role.CUSTOMER
    )
    for number in range({tickets}):
        actions.open_ticket(ana, actions.Draft("Lamp number %d" % number, "It flickers."))
    for number in range({agents}):
        accounts.add_user(
            DESK, name="Agent %d" % number, email="agent%d@shop.example" % number,
            role=Role.AGENT, password={password!r},
        )
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--agents", type=int, nargs="+", default=[0, 50])
    asked.add_argument("--seconds", type=float, default=60)
    options = asked.parse_args()
    print(f"{'agents':>6}{'CPU s':>8}{'% of a core':>13}{'MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        most = max(*options.agents, 1)
        typed(desk, "shell", stdin=fill(most))
        with started(desk) as server:  # another one: checking passwords takes much memory
            browsers = [signed_in(server.url, number) for number in range(most)]
        for agents in options.agents:
            with started(desk) as server:
                browsers[0].url = server.url
                browsers[0].get("/desk/tickets/1")  # so that an idle one is as warm as the others
                measure(server, browsers[:agents], options.seconds)


def fill(agents: int) -> str:
    """What makes a desk with so many agents, for ``helpdesk shell``."""
    return FILL.format(tickets=TICKETS, agents=agents, password=PASSWORD)


def measure(server: Started, browsers: Sequence[Browser], seconds: float) -> None:
    """Print a line for that many agents."""
    agents = len(browsers)
    streams = [listen(server.url, number, one) for number, one in enumerate(browsers)]
    used = cpu_while(server.process.pid, seconds)
    megabytes = memory(server.process.pid)
    print(f"{agents:>6}{used:>8.2f}{100 * used / seconds:>12.2f}%{megabytes:>8.1f}", flush=True)
    if streams:
        milliseconds = 1000 * heard(server.url, browsers[0], streams)
        print(f"       a note was heard by all {len(streams)} after {milliseconds:.0f} ms")
    for stream in streams:
        stream.close()


def listen(url: str, number: int, browser: Browser) -> socket.socket:
    """The event stream of an agent who has opened a ticket."""
    browser.url = url
    browser.get(f"/desk/tickets/{number % TICKETS + 1}")
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
    host = urlsplit(url)
    stream = socket.create_connection((host.hostname or "", host.port or 80), timeout=20)
    stream.sendall(
        f"GET /desk/stream?ticket={number % TICKETS + 1} HTTP/1.1\r\nHost: {host.netloc}\r\n"
        f"Accept: text/event-stream\r\nCookie: {cookie}\r\n\r\n".encode()
    )
    if not stream.recv(20).startswith(b"HTTP/1.1 200 "):
        raise RuntimeError("The stream was refused.")
    return stream


def signed_in(url: str, number: int) -> Browser:
    browser = Browser(url)
    browser.send("/sign-in", email=f"agent{number}@shop.example", password=PASSWORD)
    return browser


def heard(url: str, writer: Browser, streams: Sequence[socket.socket]) -> float:
    """Seconds from sending a note until the last of *streams* has heard of it."""
    page = writer.get("/desk/tickets/1")
    fields = {name: field(page, name) for name in ("once", "last_message_id", "csrf_token")}
    for stream in streams:
        stream.setblocking(False)
        while chunk(stream):
            pass
        stream.setblocking(True)
    note = urlencode(fields | {"kind": "note", "message": "Heard by all.", "assign": "leave"})
    began = time.perf_counter()
    writer._open(Request(f"{url}/desk/tickets/1/messages", note.encode(), {"Origin": url})).close()
    for stream in streams:
        while b'"kind":"noted"' not in stream.recv(65536):
            pass
    return time.perf_counter() - began


def chunk(stream: socket.socket) -> bytes:
    try:
        return stream.recv(65536)
    except BlockingIOError:
        return b""


def field(page: str, name: str) -> str:
    tag = re.search(rf'<input[^>]* name="{name}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', tag[0]) if tag else None
    return value[1] if value else ""


def cpu_while(pid: int, seconds: float) -> float:
    """Seconds of CPU that the process uses while *seconds* pass in which nobody does anything."""
    time.sleep(min(5, seconds))  # those who came have been told to all
    before = cpu(pid)
    time.sleep(seconds)
    return cpu(pid) - before


def cpu(pid: int) -> float:
    """Seconds of CPU that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Megabytes that the process has in memory."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
