"""Prints by how many kB an upload of 80 MB raises the peak memory of a process of its own."""

import resource
import sys
from pathlib import Path
from tempfile import TemporaryFile

from flask import Flask, request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from helpdesk.files import init_app

HEAD = b'--lamp\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
TAIL = b"\r\n--lamp--\r\n"

app = Flask("measure")
init_app(app, Path(sys.argv[1]))


@app.post("/")
def take() -> str:
    return str(request.files["f"].stream.size)


def send(size: int) -> bytes:
    """What the application answers to a file of *size* bytes, which is read from the disk."""
    kind = "multipart/form-data; boundary=lamp"
    with TemporaryFile() as body:
        body.write(HEAD)
        for _ in range(size // 50_000):
            body.write(b"x" * 50_000)
        body.write(TAIL)
        length = body.tell()
        body.seek(0)
        environ = EnvironBuilder("/", method="POST").get_environ()
        environ |= {"wsgi.input": body, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind}
        return b"".join(run_wsgi_app(app, environ)[0])


send(100_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
answer = send(80_000_000)
assert answer == b"80000000"
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
