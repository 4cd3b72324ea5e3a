"""Prints by how many kB an upload of 80 MB raises the peak memory of a process of its own."""

import io
import resource
import sys
from pathlib import Path

from flask import Flask, request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from helpdesk.files import init_app

HEAD = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
TAIL = b"\r\n--x--\r\n"

app = Flask("measure")
init_app(app, Path(sys.argv[1]))


@app.post("/")
def take() -> str:
    return str(request.files["f"].stream.size)


class Body(io.RawIOBase):
    """A multipart body that is made as it is read."""

    def __init__(self, size: int) -> None:
        self.parts = iter([HEAD, *[b"x" * 50_000] * (size // 50_000), TAIL])
        self.size = len(HEAD) + size + len(TAIL)
        self.left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, into) -> int:
        self.left = self.left or next(self.parts, b"")
        count = min(len(into), len(self.left))
        into[:count], self.left = self.left[:count], self.left[count:]
        return count


def send(size: int) -> bytes:
    body = Body(size)
    kind = "multipart/form-data; boundary=x"
    environ = EnvironBuilder("/", method="POST", content_type=kind).get_environ()
    environ |= {"wsgi.input": body, "CONTENT_LENGTH": str(body.size)}
    return b"".join(run_wsgi_app(app, environ)[0])


send(100_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert send(80_000_000) == b"80000000"
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
