"""What a row of the trail tells besides, in words: each thing, as it was and as it is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..i18n import gettext as _
from . import values
from .fact_words import FACT_WORDS, THINGS
from .models import AuditRow

LONGEST = 80  # characters of a value
NAMES = ("name", "label", "address")  # what somebody who reads knows a thing by
BESIDE = ("before", "after", "what", "thing", "by")


@dataclass(frozen=True)
class Fact:
    """A *value* with what it is called, if it needs a name.

    *before* is what it was, if that is told; *key* its name in the row. *at* is a moment, which is
    said in the reader's zone.
    """

    key: str
    label: str
    value: str
    before: str | None = None
    at: datetime | None = None

    def __str__(self) -> str:
        value = self.value if self.before is None else f"{self.before} → {self.value}"
        return f"{self.label}: {value}" if self.label else value


def facts(row: AuditRow) -> list[Fact]:
    """All that *row* tells, in the language that is spoken."""
    details = json.loads(row.details)
    if details.pop("more", False):
        return [Fact("more", "", _("more of these in the same minute"))]
    return [*_heading(details), *_plain(details), *_changes(details)]


def _heading(details: Mapping[str, Any]) -> Iterator[Fact]:
    """What it is about, and by what."""
    if "what" in details:
        what = details["what"]
        many = what if isinstance(what, list) else [what]
        yield Fact("what", "", _cut(", ".join(str(THINGS.get(str(one), one)) for one in many)))
    if "thing" in details:
        yield _fact("thing", details["thing"], name="")
    if "by" in details:
        yield _fact("by", details["by"])


def _plain(details: Mapping[str, Any]) -> Iterator[Fact]:
    for key, value in details.items():
        if key in BESIDE or value in (None, ""):
            continue
        if key == "taken" and isinstance(value, dict):
            yield from (_fact(name, count) for name, count in value.items())
        else:
            yield _fact(key, value)


def _changes(details: Mapping[str, Any]) -> Iterator[Fact]:
    before, after = details.get("before"), details.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            was, now = values.differing(key, before.get(key), after.get(key))
            yield _fact(key, now, was, changed=True)
    elif isinstance(before or after, dict):  # what is new, or gone
        told = before or after or {}
        for key in sorted(told, key=lambda key: key not in NAMES):
            if told[key] not in (None, "", [], False) and key != "id":
                yield _fact(key, told[key])
    elif before is not None or after is not None:
        yield _fact(_of_one(details), after, before, changed=True, name="")


def _of_one(details: Mapping[str, Any]) -> str:
    """What is changed where the row tells of one value alone: ``shop.hold`` → ``hold``."""
    return str(details.get("what", "role")).rpartition(".")[2]


def _fact(
    key: str, value: Any, before: Any = None, *, changed: bool = False, name: str | None = None
) -> Fact:
    label = str(FACT_WORDS.get(key, key)) if name is None else name
    was = _cut(values.in_words(key, before)) if changed else None
    at = _moment(value) if key in values.MOMENTS else None
    return Fact(key, label, _cut(values.in_words(key, value)), was, at)


def _moment(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return None if at.tzinfo is None else at


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
