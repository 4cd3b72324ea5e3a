"""A desk that is served by a process of its own, as at a shop."""

import os
import queue
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TextIO
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests import warm

PATIENCE = 60  # seconds, for a machine that is busy


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without what it says of a desk, and with *settings*."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HELPDESK_")}
    kept.pop("DATABASE_URL", None)
    return kept | {"PYTHONUNBUFFERED": ""} | settings


def helpdesk() -> list[str]:
    """How the program is called: the one beside the Python that runs the tests."""
    return [warm.PROGRAM]


def typed(
    folder: Path, *words: str, stdin: str = "", patience: int = PATIENCE, **settings: str
) -> str:
    """What the command *words* prints for the data folder *folder*; it must succeed."""
    run = warm.run(
        [*helpdesk(), "--data", str(folder), *words],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=environment(**settings),
        timeout=patience,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.rstrip("\n")


class Browser:
    """A browser without JavaScript that keeps its cookies."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = CookieJar()
        self._open = build_opener(HTTPCookieProcessor(self.cookies)).open

    def get(self, path: str) -> str:
        """The page at *path*, an address on this desk or a whole one."""
        with self._open(urljoin(self.url, path), timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def send(self, path: str, **words: str) -> str:
        """Fill in the form of the page at *path* and send it to the same address."""
        key = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        words |= {"csrf_token": key[1]} if key else {}
        request = Request(self.url + path, urlencode(words).encode(), {"Origin": self.url})
        with self._open(request, timeout=PATIENCE) as answer:
            return str(answer.read().decode())


class Started:
    """``helpdesk serve``, and the lines that it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.facts: list[str] = []
        self.remarks: list[str] = []
        self._new: queue.Queue[str | None] = queue.Queue()
        for stream, lines in ((process.stdout, self.facts), (process.stderr, self.remarks)):
            threading.Thread(target=self._read, args=(stream, lines), daemon=True).start()

    def _read(self, stream: TextIO, lines: list[str]) -> None:
        for line in stream:
            lines.append(line.rstrip("\n"))
            self._new.put(line)
        self._new.put(None)

    def wait_for(self, start: str) -> str:
        """The rest of the first line on stdout that begins with *start*."""
        while True:
            for line in list(self.facts):
                if line.startswith(start):
                    return line.removeprefix(start).strip()
            if self._new.get(timeout=PATIENCE) is None and self.process.poll() is not None:
                raise AssertionError(f"It ended: {self.facts} {self.remarks}")

    @property
    def url(self) -> str:
        return self.wait_for("Help desk ready at ")

    def stop(self, by: int = signal.SIGTERM) -> int:
        """Stop it and return its exit status."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)


@contextmanager
def started(
    folder: Path,
    *options: str,
    program: list[str] | None = None,
    cwd: Path | None = None,
    **settings: str,
) -> Iterator[Started]:
    """Serve the data folder *folder* on a free port until the block ends."""
    words = [*(program or helpdesk()), "--data", str(folder), "serve", "--port", "0", *options]
    with running(words, cwd, **settings) as desk:
        yield desk


@contextmanager
def working(folder: Path, *options: str, **settings: str) -> Iterator[Started]:
    """Do the background work of the data folder *folder* until the block ends."""
    with running([*helpdesk(), "--data", str(folder), "worker", *options], **settings) as worker:
        yield worker


@contextmanager
def running(words: list[str], cwd: Path | None = None, **settings: str) -> Iterator[Started]:
    """The command *words*, until the block ends."""
    process = warm.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment(**settings),
    )
    try:
        yield Started(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
