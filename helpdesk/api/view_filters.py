"""Filters in the API: ``filter=priority:urgent``, ``view=saved-7``, and the table of them."""

from collections.abc import Sequence

import sqlalchemy as sa

from ..accounts.models import Actor
from ..errors import Invalid, NotFound
from ..i18n import gettext as _
from ..views import queries
from ..views.built_in import View
from ..views.filters import Asking, FilterField, Narrowed, Rules, known, narrowed, narrowed_people
from . import kinds
from .endpoints import Call, endpoint
from .shapes import Answered
from .sides import STAFF

SECTION = "Views"


class Filter(Answered):
    """A field to filter by. Where no operator is said, it is the first of *operators*."""

    name: str
    label: str
    kind: str
    operators: list[str]
    choices: list[str]


@endpoint(
    "GET",
    "/{tickets}/filters",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Filters",
    description=(
        "The fields that tickets can be filtered by, the shop's own fields too. A filter is "
        "name:value, or with an operator name.operator:value: priority:urgent, waiting.older:2d. "
        "The same filter with several values holds where one of them does. By kind, a value is: "
        "choice, own_choice: one of choices; staff: an id, me or none; person: an id; company: an "
        "id or a name; category: an id, two with a hyphen for a sub-category (3-7), or none; "
        "moment, date: a day (YYYY-MM-DD) of the shop, for between two with dots "
        "(2026-01-01..2026-01-31), for within and older a span (12h, 3d, 2w); flag, checkbox: yes "
        "or no; filled, empty: yes."
    ),
    message="Filters retrieved successfully.",
    failure="Failed to retrieve filters",
    data=list[Filter],
    example=[
        Filter(
            name="priority",
            label="Priority",
            kind="choice",
            operators=["is", "is_not"],
            choices=["low", "normal", "high", "urgent"],
        )
    ],
)
def list_filters(call: Call[None, None]) -> list[Filter]:
    return [_shaped(field) for field in known(Asking(call.reader))]


def _shaped(field: FilterField) -> Filter:
    return Filter(
        name=field.name,
        label=str(field.label),
        kind=field.kind.value,
        operators=[operator.value for operator in field.operators],
        choices=list(field.choices),
    )


def rules_of(given: Sequence[str]) -> Rules:
    """What ``filter=name:value``, several times, says. Raises Invalid (``filter``)."""
    rules: dict[str, list[str]] = {}
    for text in given:
        name, colon, value = text.partition(":")
        if not colon:
            raise Invalid({"filter": [_("A filter is written name:value.")]})
        rules.setdefault(name, []).append(value)
    return rules


def filtered(actor: Actor, given: Rules) -> Narrowed:
    """The list that *given* asks for. Raises Invalid (``filter.<name>``)."""
    found = narrowed(Asking(actor), given)
    if found.problems:
        raise Invalid({f"filter.{one.name}": [one.sentence] for one in found.problems})
    return found


def people_filtered(actor: Actor, given: Rules) -> sa.ColumnElement[bool] | None:
    """The condition on customers that *given* says. Raises Invalid (``filter.<name>``)."""
    found = narrowed_people(Asking(actor), given)
    if found.problems:
        raise Invalid({f"filter.{one.name}": [one.sentence] for one in found.problems})
    return found.condition


def view_called(actor: Actor, text: str) -> View:
    """The view that ``view=mine``, ``view=saved-7`` or ``view=7`` means. Raises Invalid."""
    name = f"{queries.PREFIX}{text}" if kinds.ticket_id(text) else text
    try:
        return queries.view(actor, name)
    except NotFound as error:
        raise Invalid({"view": [error.message]}) from None
