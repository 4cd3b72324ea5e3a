"""What SQLite and PostgreSQL say differently, said once: JSON, lists of values, times.

For SQLite each is the function that is written here; what PostgreSQL has instead stands below it.
"""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement, GenericFunction

POSTGRESQL = "postgresql"
ALL = 2**62  # as a limit: no limit


class json_object(GenericFunction[Any]):
    """An object: a name, its value, and so on."""

    inherit_cache = True


class json_array(GenericFunction[Any]):
    """A list of values."""

    inherit_cache = True


class json_group_array(GenericFunction[Any]):
    """A list of what all rows have, in their order; empty where there are none."""

    inherit_cache = True


class json_group_object(GenericFunction[Any]):
    """An object of what all rows have: a name, and its value."""

    inherit_cache = True


class json(GenericFunction[Any]):
    """A text that is JSON, as JSON."""

    inherit_cache = True


class Compact(sa.TypeDecorator[bytes]):
    """The bytes of JSON without the spaces that PostgreSQL writes between its signs."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else msgspec.json.format(bytes(value), indent=-1)


class json_bytes(FunctionElement[bytes]):
    """JSON as the bytes of its text."""

    type = Compact()
    inherit_cache = True


class json_text(FunctionElement[str]):
    """JSON as its text, which the driver is not to read."""

    type = sa.Text()
    inherit_cache = True


class json_number(FunctionElement[int]):
    """The whole number that a column of JSON holds; else none, or nobody's."""

    type = sa.BigInteger()
    inherit_cache = True


class substr(GenericFunction[str]):
    """A part of a text: from which character, and how many."""

    type = sa.String()
    inherit_cache = True


class sum_of(FunctionElement[int]):
    """The sum of whole numbers, which is one too."""

    type = sa.BigInteger()
    inherit_cache = True


class utc_time(FunctionElement[str]):
    """A moment, in seconds since 1970, as scripts read it: ``2026-11-26T10:00:00Z``."""

    type = sa.String()
    inherit_cache = True


class _number(FunctionElement[int]):
    """A value of a list as the number that it is."""

    type = sa.BigInteger()
    inherit_cache = True


class _item(FunctionElement[int]):
    """Of a value of a list that is a list of numbers itself, the one at a place."""

    type = sa.BigInteger()
    inherit_cache = True


class _each(GenericFunction[Any]):
    """The values of a list that is a text of JSON, each a row."""

    name = "json_each"
    inherit_cache = True


def numbers_in(name: str) -> sa.Select[int]:
    """The numbers of a list, whose JSON comes as the value *name*.

    As one value: to write a place for each of them into a statement takes longer than to ask.
    """
    listed = _listed(name)
    return sa.select(_number(listed.c.value))


def numbers_of(numbers: str) -> sa.Select[int]:
    """The numbers of a list, which is written as JSON."""
    value = _each(numbers).table_valued(sa.column("value", sa.String)).c.value
    return sa.select(_number(value))


def words_in(name: str) -> sa.TableValuedAlias:
    """The words of a list, whose JSON comes as the value *name*, in a column ``value``."""
    return _listed(name)


def pairs_in(name: str) -> tuple[sa.ColumnElement[int], sa.ColumnElement[int]]:
    """The columns of a list of pairs of numbers, whose JSON comes as the value *name*."""
    value = _listed(name).c.value
    return _item(value, sa.literal_column("0")), _item(value, sa.literal_column("1"))


def _listed(name: str) -> sa.TableValuedAlias:
    return _each(sa.bindparam(name, type_=sa.String)).table_valued(sa.column("value", sa.String))


def _arguments(element: Any, compiler: Any, options: Any) -> list[str]:
    return [compiler.process(one, **options) for one in element.clauses]


@compiles(json_bytes)
def _json_bytes(element: Any, compiler: Any, **options: Any) -> str:
    [value] = _arguments(element, compiler, options)
    return f"CAST({value} AS BLOB)"


@compiles(json_text)
def _json_text(element: Any, compiler: Any, **options: Any) -> str:
    return _arguments(element, compiler, options)[0]


@compiles(json_number)
def _json_number(element: Any, compiler: Any, **options: Any) -> str:
    [value] = _arguments(element, compiler, options)
    return f"CAST({value} AS INTEGER)"  # of NULL and null it is 0


@compiles(sum_of)
def _sum_of(element: Any, compiler: Any, **options: Any) -> str:
    return f"sum({_arguments(element, compiler, options)[0]})"


@compiles(utc_time)
def _utc_time(element: Any, compiler: Any, **options: Any) -> str:
    [value] = _arguments(element, compiler, options)
    # strftime() would take twice as long.
    return f"date({value}, 'unixepoch') || 'T' || time({value}, 'unixepoch') || 'Z'"


@compiles(_number)
def _plain_number(element: Any, compiler: Any, **options: Any) -> str:
    return _arguments(element, compiler, options)[0]


@compiles(_item)
def _item_at(element: Any, compiler: Any, **options: Any) -> str:
    value, at = _arguments(element, compiler, options)
    return f"{value} ->> {at}"


def _said_by_postgresql(element: type[Any], says: str) -> None:
    @compiles(element, POSTGRESQL)
    def _say(element: Any, compiler: Any, **options: Any) -> str:
        given = _arguments(element, compiler, options)
        return says.format(*given, all=", ".join(given))


_said_by_postgresql(json_object, "json_build_object({all})")
_said_by_postgresql(json_array, "json_build_array({all})")
_said_by_postgresql(json_group_array, "coalesce(json_agg({0}), '[]'::json)")
_said_by_postgresql(json_group_object, "coalesce(json_object_agg({0}, {1}), '{{}}'::json)")
_said_by_postgresql(json, "CAST({0} AS JSON)")
_said_by_postgresql(json_text, "CAST({0} AS TEXT)")
_said_by_postgresql(json_bytes, "convert_to(CAST({0} AS TEXT), 'UTF8')")
_said_by_postgresql(
    json_number, "CASE json_typeof({0}) WHEN 'number' THEN CAST({0} #>> '{{}}' AS BIGINT) END"
)
_said_by_postgresql(substr, "substr({0}, ({1})::integer, ({2})::integer)")
_said_by_postgresql(sum_of, "CAST(sum({0}) AS BIGINT)")
_said_by_postgresql(
    utc_time, "to_char(to_timestamp({0}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
)
_said_by_postgresql(_number, "CAST({0} AS BIGINT)")
_said_by_postgresql(_item, "CAST(CAST({0} AS JSON) ->> {1} AS BIGINT)")
_said_by_postgresql(_each, "json_array_elements_text(CAST({0} AS JSON))")
