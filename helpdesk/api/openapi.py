"""The description of the API (OpenAPI 3.1), made from the declarations that read its requests."""

from functools import cache
from typing import Any

import msgspec

from ..release import current_version
from . import hooked, inbound
from .endpoints import Endpoint, registry
from .reading import Declared, declared
from .sides import PREFIX

_REF = "#/components/schemas/{name}"
_FILE = {"type": "string", "format": "binary"}
_MEANINGS = {
    206: "A part of the file, as Range asked",
    304: "The file has not changed",
    400: "The request does not parse",
    401: "No token, or one that is wrong, has expired or was revoked",
    403: "The token is good, but not for this address",
    404: "There is no such thing, or you may not see it",
    409: "The state forbids it, or the Idempotency-Key came with another request",
    412: "The file is not the one that If-Match names",
    413: "Too large, or too many files",
    415: "The body is neither JSON nor multipart/form-data",
    416: "The file has no such range",
    422: "Fields are wrong; errors names all of them",
    429: "Too many attempts",
}
_HEADERS = {
    "X-Total-Count": (
        "integer",
        "How many there are in all, unless X-Total-Count-Exact says otherwise",
    ),
    "X-Next-After": ("integer", "How far the list was looked through: `after` of the next request"),
    "X-Total-Count-Exact": (
        "boolean",
        "false: there may be more. Beside a list, what no table counts is counted up to 10,000 and "
        "among the newest 1,000 or 10,000 tickets, and of a keyword that more than a hundred "
        "tickets have only the newest 20,000 tickets are looked through; with count=1 all are "
        "counted, of a keyword the newest 300,000",
    ),
    "Link": ("string", "Where the pages beside this one are: rel=next and rel=prev"),
    "WWW-Authenticate": ("string", "Bearer"),
    "Retry-After": ("integer", "Seconds to wait"),
}
_ERROR = {
    "type": "object",
    "required": ["status", "message"],
    "properties": {
        "status": {"const": "error"},
        "message": {"type": "string", "description": "One plain sentence"},
        "errors": {
            "type": "object",
            "description": "The fields that are wrong, each with its sentences",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "requestId": {"type": "string", "description": "What to tell the shop of a fault of ours"},
    },
}
_INTRODUCTION = (
    "Tickets, messages and files of this help desk. Log in, or make a token on the account page, "
    "and send it as `Authorization: Bearer TOKEN`. Every answer is JSON but the files themselves."
)


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document of every endpoint."""
    endpoints = registry.in_order()
    types = [one.data for one in endpoints if one.data is not None] + [hooked.WebhookCall]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    of_type = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        where = PREFIX + one.path.replace("<", "{").replace(">", "}")
        data = None if one.data is None else of_type[id(one.data)]
        paths.setdefault(where, {})[one.method.lower()] = _operation(one, data)
    paths[inbound.PATH] = inbound.described()
    tags = [*(one.section for one in endpoints), inbound.SECTION, hooked.SECTION]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Help desk API",
            "version": current_version(),
            "description": _INTRODUCTION,
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(tags)],
        "paths": paths,
        "webhooks": hooked.described(of_type[id(hooked.WebhookCall)]),
        "components": {
            "schemas": {**components, "Error": _ERROR},
            "responses": {str(code): _failure(code) for code in _MEANINGS if code >= 400},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def codes(one: Endpoint) -> list[int]:
    """The failures that *one* may answer with, but for 500."""
    found = {*one.errors, 401, 429} if one.body is None or not one.is_public else {*one.errors}
    if one.query is not None:
        found.add(400)
    if one.body is not None:
        found |= {400, 413, 415, 422}
    if not one.is_public:
        found.add(403)
    if "<" in one.path:
        found.add(404)
    if one.is_idempotent:
        found.add(409)
    return sorted(found)


def _operation(one: Endpoint, data: dict[str, Any] | None) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.section],
        "summary": one.summary,
        "description": one.description,
        "parameters": [*_path_parameters(one), *_query_parameters(one), *_header_parameters(one)],
        "responses": _responses(one, data),
    }
    if one.is_public:
        operation["security"] = [{}] if one.body is not None else [{}, {"token": []}]
    else:
        operation["security"] = [{"token": []}]
    if one.body is not None:
        operation["requestBody"] = {"required": True, "content": _bodies(one)}
    return operation


def _path_parameters(one: Endpoint) -> list[dict[str, Any]]:
    schemas: dict[str, dict[str, Any]] = {
        "id": {"type": "integer", "minimum": 1},
        "other": {"type": "integer", "minimum": 1},
        "key": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    }
    examples: dict[str, Any] = {"id": 1, "other": 2, "key": "0123456789abcdef0123456789abcdef"}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": schema,
            "example": examples[name],
        }
        for name, schema in schemas.items()
        if f"<{name}>" in one.path
    ]


def _query_parameters(one: Endpoint) -> list[dict[str, Any]]:
    return [] if one.query is None else [_parameter(field) for field in declared(one.query)]


def _parameter(field: Declared) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": field.api_name,
        "in": "query",
        "required": field.is_required,
        "description": field.kind.description,
        "schema": dict(field.kind.schema),
    }
    if field.kind.example is not None:
        found["example"] = field.kind.example
    return found


def _header_parameters(one: Endpoint) -> list[dict[str, Any]]:
    if not one.is_idempotent:
        return []
    return [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "A retry with the same key and request is answered as the first was.",
            "schema": {"type": "string", "maxLength": 200, "pattern": "^[ -~]+$"},
        }
    ]


def _bodies(one: Endpoint) -> dict[str, Any]:
    assert one.body is not None  # noqa: S101
    properties, required = {}, []
    for field in declared(one.body):
        properties[field.api_name] = {
            **field.kind.schema,
            "description": field.kind.description,
        }
        if field.is_required:
            required.append(field.api_name)
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    found: dict[str, Any] = {}
    if not one.is_form_only:
        found["application/json"] = {"schema": schema, "example": one.body_example}
    if one.is_form_only:
        file = {"type": "object", "properties": {one.files: _FILE}, "required": [one.files]}
        found["multipart/form-data"] = {"schema": file}
    elif one.files:
        files = {one.files: {"type": "array", "items": _FILE}}
        form = schema | {"properties": properties | files}
        found["multipart/form-data"] = {"schema": form}
    return found


def _responses(one: Endpoint, data: dict[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if data is None:
        content = {"*/*": {"schema": _FILE}}
        found["200"] = {"description": "The file itself", "content": content}
        found["206"] = {"description": _MEANINGS[206], "content": content}
        found["304"] = {"description": _MEANINGS[304]}
    else:
        found["200"] = _success(one, data)
    for code in codes(one):
        found[str(code)] = {"$ref": f"#/components/responses/{code}"}
    found["500"] = _failed(one.failure)
    return found


def _success(one: Endpoint, data: dict[str, Any]) -> dict[str, Any]:
    envelope = {"status": "success", "message": one.message}
    schema = {
        "type": "object",
        "required": ["status", "message", "data"],
        "properties": {**{name: {"const": text} for name, text in envelope.items()}, "data": data},
    }
    example = envelope | {"data": msgspec.to_builtins(one.example)}
    answer: dict[str, Any] = {
        "description": one.message,
        "content": {"application/json": {"schema": schema, "example": example}},
    }
    if one.headers:
        answer["headers"] = {name: _header(name) for name in one.headers}
    return answer


def _failure(code: int) -> dict[str, Any]:
    answer = _failed(_MEANINGS[code])
    name = {401: "WWW-Authenticate", 429: "Retry-After"}.get(code)
    return answer | {"headers": {name: _header(name)}} if name else answer


def _failed(meaning: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name="Error")}
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def _header(name: str) -> dict[str, Any]:
    kind, meaning = _HEADERS[name]
    return {"description": meaning, "schema": {"type": kind}}
