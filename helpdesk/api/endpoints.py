"""What an endpoint is: a declaration that validates requests and describes itself, and a view.

The way of a request: who asks → its query and body as declared → the view, which calls one action
or query and shapes the result → the envelope. The same declarations make the OpenAPI description.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec
from flask import Blueprint, Response, request

from ..accounts.models import User
from ..accounts.tokens import Bearer
from ..database import load
from ..errors import Invalid
from ..files import store
from ..text import Fields
from ..tickets.actions import NewFile, Sent
from ..tickets.queries import news_since
from . import bodies, idempotency, uploads
from .answers import Answer, Asked, json_answer, success
from .authentication import bearer_of_request
from .names import api_name
from .paths import rule
from .reading import read, read_query
from .sides import PREFIX, Side

Q = TypeVar("Q")
B = TypeVar("B")
View = Callable[..., Any]


@dataclass(frozen=True)
class Call(Generic[Q, B]):
    """A request that was read: who asks, and what for."""

    side: Side
    asked: Asked
    bearer: Bearer | None  # None only where an endpoint is public
    query: Q
    body: B
    files: Sent = ()

    @property
    def reader(self) -> Bearer:
        """Whose token it is, where one is required: all that a read needs to know of them."""
        assert self.bearer is not None  # noqa: S101
        return self.bearer

    @cached_property
    def actor(self) -> User:
        """The same, loaded: for who changes something."""
        return load(User, self.reader.id)

    @property
    def is_staff(self) -> bool:
        """Whether staff are asking; not when nobody in particular does."""
        return self.bearer is not None and self.bearer.is_staff


# What an answer depends on besides the database, the address and who asks; None: on the moment.
Depends = Callable[[Any], Hashable | None]


def nothing_else(_call: Call[Any, Any]) -> Hashable:
    """What is read does not depend on the time."""
    return ()


def news_of_staff(call: Call[Any, Any]) -> Hashable:
    """What is unread does, for staff."""
    return news_since(call.reader) if call.is_staff else ()


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A method of an address, for one side, and all that is declared about it."""

    method: str
    path: str  # after the prefix, in Flask's way: /support-ticket/<id>
    side: Side
    view: View
    section: str  # of the description
    summary: str
    description: str
    message: str  # when it was done
    failure: str  # when the fault is ours
    data: Any  # the type of the answer's data; None: a file
    example: Any
    query: type[msgspec.Struct] | None
    body: type[msgspec.Struct] | None
    body_example: Any
    check: Callable[[Any], object] | None
    files: str  # the field of a form that brings files; empty: none does
    is_form_only: bool
    is_public: bool
    is_creating: bool
    depends_on: Depends | None
    errors: Sequence[int]
    headers: Sequence[str]

    @property
    def name(self) -> str:
        return f"{self.view.__name__}_for_{self.side.name}"

    @property
    def is_idempotent(self) -> bool:
        """Whether a POST takes an ``Idempotency-Key``."""
        return self.is_creating and not self.is_public


# How the description goes through them.
_SECTIONS = (
    "Log-in",
    "Customer support",
    "Vendor support",
    "Staff support",
    "Views",
    "Support categories",
    "Custom fields",
    "Saved replies and macros",
    "Customers",
    "Companies",
    "Notices",
    "Reports",
    "Background work",
    "Mail",
    "Webhooks",
)
_METHODS = ("GET", "POST", "PUT", "DELETE")


@dataclass
class Registry:
    """Every endpoint, by its name."""

    endpoints: dict[str, Endpoint] = field(default_factory=dict)

    def add(self, endpoint: Endpoint) -> None:
        self.endpoints[endpoint.name] = endpoint

    def in_order(self) -> list[Endpoint]:
        """All of them, as one would read about them."""
        return sorted(
            self.endpoints.values(),
            key=lambda one: (_SECTIONS.index(one.section), one.path, _METHODS.index(one.method)),
        )

    def of_flask(self, name: str | None) -> Endpoint | None:
        """The endpoint that Flask calls *name*."""
        return self.endpoints.get((name or "").removeprefix("api."))

    def add_to(self, blueprint: Blueprint) -> None:
        """Let *blueprint* serve all of them."""
        paths = {one.path for one in self.endpoints.values()}
        for name, one in self.endpoints.items():
            blueprint.add_url_rule(
                PREFIX + rule(one.path, paths),
                endpoint=name,
                view_func=_serving(one),
                methods=[one.method],
                # Both would be answers that are not JSON.
                provide_automatic_options=False,
                merge_slashes=False,
            )


