"""The envelope that every answer is in (API.md, "Envelope")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Response, current_app
from werkzeug.datastructures import MultiDict

JSON = "application/json"
_PLACES = ("cursor", "offset", "before", "after")  # where in a list a page is
_encoder = msgspec.json.Encoder()


class Success(msgspec.Struct, frozen=True, gc=False):
    """A request that was done."""

    status: str
    message: str
    data: Any


@dataclass(frozen=True)
class Answer:
    """What an endpoint gives back when there is more to say than the data."""

    data: Any
    headers: Mapping[str, str] = field(default_factory=dict)


def success(message: str, data: Any) -> bytes:
    """The body of an answer that something was done."""
    return _encoder.encode(Success("success", message, data))


def failure(
    code: int,
    message: str,
    *,
    errors: Mapping[str, Sequence[str]] | None = None,
    headers: Mapping[str, str] | None = None,
    request_id: str | None = None,
) -> Response:
    """The answer that something was not done."""
    body: dict[str, Any] = {"status": "error", "message": message}
    if errors:
        body["errors"] = errors
    if request_id:
        body["requestId"] = request_id
    return json_answer(_encoder.encode(body), code, headers)


def json_answer(body: bytes, code: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """*body*, which is JSON, as an answer."""
    answer = Response(body, code, content_type=JSON)
    answer.headers.update(headers or {})
    return answer


@dataclass(frozen=True)
class Asked:
    """The address that was asked for."""

    path: str
    parameters: MultiDict[str, str]

    @cached_property
    def kept(self) -> str:
        """The parameters that the address of another page of the same list has, too."""
        return urlencode([(k, v) for k, v in self.parameters.items(multi=True) if k not in _PLACES])


def links(asked: Asked, pages: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """A ``Link`` header (RFC 8288): rel → the parameters that say where in the list that page is.

    All other parameters that were *asked* for are kept. No pages: no header.
    """
    if not pages:
        return {}
    base = current_app.config["HELPDESK"].base_url + asked.path
    start = f"{base}?{asked.kept}&" if asked.kept else f"{base}?"
    found = [f'<{start}{urlencode(where)}>; rel="{rel}"' for rel, where in pages.items()]
    return {"Link": ", ".join(found)}
