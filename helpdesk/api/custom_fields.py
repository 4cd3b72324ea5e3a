"""``/support-ticket/custom-fields``: the fields that the shop has made."""

from typing import Annotated

from ..database import transaction
from ..fields import actions, queries
from ..fields.models import About, CustomField, FieldKind, RequiredFor
from ..tickets.actions import UNSET, Unset
from . import examples, kinds
from .endpoints import Call, endpoint
from .names import called
from .reading import Shape
from .shapes import Answered, Time
from .sides import STAFF

SECTION = "Custom fields"
_LABEL = kinds.TEXT.says("What people call it.", "Order number")
_CHOICES = kinds.TEXTS.says("Of a choice: what can be chosen.", ["red", "blue"])
_REQUIRED = kinds.one_of(RequiredFor).says("Who must fill it in.", "nobody")
_SHOWN = kinds.BODY_FLAG.says("Whether customers see it and may fill it in.", True)
_ACTIVE = kinds.BODY_FLAG.says("Whether it can be filled in at all.", True)
_ABOUT = kinds.one_of(About)
_ADMINS = " Admins only."


class Field(Answered):
    """A custom field; *key* is its name in customFields, and *uses* how often it is filled in."""

    id: int
    about: str
    key: str
    label: str
    kind: str
    choices: list[str]
    required_for: str
    is_shown_to_customers: bool
    is_active: bool
    position: int
    uses: int
    created_date: Time
    modified_date: Time


class FieldQuery(Shape):
    """Which fields."""

    about: Annotated[About | None, _ABOUT.says("Fields of tickets, or of customers.")] = None
    status: Annotated[bool | None, kinds.CATEGORY_STATUS.says("Active ones, or inactive.")] = None


class NewField(Shape):
    """A field to be; its key is made of the label."""

    about: Annotated[About, _ABOUT.says("What it is a fact of.", "ticket")]
    kind: Annotated[FieldKind, kinds.one_of(FieldKind).says("What may be in it.", "text")]
    label: Annotated[str, _LABEL]
    choices: Annotated[list[str] | None, _CHOICES] = None
    required_for: Annotated[RequiredFor, _REQUIRED] = RequiredFor.NOBODY
    is_shown_to_customers: Annotated[bool, _SHOWN] = False
    is_active: Annotated[bool, _ACTIVE] = True

    def draft(self) -> actions.FieldDraft:
        return actions.FieldDraft(
            label=self.label,
            choices=self.choices or (),
            required_for=self.required_for,
            is_shown_to_customers=self.is_shown_to_customers,
            is_active=self.is_active,
        )


class FieldChanges(Shape):
    """What to change of a field; what is left out stays. Its kind and key never change."""

    label: Annotated[str | Unset, _LABEL] = UNSET
    choices: Annotated[list[str] | Unset | None, _CHOICES] = UNSET
    required_for: Annotated[RequiredFor | Unset, _REQUIRED] = UNSET
    is_shown_to_customers: Annotated[bool | Unset, _SHOWN] = UNSET
    is_active: Annotated[bool | Unset, _ACTIVE] = UNSET
    position: Annotated[
        int | None, kinds.BODY_ID.says("Its place among the fields of the same thing.", 1)
    ] = None

    def draft(self, now: CustomField) -> actions.FieldDraft:
        """What *now* is to become."""
        names = ("label", "choices", "required_for", "is_shown_to_customers", "is_active")
        wanted = {name: getattr(self, name) for name in names}
        wanted["choices"] = () if wanted["choices"] is None else wanted["choices"]
        kept = {name: getattr(now, name) for name in names if wanted[name] is UNSET}
        return actions.FieldDraft(**{**wanted, **kept})


_EXAMPLE = Field(
    id=3,
    about="ticket",
    key="order_number",
    label="Order number",
    kind="text",
    choices=[],
    required_for="nobody",
    is_shown_to_customers=True,
    is_active=True,
    position=1,
    uses=42,
    created_date=examples.CREATED_AT,
    modified_date=examples.CREATED_AT,
)


