"""Queries and bodies become structs, field by field, so that all that is wrong is told at once.

A struct's fields are ``Annotated`` with their kind; the name in the API is the struct's camel case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_args

import msgspec
from werkzeug.datastructures import MultiDict

from ..i18n import gettext as _
from ..text import Fields
from .kinds import Kind, Wrong

S = TypeVar("S", bound=msgspec.Struct)


class Shape(msgspec.Struct, kw_only=True, rename="camel"):
    """The parent of what requests are read into."""


@dataclass(frozen=True)
class Declared:
    """A field as it was declared."""

    name: str
    api_name: str
    kind: Kind
    is_required: bool


class BadQuery(Exception):
    """Query parameters that do not parse, all of them: name → sentences."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__("a query that does not parse")
        self.fields = dict(fields)


@cache
def declared(shape: type[msgspec.Struct]) -> tuple[Declared, ...]:
    """The fields of *shape*, in its order."""
    return tuple(
        Declared(
            field.name,
            field.encode_name,
            next(one for one in get_args(field.type) if isinstance(one, Kind)),
            field.required,
        )
        for field in msgspec.structs.fields(shape)
    )


def read(shape: type[S], given: Mapping[str, Any], fields: Fields) -> S | None:
    """*given* as a *shape*, what is wrong with it in *fields*.

    A wrong field has its default; None is returned where one without a default is wrong.
    """
    values: dict[str, Any] = {}
    for field in declared(shape):
        value = given.get(field.api_name)
        if value is None or value == "":
            if field.kind.clears and field.api_name in given:
                values[field.name] = None
            elif field.is_required:
                fields.add(field.api_name, _("This field is required."))
            continue
        try:
            values[field.name] = field.kind.read(value)
        except Wrong as wrong:
            fields.add(field.api_name, str(wrong))
    if any(field.is_required and field.name not in values for field in declared(shape)):
        return None
    return shape(**values)


def read_query(shape: type[S], parameters: MultiDict[str, str]) -> S:
    """The query *parameters* of a request; unknown ones are ignored. Raises BadQuery."""
    fields = Fields()
    known = {field.api_name: field.kind for field in declared(shape)}
    given: dict[str, Any] = {}
    for name, values in parameters.lists():
        if name not in known:
            continue
        given[name] = values if known[name].repeats else values[0]
        if len(values) > 1 and not known[name].repeats:
            fields.add(name, _("This parameter is given more than once."))
    query = read(shape, given, fields)
    if fields.errors or query is None:
        raise BadQuery(fields.errors)
    return query
