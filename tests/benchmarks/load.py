"""How many requests a second a server answers: by ``wrk`` where there is one, else by threads."""

import http.client
import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 8


@dataclass(frozen=True)
class Shot:
    """One kind of request."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


def rate(shot: Shot, seconds: float) -> float:
    """Requests a second that are answered with 200 while *seconds* pass."""
    return (_by_wrk if shutil.which("wrk") else _by_threads)(shot, seconds)


def _by_wrk(shot: Shot, seconds: float) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method = {json.dumps(shot.method)}\n")
        script.write(f"wrk.body = {json.dumps(shot.body)}\n")
        for name, value in shot.headers.items():
            script.write(f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}\n")
        script.flush()
        duration = ["--duration", f"{max(1, round(seconds))}s"]
        many = ["--threads", "1", "--connections", str(CONNECTIONS)]
        said = subprocess.run(
            ["wrk", *many, *duration, "--script", script.name, shot.url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{shot.url}: {said}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


def _by_threads(shot: Shot, seconds: float) -> float:
    parts = urlsplit(shot.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    until = time.perf_counter() + seconds
    answered: list[int] = []

    def work() -> None:
        connection = http.client.HTTPConnection(parts.netloc, timeout=20)
        count = 0
        while time.perf_counter() < until:
            connection.request(shot.method, path, shot.body or None, dict(shot.headers))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{shot.url}: {answer.status}")
            count += 1
        answered.append(count)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answered) != CONNECTIONS:
        raise RuntimeError(f"{shot.url} was not always answered")
    return sum(answered) / seconds


def text_of(path: Path, kind: str, body: bytes) -> None:
    """Write what ``bare.py`` answers at the name of *path*."""
    path.write_bytes(kind.encode() + b"\n" + body)
