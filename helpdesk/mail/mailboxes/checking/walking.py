"""From a server's name to a log-in; each step is done only while all before it went well."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from typing import Any

from ...models import Security
from ..servers import Server, is_here
from . import reaching
from .steps import Result, Step, Trouble, place_of


class Walk:
    """The steps of one side, *about* ``imap`` or ``smtp``. *stack* ends what they have opened."""

    def __init__(self, about: str, server: Server | None, stack: ExitStack) -> None:
        self.about, self.server, self._stack = about, server, stack
        self.goes_on = True
        self._sock: Any = None
        self._client: Any = None
        self._protocol: Any = None  # this package's imap or smtp

    def to_log_in(self, protocol: Any, trouble: str | None) -> Generator[Step, None, Any]:
        """As far as the log-in: the client, or None. *trouble*: why its password can't be read."""
        if trouble is not None:
            values = {"why": trouble}
            yield Step(self.about, "login", Result.BAD, "password_file", values)
            return None
        if self.server is None:
            yield Step(self.about, "none", Result.WARN, "none")
            return None
        self._protocol = protocol
        for name, do in (
            ("resolve", self._resolve),
            ("connect", self._connect),
            ("tls", self._encrypt),
            ("login", self._log_in),
        ):
            yield self._seen_to(self.step(name, do, **place_of(self.server)))
            if not self.goes_on:
                return None
        return self._client

    def step(self, name: str, do: Callable[[], dict[str, Any]], **values: Any) -> Step:
        """What comes of *do*, which gives more values or raises Trouble."""
        try:
            values |= do()
        except Trouble as trouble:
            self.goes_on = False
            return bad(self.about, name, trouble)
        return Step(self.about, name, Result.OK, name, values)

    @property
    def needed(self) -> Server:
        """The server, where there is one."""
        assert self.server is not None  # noqa: S101
        return self.server

    def _resolve(self) -> dict[str, Any]:
        return {"addresses": ", ".join(reaching.addresses(self.needed))}

    def _connect(self) -> dict[str, Any]:
        self._sock = self._stack.enter_context(closing(reaching.connected(self.needed)))
        if self.needed.security is not Security.TLS:
            self._greet()
        return {}

    def _encrypt(self) -> dict[str, Any]:
        if self.needed.security is Security.TLS:
            self._sock = self._stack.enter_context(
                closing(reaching.encrypted(self._sock, self.needed))
            )
            self._greet()
        elif self.needed.security is Security.STARTTLS:
            self._protocol.start_tls(self._client, self.needed)
        return reaching.certificate_of(self._client.sock)

    def _greet(self) -> None:
        self._client = self._protocol.greeted(self.needed, self._sock)
        self._stack.callback(self._protocol.bye, self._client)

    def _log_in(self) -> dict[str, Any]:
        if self.needed.user:
            self._protocol.log_in(self._client, self.needed)
        return {"user": self.needed.user}

    def _seen_to(self, step: Step) -> Step:
        """*step*, or what is to be said of it although it went well."""
        if step.result is Result.BAD:
            return step
        result, code = step.result, step.code
        if step.name == "login" and not self.needed.user:
            code = "no_login"
        elif step.name == "tls" and self.needed.security is Security.NONE:
            is_safe = is_here(self.needed.host)
            result, code = (Result.OK, "here") if is_safe else (Result.WARN, "open")
        elif step.name == "tls" and step.values.get("soon"):
            result, code = Result.WARN, "soon"
        return Step(step.about, step.name, result, code, step.values)


def bad(about: str, name: str, trouble: Trouble) -> Step:
    """The step that *trouble* ended."""
    return Step(about, name, Result.BAD, trouble.code, trouble.values, trouble.answer)
