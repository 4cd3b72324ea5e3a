"""A client of the API, and what a person does who gets no answer: the same once more."""

import hashlib
import hmac
import http.client
import json
import random
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.desk import PREFIX

BOUNDARY = "a-line-that-is-in-no-file"
PATIENCE = 60
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
Headers = dict[str, str]


class Unanswered(Exception):
    """Nobody knows whether it was done: the connection ended before the answer."""


class Refused(Exception):
    """The desk answered, and not with 200."""


@dataclass
class Script:
    """Sends requests to the desk at *url*."""

    url: str

    def ask(
        self, method: str, path: str, token: str = "", body: bytes | None = None, **headers: str
    ) -> tuple[int, Headers, bytes]:
        """Status, headers and body of the answer. Raises Unanswered."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)
        with closing(connection):
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                headers = {name.lower(): value for name, value in answer.getheaders()}
                return answer.status, headers, answer.read()
            except (OSError, http.client.HTTPException) as error:
                raise Unanswered(str(error)) from error

    def data(
        self, method: str, path: str, token: str, body: bytes | None = None, **more: str
    ) -> Any:
        """The data of a success. Raises Refused, Unanswered."""
        status, _headers, answer = self.ask(method, PREFIX + path, token, body, **more)
        if status != 200:
            raise Refused(f"{method} {path}: {status} {answer[:300]!r}")
        return json.loads(answer)["data"]


@dataclass(frozen=True)
class Keys:
    """Who asks: tokens, and what a provider of mail signs with."""

    customer: str
    admin: str
    hook: str

    def signed(self, mail: bytes) -> Headers:
        now = str(int(time.time()))
        given = hmac.new(self.hook.encode(), now.encode() + b"." + mail, "sha256")
        return {
            "X-Helpdesk-Timestamp": now,
            "X-Helpdesk-Signature": f"sha256={given.hexdigest()}",
            "Content-Type": "message/rfc822",
        }


@dataclass
class File:
    """A file of random bytes; once it is sent, its hash is enough."""

    name: str
    content: bytes = field(repr=False)
    sha256: str = ""

    def __post_init__(self) -> None:
        self.sha256 = hashlib.sha256(self.content).hexdigest()


def some_file(name: str) -> File:
    return File(name, random.randbytes(random.choice([100, 5_000, 70_000])))


def form(words: dict[str, str], files: list[File]) -> bytes:
    """*words* and *files* as multipart/form-data."""
    parts = [_part(f'name="{name}"', value.encode()) for name, value in words.items()]
    parts += [_part(f'name="attachments"; filename="{f.name}"', f.content) for f in files]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _part(head: str, value: bytes) -> bytes:
    start = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n"
    return start.encode() + value + b"\r\n"
