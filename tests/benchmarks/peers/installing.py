"""The peer: a virtual environment of its own, its database, its process."""

import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
RUN = HERE / "django_site" / "run.py"


@dataclass
class Peer:
    """django-helpdesk in *folder*, run by *python*."""

    folder: Path
    python: Path
    threads: str

    @cached_property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return kept | {"PEER_FOLDER": str(self.folder), "PYTHONUNBUFFERED": ""}

    def load(self, source: Path) -> dict[str, str]:
        """Fill its database with the tickets of ours; a cookie and a token of its staff."""
        self.folder.mkdir(parents=True)
        words = [str(self.python), str(RUN), "load", str(source)]
        done = subprocess.run(
            words, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        key: dict[str, str] = json.loads(done.stdout)
        return key

    @contextmanager
    def started(self) -> Iterator["Running"]:
        """Serve it on a free port until the block ends."""
        begun = time.perf_counter()
        process = subprocess.Popen(
            [str(self.python), str(RUN), "serve", self.threads],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout
            line = process.stdout.readline()
            yield Running(process, line.removeprefix("Ready at ").strip(), begun)
        finally:
            process.kill()  # waitress takes a signal for an exception of the program
            process.wait(60)


@dataclass(frozen=True)
class Running:
    """A process that answers at *url*, and when it was begun (``time.perf_counter``)."""

    process: "subprocess.Popen[str]"
    url: str
    begun: float


def installed(place: Path) -> Path:
    """The Python of a virtual environment in *place* that has the peer; made if it isn't there."""
    python = place / "bin" / "python"
    mark = place / "installed.txt"
    wanted = REQUIREMENTS.read_text()
    if not mark.exists() or mark.read_text() != wanted:
        print(f"Installing django-helpdesk into {place}", file=sys.stderr, flush=True)
        venv.create(place, with_pip=True, clear=True)
        words = [str(python), "-m", "pip", "install", "-q", "-r", str(REQUIREMENTS)]
        subprocess.run(words, check=True)
        mark.write_text(wanted)
    return python
