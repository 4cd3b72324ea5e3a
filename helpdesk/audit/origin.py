"""Where a deed came from: the one place of the desk's rules that looks at the request."""

from dataclasses import dataclass

from flask import Flask, current_app, has_request_context, request

PAGE, API, COMMAND, DESK = "page", "api", "command", "desk"
LONGEST_DEVICE = 160  # characters of what a browser says of itself
_COMMAND = "helpdesk.is_command"


@dataclass(frozen=True)
class Origin:
    """By which way, from which address, with which program."""

    way: str
    ip: str = ""
    device: str = ""


def by_command(app: Flask) -> None:
    """Say that what *app* does is done by a command."""
    app.extensions[_COMMAND] = True


def origin() -> Origin:
    """Where what happens now comes from; ``desk`` for what the desk does by itself."""
    if has_request_context():
        said = request.headers.get("User-Agent", "")
        device = "".join(char for char in said if char.isprintable())[:LONGEST_DEVICE]
        way = API if (request.blueprint or "").startswith("api") else PAGE
        return Origin(way, (request.remote_addr or "")[:45], device)
    return Origin(COMMAND if current_app.extensions.get(_COMMAND) else DESK)
