"""Custom fields of a ticket, beside its own: each is called ``fields.`` and its key here."""

from collections.abc import Mapping
from typing import Any

from ...accounts.models import Actor
from ...fields import queries, values
from ...fields.models import About, CustomField, FieldKind
from ...fields.policy import must_fill
from ...fields.values import Value
from ...i18n import gettext as _
from ...text import Fields
from ..models import Ticket

PREFIX = "fields."


def is_custom(name: str) -> bool:
    return name.startswith(PREFIX)


def for_opening(actor: Actor, given: Mapping[str, Any], errors: Fields) -> dict[str, Value]:
    """What *given* fills a new ticket's fields with, by key.

    What is wrong goes into *errors*, and so does what a customer must fill in and has not. Staff
    who open a ticket may not know yet: they are asked when it is solved.
    """
    known = queries.fields(actor, About.TICKET)
    found = values.checked(actor, known, given, errors)
    if not actor.is_staff:
        values.require_filled(actor, known, found, errors)
    return found


def for_changing(
    actor: Actor, ticket: Ticket | None, given: Mapping[str, Any], errors: Fields
) -> dict[str, Value]:
    """What *given* changes of *ticket* (None: of any), by name of the field."""
    known = queries.fields(actor, About.TICKET)
    now = None if ticket is None else queries.values(About.TICKET, [ticket.id])[ticket.id]
    found = values.checked(actor, known, given, errors, now)
    return {PREFIX + key: value for key, value in found.items()}


def require_filled(actor: Actor, ticket: Ticket, wanted: Mapping[str, Any], errors: Fields) -> None:
    """Tell *errors* what *actor* must fill in before *ticket* is solved; *wanted* counts already.

    Customers who call their own request solved are asked for nothing.
    """
    if not actor.is_staff:
        return
    needed = [one for one in queries.fields(actor, About.TICKET) if must_fill(actor, one)]
    if not needed:
        return
    now = queries.values(About.TICKET, [ticket.id])[ticket.id]
    for one in needed:
        name = PREFIX + one.key
        if wanted.get(name, now.get(one.key)) in (None, False) and name not in errors.errors:
            errors.add(
                name,
                _("“%(field)s” must be filled in before a ticket is solved.", field=one.label),
            )


def value_of(ticket: Ticket, name: str) -> Value:
    """What the field *name* of *ticket* holds."""
    key = name.removeprefix(PREFIX)
    field = queries.known(About.TICKET, key)
    if field is None:
        return None
    return queries.values(About.TICKET, [ticket.id])[ticket.id].get(key, queries.empty(field))


def put(ticket: Ticket, name: str, value: Value) -> None:
    """Fill the field *name*, inside the caller's transaction, which has checked all."""
    field = queries.known(About.TICKET, name.removeprefix(PREFIX))
    if field is not None:
        values.write(field, ticket.id, value)


def words_for(ticket: Ticket, name: str) -> str:
    """The field *name* and what it holds, for people."""
    field = queries.known(About.TICKET, name.removeprefix(PREFIX))
    label = name if field is None else field.label
    return f"{label} ({shown(field, value_of(ticket, name))})"


def shown(field: CustomField | None, value: Value) -> str:
    """*value* in words."""
    if field is not None and field.kind is FieldKind.CHECKBOX:
        return _("yes") if value else _("no")
    return str(value) if value else _("none")
