"""``/backend/api/openapi.json``, and ``/backend/api/docs``: a page to read and try the API on."""

import json
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, render_template

from ..accounts import limits, tokens
from ..webhooks.kinds import OFFERED
from . import hooked
from .answers import json_answer
from .endpoints import Endpoint, registry
from .openapi import codes, description
from .reading import Declared, declared
from .sides import PREFIX

ADDRESS = "/backend/api"


def add_to(api: Blueprint) -> None:
    """Register the two addresses."""
    options: dict[str, Any] = {"provide_automatic_options": False, "merge_slashes": False}
    api.add_url_rule(f"{ADDRESS}/openapi.json", view_func=openapi, methods=["GET"], **options)
    api.add_url_rule(f"{ADDRESS}/docs", view_func=docs, methods=["GET"], **options)


def openapi() -> Response:
    """The description, for programs."""
    return json_answer(msgspec.json.encode(description()))


def docs() -> str:
    """The description, for people."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for one in registry.in_order():
        sections.setdefault(one.section, []).append(_shown(one))
    settings = current_app.config["HELPDESK"]
    return render_template(
        "docs.html",
        sections=sections,
        hooks={
            "headers": hooked.HEADERS,
            "kinds": OFFERED,
            "example": _pretty(hooked.example("ticket.replied")),
        },
        base_url=settings.base_url,
        prefix=PREFIX,
        token_days=tokens.LOGIN_LASTS.days,
        wrong_tokens=limits.TOKEN.most,
    )


def _shown(one: Endpoint) -> dict[str, Any]:
    """What the page tells of *one*."""
    path = PREFIX + one.path.replace("<", "{").replace(">", "}")
    answer = {
        "status": "success",
        "message": one.message,
        "data": msgspec.to_builtins(one.example),
    }
    return {
        "name": one.name,
        "method": one.method,
        "path": path,
        "summary": one.summary,
        "description": one.description,
        "is_public": one.is_public,
        "path_fields": [name for name in ("id", "key") if f"<{name}>" in one.path],
        "query_fields": [_field(field) for field in declared(one.query)] if one.query else [],
        "body_fields": [_field(field) for field in declared(one.body)] if one.body else [],
        "has_body": one.body is not None,
        "body": None if one.body_example is None else _pretty(one.body_example),
        "files": one.files,
        "is_form_only": one.is_form_only,
        "answer": None if one.data is None else _pretty(answer),
        "codes": [*codes(one), 500],
        "curl": _curl(one, path),
    }


def _field(field: Declared) -> dict[str, Any]:
    kinds = field.kind.schema.get("type", "string")
    kinds = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
    return {
        "name": field.api_name,
        "types": kinds,
        "is_required": field.is_required,
        "description": field.kind.description,
        "example": field.kind.example,
        "choices": field.kind.choices,
    }


def _curl(one: Endpoint, path: str) -> str:
    base = current_app.config["HELPDESK"].base_url
    parts = ["curl" if one.method == "GET" else f"curl -X {one.method}"]
    parts.append(f"'{base}{path.replace('{id}', '1').replace('{key}', 'KEY')}'")
    if not one.is_public:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if one.is_form_only:
        parts.append(f"-F '{one.files}=@lamp.jpg'")
    elif one.body_example is not None:
        parts.append("-H 'Content-Type: application/json'")
        parts.append(f"-d '{json.dumps(one.body_example, ensure_ascii=False)}'")
    return " \\\n  ".join(parts)


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
