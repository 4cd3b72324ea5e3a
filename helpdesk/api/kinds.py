"""What a field of a request may be: each kind reads a value and describes itself for OpenAPI.

A value comes from JSON, or as text from a form or a query: a kind takes either. What it can't take
is :class:`Wrong`, one plain sentence; the reader collects those of all fields.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

import msgspec

from ..i18n import gettext as _
from ..shop.models import LONGEST_HOLD
from ..tickets.models import AuthorKind, Format, Place, Priority, Status

MOST_CUSTOM_FIELDS = 200  # that a body may name
MOST_FILTERS = 50  # that are looked at
MOST = 2**53  # the largest integer that every JSON reader keeps exactly (RFC 8259, section 6)
STATUS_NUMBERS = {
    1: Status.OPEN,
    2: Status.RESOLVED,
    3: Status.CLOSED,
    4: Status.PENDING,
}  # API.md
_DIGITS = re.compile(r"[0-9]{1,16}", re.ASCII)
_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Wrong(ValueError):
    """A value that a kind can't take; the argument is what a person is told."""


@dataclass(frozen=True)
class Kind:
    """How a field is read and described. Null and ``""`` are "not given", unless it *clears*."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]
    clears: bool = False
    repeats: bool = False  # a parameter that may be given several times: read as a list
    description: str = ""
    example: Any = None
    choices: Sequence[str] = field(default=())  # for the form of the docs page

    def says(self, description: str, example: Any = None) -> Self:
        """The same kind with words about this use of it."""
        return replace(self, description=description, example=example)


def integer(value: Any) -> int:
    """A JSON integer or ASCII digits, from 0 to MOST; raises Wrong for all else (a bool too)."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if type(value) is not int or not 0 <= value <= MOST:
        raise Wrong(_("A whole number is needed here."))
    return value


def _ticket_id(value: Any) -> int | None:
    """An integer of any size, for whether there is such a ticket is not ours to say; 0 is none."""
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        value = int(value) if len(value) < 18 else MOST + 1
    if type(value) is not int:
        raise Wrong(_("A whole number is needed here."))
    return value or None


def ticket_id(path: str) -> int:
    """The id that an address names; 0, which no ticket has, for any text that is none."""
    return int(path) if _DIGITS.fullmatch(path) and not path.startswith("0") else 0


def whole(lowest: int, highest: int, **schema: Any) -> Kind:
    """A number from *lowest* to *highest*."""

    def read(value: Any) -> int:
        number = integer(value)
        if not lowest <= number <= highest:
            raise Wrong(
                _("A number from %(lowest)s to %(highest)s.", lowest=lowest, highest=highest)
            )
        return number

    return Kind(read, {"type": "integer", "minimum": lowest, "maximum": highest, **schema})


def _in_body(schema: Mapping[str, Any], *more: str) -> dict[str, Any]:
    """*schema* of a number that a body may also write as digits, or leave out as null."""
    return {**schema, "type": ["integer", "string", "null", *more]}