registry = Registry()


def endpoint(
    method: str,
    path: str,
    *,
    sides: Sequence[Side],
    section: str,
    summary: str,
    message: str,
    failure: str,
    description: str = "",
    data: Any = None,
    example: Any = None,
    query: type[msgspec.Struct] | None = None,
    body: type[msgspec.Struct] | None = None,
    body_example: Any = None,
    check: Callable[[Any], object] | None = None,
    files: str = "",
    form_only: bool = False,
    public: bool = False,
    creates: bool = False,
    quick: Depends | None = None,
    errors: Sequence[int] = (),
    headers: Sequence[str] = (),
) -> Callable[[View], View]:
    """Declare the view below as an endpoint, once for each of *sides*.

    ``{name}``, ``{Name}`` and ``{tickets}`` in texts become the side's own words. *check* is called
    only when a field of the body did not parse: it raises Invalid with what the action would say
    of the others, so that the caller learns of all bad fields at once. *quick* makes it a GET that
    can be answered at a glance (quick.py), for it reads by ``database.rows`` alone; it says what an
    answer depends on.
    """

    def declare(view: View) -> View:
        for side in sides:
            registry.add(
                Endpoint(
                    method=method,
                    path=side.words(path),
                    side=side,
                    view=view,
                    section=side.words(section),
                    summary=side.words(summary),
                    description=side.words(description),
                    message=side.words(message),
                    failure=side.words(failure),
                    data=data,
                    example=example,
                    query=query,
                    body=body,
                    body_example=body_example,
                    check=check,
                    files=files,
                    is_form_only=form_only,
                    is_public=public,
                    is_creating=creates,
                    depends_on=quick,
                    errors=errors,
                    headers=headers,
                )
            )
        return view

    return declare


def _serving(one: Endpoint) -> Callable[..., Response]:
    """The view function of *one*, for Flask."""

    def serve(**path: str) -> Response:
        bearer = bearer_of_request(one.side, required=not one.is_public)
        asked = Asked(request.path, request.args)
        query = None if one.query is None else read_query(one.query, asked.parameters)
        given = None if one.body is None else bodies.received(form_only=one.is_form_only)

        def prepare() -> Call[Any, Any]:
            call: Call[Any, Any] = Call(one.side, asked, bearer, query, None)
            return call if given is None else _with_body(one, call, given)

        if one.is_idempotent and bearer is not None and given is not None:
            key = idempotency.key_of_request()
            if key:
                return json_answer(
                    idempotency.once(
                        bearer,
                        key,
                        given.digest(),
                        lambda: _sent_ahead(prepare()),
                        lambda call: done(one, one.view(call, **path)),
                    )
                )
        result = one.view(prepare(), **path)
        if isinstance(result, Response):
            return result
        return json_answer(done(one, result), headers=headers_of(result))

    return serve


def done(one: Endpoint, result: Any) -> bytes:
    """The body that tells of the *result* of a view."""
    return success(one.message, result.data if isinstance(result, Answer) else result)


def headers_of(result: Any) -> Mapping[str, str]:
    """The headers that come with it."""
    return result.headers if isinstance(result, Answer) else {}


def _sent_ahead(call: Call[Any, Any]) -> Call[Any, Any]:
    """*call*, whose files are where they will be kept, should somebody keep them."""
    for file in call.files:
        if isinstance(file, NewFile):
            store().send_ahead(file.incoming)
    return call


def _with_body(one: Endpoint, call: Call[Any, Any], given: bodies.Received) -> Call[Any, Any]:
    """*call* with what was *given* read as declared. Raises Invalid with every bad field."""
    fields = Fields()
    assert one.body is not None  # noqa: S101
    body = read(one.body, given.fields, fields)
    files = uploads.collect(call, given, body, one.files, fields) if one.files else ()
    call = replace(call, body=body, files=files)
    if fields.errors and body is not None and one.check is not None:
        try:
            one.check(call)
        except Invalid as more:
            for name, sentences in more.fields.items():
                fields.errors.setdefault(api_name(name), sentences)
    fields.raise_if_any()
    return call
