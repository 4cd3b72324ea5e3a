"""A customer's details: name, address, and the custom fields of customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ... import clock
from ...accounts import actions as accounts
from ...accounts.models import Actor, User
from ...accounts.policy import require_there
from ...database import transaction
from ...errors import Conflict, Invalid, NotAllowed
from ...events import record
from ...fields import queries as custom
from ...fields import values
from ...fields.models import About, CustomField
from ...fields.values import Value
from ...i18n import gettext as _
from ...text import Fields
from .. import policy


@dataclass(frozen=True, kw_only=True)
class Details:
    """What to change of a customer; None stays, and so does a custom field that isn't named.

    *seen_name* is what the actor saw; None: they saw none.
    """

    name: str | None = None
    seen_name: str | None = None
    email: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def update_person(
    actor: Actor, user: User, details: Details, seen: Mapping[str, Value] | None = None
) -> bool:
    """Change the details that are given, all or none, and say whether anything did change.

    The address, with which they sign in, is for admins to change. *seen* has what the actor saw in
    custom fields: where somebody else has changed one or the name meanwhile, Conflict is raised.
    Raises NotAllowed, NotFound; WrongState for who was erased; Invalid with every bad field
    (``name``, ``email``, ``fields.<key>``).
    """
    policy.require_staff(actor)
    policy.require_customer(user)
    with transaction():
        require_there(user)
        errors = Fields()
        before = (user.name, user.email)
        _check_name(user, details)
        _change_account(actor, user, details, errors)
        changed = _change_fields(actor, user, details.fields, errors, seen or {})
        errors.raise_if_any()
        return changed or before != (user.name, user.email)


def change_own_fields(user: User, given: Mapping[str, Any]) -> bool:
    """Let a customer fill in what they are shown about themselves. Raises Invalid, NotAllowed."""
    if user.role not in policy.CUSTOMERS:
        raise NotAllowed(_("Your account may not do this."))
    with transaction():
        errors = Fields()
        changed = _change_fields(user, user, given, errors, {})
        errors.raise_if_any()
        return changed


def _check_name(user: User, details: Details) -> None:
    is_new = details.name is not None and details.name.strip() != user.name
    if is_new and details.seen_name not in (None, user.name):
        raise _changed_meanwhile(_("Name"))


def _change_account(actor: Actor, user: User, details: Details, errors: Fields) -> None:
    wants_email = details.email is not None and details.email.strip().lower() != user.email
    if wants_email and not actor.is_admin:
        raise NotAllowed(_("Only an admin may change the address that somebody signs in with."))
    if actor.is_admin:
        try:
            accounts.change_profile(
                actor,
                user,
                name=user.name if details.name is None else details.name,
                email=user.email if details.email is None else details.email,
                language=user.language,
            )
        except Invalid as more:
            errors.errors |= more.fields
        return
    name = user.name if details.name is None else errors.line("name", details.name, 100)
    if not errors.errors and name != user.name:
        facts = {"email": user.email, "language": user.language}
        before, after = {"name": user.name, **facts}, {"name": name, **facts}
        user.name, user.modified_at = name, clock.now()
        record(actor.id, "user.profile", user_id=user.id, before=before, after=after)


def _change_fields(
    actor: Actor,
    user: User,
    given: Mapping[str, Any],
    errors: Fields,
    seen: Mapping[str, Value],
) -> bool:
    if not given:
        return False
    known = custom.fields(actor, About.CUSTOMER)
    now = custom.values(About.CUSTOMER, [user.id])[user.id]
    wanted = values.checked(actor, known, given, errors, now)
    values.require_filled(actor, known, {**now, **wanted}, errors)
    _check_unchanged(known, wanted, now, seen)
    errors.raise_if_any()
    changed = False
    for one in known:
        if one.key not in wanted:
            continue
        before = values.write(one, user.id, wanted[one.key])
        if before != wanted[one.key]:
            changed = True
            record(
                actor.id,
                "customer.field",
                user_id=user.id,
                before={"key": one.key, "value": before},
                after={"key": one.key, "value": wanted[one.key]},
            )
    return changed


def _check_unchanged(
    known: Sequence[CustomField],
    wanted: Mapping[str, Value],
    now: Mapping[str, Value],
    seen: Mapping[str, Value],
) -> None:
    changed = [
        one.label
        for one in known
        if one.key in wanted
        and one.key in seen
        and now.get(one.key, custom.empty(one)) not in (seen[one.key], wanted[one.key])
    ]
    if changed:
        raise _changed_meanwhile(", ".join(changed))


def _changed_meanwhile(fields: str) -> Conflict:
    return Conflict(
        _(
            "Somebody else has changed this meanwhile: %(fields)s. "
            "Nothing of yours was saved; look at it again, please.",
            fields=fields,
        )
    )