def text(longest: int = 0) -> Kind:
    """Any text; with *longest*, of at most so many characters."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong(_("A text is needed here."))
        if longest and len(value) > longest:
            raise Wrong(_("This is too long: at most %(longest)s characters.", longest=longest))
        return value

    schema: dict[str, Any] = {"type": "string"}
    return Kind(read, schema | ({"maxLength": longest} if longest else {}))


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = {"1": True, "true": True, "0": False, "false": False}.get(str(value).lower())
    if found is None or isinstance(value, float):
        raise Wrong(_("1 or 0, or true or false."))
    return found


def _status(value: Any) -> Status:
    if isinstance(value, str) and value.lower() in set(Status):
        return Status(value.lower())
    try:
        return STATUS_NUMBERS[integer(value)]
    except (Wrong, KeyError):
        raise Wrong(
            _("A status is 1 (open), 2 (resolved), 3 (closed) or 4 (pending), or its name.")
        ) from None


def _is_active(value: Any) -> bool:
    found = {"active": True, "inactive": False}.get(str(value).lower())
    try:
        return _flag(value) if found is None else found
    except Wrong:
        raise Wrong(_("The status of a category is active or inactive.")) from None


def one_of(choices: type[StrEnum], among: Sequence[StrEnum] = ()) -> Kind:
    """One of the words of *choices*, in any case of letters."""
    values = [choice.value for choice in among or choices]

    def read(value: Any) -> StrEnum:
        if not isinstance(value, str) or value.lower() not in values:
            raise Wrong(_("One of %(choices)s.", choices=", ".join(values)))
        return choices(value.lower())

    return Kind(read, {"type": "string", "enum": values}, choices=values)


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise Wrong(_("A day is written YYYY-MM-DD."))
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Wrong(_("There is no such day.")) from None


def _tags(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split(",")
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise Wrong(_("Tags are a list of texts."))
    return value


MOST_IDS = 1_000


def _ids(value: Any) -> list[int]:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list) or not 0 < len(value) <= MOST_IDS:
        raise Wrong(_("A list of 1 to %(most)s whole numbers.", most=f"{MOST_IDS:,}"))
    return [integer(one) for one in value]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):  # a form has no lists
        try:
            value = msgspec.json.decode(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Wrong(_("A list of texts is needed here."))
    return value


def _custom_fields(value: Any) -> dict[str, Any]:
    if isinstance(value, str):  # a form has no objects
        try:
            value = msgspec.json.decode(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, dict) or len(value) > MOST_CUSTOM_FIELDS:
        raise Wrong(_("Custom fields are an object: a key for each, and its value."))
    return value


def _filters(value: Any) -> dict[str, list[str]]:
    if isinstance(value, str):  # a form has no objects
        try:
            value = msgspec.json.decode(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, dict) or len(value) > MOST_FILTERS:
        raise Wrong(_("Filters are an object: a text or a list of texts for each name."))
    return {name: _values(one) for name, one in value.items()}


def _values(value: Any) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise Wrong(_("Filters are an object: a text or a list of texts for each name."))
    return values


def _key_and_value(value: Any) -> tuple[str, str]:
    key, colon, wanted = str(value).partition(":")
    if not key or not colon:
        raise Wrong(_("A custom field is asked for as key:value."))
    return key, wanted


def _parent(value: Any) -> int:
    """An id, or 0 for the top level, which ``null`` means too (API.md)."""
    return 0 if value == "null" else integer(value)


NOBODY, MYSELF = "none", "me"


def _assignee(value: Any) -> int | str:
    return value if value in (NOBODY, MYSELF) else integer(value)


TEXT = text()
FLAG = Kind(_flag, {"type": "string", "enum": ["1", "0", "true", "false"]}, choices=("1", "0"))
BODY_FLAG = Kind(_flag, {"type": ["boolean", "integer", "string", "null"]}, choices=("1", "0"))
ID = whole(1, MOST)
HOLD_SECONDS = whole(1, LONGEST_HOLD)
HOLD_SECONDS = replace(HOLD_SECONDS, schema=_in_body(HOLD_SECONDS.schema))
BODY_ID = replace(ID, schema=_in_body(ID.schema))
TICKET_ID = replace(BODY_ID, read=_ticket_id, schema=_in_body({}))
CLEARABLE_ID = replace(BODY_ID, clears=True)
LIMIT = whole(0, 500, default=50)
ALL_LIMIT = whole(0, 500, default=0)
OFFSET = whole(0, MOST, default=0)
STATUS = Kind(
    _status,
    {"type": "string", "enum": [*Status, *(str(number) for number in STATUS_NUMBERS)]},
    choices=tuple(Status),
)
BODY_STATUS = replace(
    STATUS,
    schema={"type": ["integer", "string"], "enum": [*STATUS_NUMBERS, *STATUS.schema["enum"]]},
)
PRIORITY = one_of(Priority)
FORMAT = one_of(Format)
PLACE = one_of(Place, [Place.INBOX, Place.SPAM, Place.BIN, Place.MERGED])
PUT_PLACE = one_of(Place, [Place.INBOX, Place.SPAM, Place.BIN])
IDS = Kind(
    _ids,
    {
        "type": ["array", "string"],
        "items": {"type": ["integer", "string"]},
        "minItems": 1,
        "maxItems": MOST_IDS,
    },
)
USER_TYPE = one_of(AuthorKind)
DAY = Kind(_day, {"type": "string", "format": "date"})
TAGS = Kind(_tags, {"type": ["array", "string", "null"], "items": {"type": "string"}}, clears=True)
TEXTS = Kind(_texts, {"type": ["array", "null"], "items": {"type": "string"}}, clears=True)
CUSTOM_FIELDS = Kind(
    _custom_fields,
    {
        "type": ["object", "string", "null"],
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    },
)
FILTERS = Kind(
    _filters,
    {
        "type": ["object", "string", "null"],
        "additionalProperties": {"type": ["string", "array"], "items": {"type": "string"}},
    },
    clears=True,
)
SEVERAL = Kind(list, {"type": "array", "items": {"type": "string"}}, repeats=True)
KEY_AND_VALUE = Kind(_key_and_value, {"type": "string", "pattern": "^[^:]+:"})
CATEGORY_STATUS = Kind(
    _is_active,
    {"type": "string", "enum": ["active", "inactive", "1", "0", "true", "false"]},
    choices=("active", "inactive"),
)
PARENT = Kind(_parent, {"type": "string", "pattern": "^([0-9]{1,16}|null)$"})
BODY_PARENT = Kind(
    lambda value: _parent(value) or None,
    {"type": ["integer", "string", "null"], "minimum": 0},
    clears=True,
)
ASSIGNEE = Kind(_assignee, {"type": "string", "pattern": "^([0-9]{1,16}|none|me)$"})