@endpoint(
    "GET",
    "/{tickets}/custom-fields",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Custom Fields",
    description="The fields of tickets and of customers in their order, inactive ones too.",
    message="Custom fields retrieved successfully.",
    failure="Failed to retrieve custom fields",
    query=FieldQuery,
    data=list[Field],
    example=[_EXAMPLE],
)
def list_custom_fields(call: Call[FieldQuery, None]) -> list[Field]:
    wanted, uses = call.query, queries.uses()
    return [
        _shaped(field, uses.get(field.id, 0))
        for about in ([wanted.about] if wanted.about else About)
        for field in queries.fields(call.actor, about, active=wanted.status)
    ]


@endpoint(
    "GET",
    "/{tickets}/custom-fields/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Get Custom Field",
    message="Custom field retrieved successfully.",
    failure="Failed to retrieve custom field",
    data=Field,
    example=_EXAMPLE,
)
def show_custom_field(call: Call[None, None], id: str) -> Field:
    return _counted(queries.field(kinds.ticket_id(id)))


def _check_new(call: Call[None, NewField]) -> None:
    with called(required_for="requiredFor"):
        actions.check_field(call.body.about, call.body.kind, call.body.draft())


@endpoint(
    "POST",
    "/{tickets}/custom-fields",
    sides=[STAFF],
    section=SECTION,
    summary="Create Custom Field",
    description="Adds a field after the others of tickets, or of customers." + _ADMINS,
    message="Custom field created successfully.",
    failure="Failed to create custom field",
    body=NewField,
    body_example={"about": "ticket", "kind": "text", "label": "Order number"},
    check=_check_new,
    creates=True,
    errors=(409,),
    data=Field,
    example=_EXAMPLE,
)
def add_custom_field(call: Call[None, NewField]) -> Field:
    with called(required_for="requiredFor"):
        body = call.body
        return _shaped(actions.add_field(call.actor, body.about, body.kind, body.draft()), 0)


@endpoint(
    "PUT",
    "/{tickets}/custom-fields/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Update Custom Field",
    description=(
        "Changes what is given. A value whose choice is removed stays until it is changed."
        + _ADMINS
    ),
    message="Custom field updated successfully.",
    failure="Failed to update custom field",
    body=FieldChanges,
    body_example={"label": "Order", "position": 1},
    data=Field,
    example=_EXAMPLE,
)
def update_custom_field(call: Call[None, FieldChanges], id: str) -> Field:
    field = queries.field(kinds.ticket_id(id))
    with called(required_for="requiredFor"), transaction():
        actions.update_field(call.actor, field, call.body.draft(field))
        if call.body.position is not None:
            actions.place_field(call.actor, field, call.body.position)
    return _counted(field)


@endpoint(
    "DELETE",
    "/{tickets}/custom-fields/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Delete Custom Field",
    description=(
        "Removes a field. One that something is in is deactivated instead: 409 says so." + _ADMINS
    ),
    message="Custom field deleted successfully.",
    failure="Failed to delete custom field",
    errors=(409,),
    data=Field,
    example=_EXAMPLE,
)
def delete_custom_field(call: Call[None, None], id: str) -> Field:
    found = _counted(queries.field(kinds.ticket_id(id)))
    actions.delete_field(call.actor, queries.field(found.id))
    return found


def _counted(field: CustomField) -> Field:
    return _shaped(field, queries.uses().get(field.id, 0))


def _shaped(field: CustomField, uses: int) -> Field:
    return Field(
        id=field.id,
        about=field.about,
        key=field.key,
        label=field.label,
        kind=field.kind,
        choices=list(field.choices),
        required_for=field.required_for,
        is_shown_to_customers=field.is_shown_to_customers,
        is_active=field.is_active,
        position=field.position,
        uses=uses,
        created_date=field.created_at,
        modified_date=field.modified_at,
    )
