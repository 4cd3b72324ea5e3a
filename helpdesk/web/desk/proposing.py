"""What the box of a list proposes while somebody types: names of filters, and their values."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from flask import jsonify, request
from flask_login import current_user

from ...accounts import queries as accounts
from ...people.queries import companies_called
from ...views.filters import Kind, Wrong, split, worded
from ...views.filters.conditions import ME, NO, YES
from ...views.filters.wording import IN_WORDS, IS_WORDS
from ...words import has_words, words
from ..access import staff_only
from . import desk
from .filter_rows import tags_offered
from .filter_words import choice_words, told_each
from .search_help import FILTERS
from .views_here import asking

MOST_PROPOSED = 20
LONGEST = 100  # characters that are looked at

Proposal = tuple[str, str]  # a value, and what it means


@desk.get("/complete/search")
@staff_only
def complete_search() -> Any:
    """What may be meant by ``q``, the end of what somebody typed: ``sta``, ``-status:o``."""
    typed = request.args.get("q", "")[:LONGEST]
    sign = "-" if typed.startswith("-") else ""
    name, colon, value = typed.removeprefix("-").partition(":")
    found = _values(name.lower(), value.replace('"', "")) if colon else _names(name.lower())
    return jsonify(
        [
            {
                "label": insert,
                "detail": meaning,
                "insert": sign + insert,
                "isOpen": not colon,  # a value comes next
            }
            for insert, meaning in islice(found, MOST_PROPOSED)
        ]
    )


def _names(begun: str) -> Iterator[Proposal]:
    for hint in FILTERS:
        if begun and hint.name.startswith(begun):
            yield f"{hint.name}:", str(hint.words)


def _values(name: str, begun: str) -> Iterator[Proposal]:
    """Values that begin so, and then those that mean such words."""
    wanted, others = words(begun), []
    for value, meaning in _KNOWN.get(name, _of_table)(name, begun):
        proposal = f"{name}:{_quoted(value)}", meaning
        if value.lower().startswith(begun.lower()):
            yield proposal
        elif has_words(f"{value}\n{meaning}", wanted):
            others.append(proposal)
    yield from others


def _quoted(value: str) -> str:
    value = value.replace('"', "")
    return f'"{value}"' if any(char in " ,\t" for char in value) else value


def _of_table(name: str, _begun: str) -> Iterable[Proposal]:
    """The choices of a filter of the table."""
    try:
        field, _operator = split(asking(), name)
    except Wrong:
        return []
    choices = (YES, NO) if field.kind in (Kind.FLAG, Kind.CHECKBOX) else field.choices
    return [(value, choice_words(field, value)) for value in choices]


def _people(_name: str, begun: str) -> Iterable[Proposal]:
    if not begun.strip():
        return []
    found = accounts.users(current_user, keyword=begun.strip(), limit=MOST_PROPOSED)
    return [(user.email, user.name) for user in found]


def _staff(_name: str, _begun: str) -> Iterable[Proposal]:
    return [(ME, ""), ("nobody", ""), *((one.name, one.email) for one in asking().staff)]


def _categories(_name: str, _begun: str) -> Iterable[Proposal]:
    return [(one.name, "") for one in asking().categories]


def _companies(_name: str, begun: str) -> Iterable[Proposal]:
    found = companies_called(begun, MOST_PROPOSED)
    return [(name, domains) for _id, name, domains in found]


def _tags(_name: str, _begun: str) -> Iterable[Proposal]:
    return [(name, "") for name in tags_offered()]


def _these(*values: str) -> Callable[[str, str], Iterable[Proposal]]:
    return lambda name, _begun: [(value, _meaning(f"{name}:{value}")) for value in values]


def _meaning(filter_: str) -> str:
    """What a filter of the program's own words says; these name nothing in the database."""
    rules = worded(asking(), filter_).filters
    return told_each(asking(), [(one.name, one.values) for one in rules])[0].sentence


_KNOWN: Mapping[str, Callable[[str, str], Iterable[Proposal]]] = {
    "from": _people,
    "assignee": _staff,
    "category": _categories,
    "company": _companies,
    "tag": _tags,
    "is": _these(*IS_WORDS),
    "has": _these("file", "tag"),
    "in": _these(*IN_WORDS),
    "before": _these("today", "7d", "30d"),
    "after": _these("today", "yesterday", "7d", "30d"),
    "on": _these("today", "yesterday"),
}
