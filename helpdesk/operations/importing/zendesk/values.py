"""What stands in Zendesk's JSON, whatever type it has there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..records import Person

Json = Mapping[str, Any]
STAFF = ("agent", "admin")


def person_of(said: Json, company: str, domains: Sequence[str] = ()) -> Person | None:
    number = said.get("id")
    if not isinstance(number, int):
        return None
    is_out = said.get("suspended") is True or said.get("active") is False
    return Person(
        key=str(number)[:30],
        email=text(said, "email"),
        name=text(said, "name"),
        is_staff=text(said, "role") in STAFF,
        is_active=not is_out,
        at=moment(said.get("created_at")),
        company=company,
        domains=domains,
    )


def option(field: Json, value: str) -> str:
    """The name of a choice, which the ticket has by its tag."""
    for option in items(field, "custom_field_options"):
        if isinstance(option, dict) and option.get("value") == value:
            return text(option, "name") or value
    return value


def shown(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, map(shown, value[:100])))
    return "yes" if value is True else str(value) if isinstance(value, str | int | float) else ""


def text(said: Json, name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""


def mapping(said: Json, name: str) -> Json:
    value = said.get(name)
    return value if isinstance(value, dict) else {}


def items(said: Json, name: str) -> list[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else []


def moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or not 1980 <= found.year <= 2100:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
