"""What the hub needs of a connection, and how it speaks: server-sent events (WHATWG HTML, 9.2)."""

import json
from typing import Any, Protocol

HEARTBEAT = b":\n\n"


class Line(Protocol):
    """A way to one browser. Neither method may wait; :mod:`helpdesk.serving` has the real one."""

    def send(self, data: bytes) -> bool:
        """Send *data* soon; False where the browser is gone."""

    def close(self, farewell: bytes = b"") -> None:
        """Send *farewell* and hang up."""


def event(name: str, data: Any, mark: str = "") -> bytes:
    """One event. With *mark* the browser knows from where on it has to catch up."""
    # Without spaces and with every character of JSON escaped that could end a line.
    text = json.dumps(data, separators=(",", ":"))
    head = f"id: {mark}\n" if mark else ""
    return f"{head}event: {name}\ndata: {text}\n\n".encode()
