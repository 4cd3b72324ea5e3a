"""What people and programs do to a desk, and how to see that it was kept.

A deed can be done again when nobody answered: it has a key, and the desk does it once.
"""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from tests.desk import PREFIX
from tests.faults.script import FORM, JSON, File, Keys, Script, form
from tests.mail.letters import letter

HELD_SECONDS = 1
FILED_WITHIN = 60  # seconds; a machine may do other things
CUSTOMER, STAFF = "/customer-support-ticket", "/support-ticket"


@dataclass
class Deed:
    """One request. *answered* is the data that the desk gave for it."""

    words: str = field(default_factory=lambda: f"Words {secrets.token_hex(8)}")
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    answered: Any = None

    def do(self, script: Script, keys: Keys) -> None:
        """Do it. Raises Refused or Unanswered."""
        raise NotImplementedError

    def check(self, script: Script, keys: Keys) -> int:
        """See that it is there, whole, and once; how many things those were."""
        raise NotImplementedError

    def forget_bytes(self) -> None:
        """Keep no more of it than is needed to check it."""

    def show(self, script: Script, keys: Keys, ticket: int) -> Any:
        return script.data("GET", f"{STAFF}/{ticket}", keys.admin)


def _message(shown: Any, words: str) -> Any:
    """The one message with *words*."""
    found = [one for one in shown["ticketMessage"] if words in one["message"]]
    assert len(found) == 1, f"{words} is there {len(found)} times"
    return found[0]


def _check_files(script: Script, keys: Keys, message: Any, files: list[File]) -> int:
    given = {one["fileName"]: one["filePath"] for one in message["ticketAttachments"]}
    assert sorted(given) == sorted(file.name for file in files), given
    for file in files:
        status, _headers, content = script.ask("GET", given[file.name], keys.admin)
        assert status == 200, (file.name, status)
        assert hashlib.sha256(content).hexdigest() == file.sha256, f"{file.name} is another"
    return len(files)


@dataclass
class WithFiles(Deed):
    """Words with files."""

    files: list[File] = field(default_factory=list)

    def forget_bytes(self) -> None:
        for file in self.files:
            file.content = b""


@dataclass
class Opened(WithFiles):
    """A customer opens a ticket."""

    def do(self, script: Script, keys: Keys) -> None:
        body = form({"subject": self.words, "message": self.words}, self.files)
        more = FORM | {"Idempotency-Key": self.key}
        self.answered = script.data("POST", CUSTOMER, keys.customer, body, **more)["id"]

    def check(self, script: Script, keys: Keys) -> int:
        shown = self.show(script, keys, self.answered)
        assert shown["subject"] == self.words
        return 2 + _check_files(script, keys, _message(shown, self.words), self.files)


@dataclass
class Replied(WithFiles):
    """A customer replies."""

    ticket: int = 0

    def do(self, script: Script, keys: Keys) -> None:
        body = form({"ticketId": str(self.ticket), "message": self.words}, self.files)
        more = FORM | {"Idempotency-Key": self.key}
        self.answered = script.data("POST", CUSTOMER, keys.customer, body, **more)

    def check(self, script: Script, keys: Keys) -> int:
        shown = self.show(script, keys, self.ticket)
        return 1 + _check_files(script, keys, _message(shown, self.words), self.files)


@dataclass
class Held(Deed):
    """An agent's reply is held for a moment; then it leaves, once."""

    ticket: int = 0

    def do(self, script: Script, keys: Keys) -> None:
        body = json.dumps({"message": self.words, "seconds": HELD_SECONDS}).encode()
        more = JSON | {"Idempotency-Key": self.key}
        path = f"{STAFF}/{self.ticket}/held-replies"
        self.answered = script.data("POST", path, keys.admin, body, **more)["key"]

    def check(self, script: Script, keys: Keys) -> int:
        until = time.monotonic() + FILED_WITHIN
        while True:
            shown = self.show(script, keys, self.ticket)
            if self.words in json.dumps(shown) or time.monotonic() > until:
                _message(shown, self.words)
                return 1
            time.sleep(0.2)


@dataclass
class Tagged(Deed):
    """Many tickets get a tag at once."""

    tickets: list[int] = field(default_factory=list)

    def do(self, script: Script, keys: Keys) -> None:
        body = json.dumps({"ids": self.tickets, "addTags": [self.key]}).encode()
        more = JSON | {"Idempotency-Key": self.key}
        self.answered = script.data("POST", f"{STAFF}/bulk", keys.admin, body, **more)
        assert not self.answered["failed"], self.answered

    def check(self, script: Script, keys: Keys) -> int:
        for ticket in self.tickets:
            assert self.key in self.show(script, keys, ticket)["tags"], (ticket, self.key)
        return len(self.tickets)


@dataclass
class Mailed(Deed):
    """A provider hands over a mail, which becomes one ticket."""

    content: bytes = b""
    sha256: str = ""

    def __post_init__(self) -> None:
        pdf = b"%PDF-" + secrets.token_bytes(3000)
        files = (("a.pdf", "application/pdf", pdf),)
        named = {"Message_ID": f"<{self.key}@customer.example>"}
        self.content = letter(self.words, subject=self.words, files=files, **named)
        self.sha256 = hashlib.sha256(self.content).hexdigest()

    def do(self, script: Script, keys: Keys) -> None:
        more = keys.signed(self.content)
        path = f"{STAFF}/mail/inbound"
        self.answered = script.data("POST", path, "", self.content, **more)["id"]

    def check(self, script: Script, keys: Keys) -> int:
        path = f"{STAFF}/mail/{self.answered}"
        until = time.monotonic() + FILED_WITHIN
        while (mail := script.data("GET", path, keys.admin))["outcome"] == "waiting":
            assert time.monotonic() < until, f"The mail {self.answered} is not filed"
            time.sleep(0.2)
        assert mail["outcome"] in ("ticket", "duplicate"), mail
        status, _headers, content = script.ask("GET", f"{PREFIX}{path}/original", keys.admin)
        assert (status, hashlib.sha256(content).hexdigest()) == (200, self.sha256)
        if mail["outcome"] == "ticket":
            shown = self.show(script, keys, mail["ticketId"])
            assert len(_message(shown, self.words)["ticketAttachments"]) == 1
        return 2

    def forget_bytes(self) -> None:
        self.content = b""
