"""One step of the test of a mailbox, and how it went. The words for a person are the pages'."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ....logs import printable
from ..servers import Server

MOST_WORDS = 300  # characters of what a server said


class Result(StrEnum):
    """How a step went."""

    OK = "ok"
    WARN = "warn"  # it works, but somebody should know
    BAD = "bad"  # and what rests on it isn't tried


@dataclass(frozen=True, slots=True)
class Step:
    """*about*: ``imap``, ``smtp`` or ``circle`` (there and back). *code* says what happened.

    *values* stand in the sentence for *code*; *answer* is what the server said, word for word.
    """

    about: str
    name: str
    result: Result
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    answer: str = ""


class Trouble(Exception):
    """A step went wrong: its *code*, *values* and *answer*."""

    def __init__(self, code: str, answer: str = "", **values: Any) -> None:
        super().__init__(code)
        self.code, self.answer, self.values = code, answer, values


def place_of(server: Server) -> dict[str, Any]:
    """What many sentences name."""
    return {"host": server.host, "port": server.port}


def words_of(said: object, server: Server) -> str:
    """What *server* said, as one line that can be shown: cut, and never with the password."""
    if isinstance(said, list | tuple):
        return words_of(b" ".join(part for part in said if isinstance(part, bytes)), server)
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if server.password:
        text = text.replace(server.password, "********")
    line = " ".join(printable(" ".join(text.split())).split())
    return line if len(line) <= MOST_WORDS else f"{line[: MOST_WORDS - 1]}…"
