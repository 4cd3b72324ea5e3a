"""``/support-ticket/customers``: who asks, and two accounts that are one person's."""

from typing import Annotated, Any

import msgspec

from ..accounts import actions as accounts
from ..accounts.models import Role
from ..database import transaction
from ..errors import Invalid, NotFound
from ..people import actions, queries
from ..people.actions import Details
from ..people.policy import CUSTOMERS
from . import kinds, people_shapes
from .answers import Answer, links
from .endpoints import Call, endpoint
from .listing import ROWS
from .names import called
from .people_shapes import Customer, CustomerRow, Merged
from .reading import BadQuery, Shape
from .sides import STAFF
from .view_filters import people_filtered, rules_of

SECTION = "Customers"
_NAME = kinds.TEXT.says("What they are called.", "Ana Ruiz")
_EMAIL = kinds.TEXT.says("Their e-mail address.", "ana@acme.example")
_TYPE = kinds.one_of(Role, CUSTOMERS)
_FIELDS = kinds.CUSTOM_FIELDS.says("The shop's own fields of customers, by key.")


class CustomerQuery(Shape):
    """Which customers."""

    limit: Annotated[int, kinds.LIMIT.says("How many at most; 0 is the default.")] = 0
    keyword: Annotated[
        str, kinds.TEXT.says("Words of the name, the address or the company.", "acme")
    ] = ""
    company_id: Annotated[int | None, kinds.ID.says("People of this company.")] = None
    user_type: Annotated[Role | None, _TYPE.says("What they are.")] = None
    filter: Annotated[
        list[str] | None,
        kinds.SEVERAL.says(
            "name:value or name.operator:value of the shop's own fields of customers; several "
            "times (/support-ticket/filters).",
            ["customer.wholesale:yes"],
        ),
    ] = None
    cursor: Annotated[str, kinds.TEXT.says("From the Link header: a page beside the last one.")] = (
        ""
    )


class NewCustomer(Shape):
    """A customer to be: they can't sign in before an admin gives them a password link."""

    user_name: Annotated[str, _NAME]
    email_id: Annotated[str, _EMAIL]
    user_type: Annotated[Role, _TYPE.says("What they are; vendors for admins only.")] = (
        Role.CUSTOMER
    )
    custom_fields: Annotated[dict[str, Any], _FIELDS] = msgspec.field(default_factory=dict)


class CustomerChanges(Shape):
    """What to change of a customer; what is left out stays."""

    user_name: Annotated[str | None, _NAME] = None
    email_id: Annotated[str | None, _EMAIL] = None
    custom_fields: Annotated[dict[str, Any], _FIELDS] = msgspec.field(default_factory=dict)


class Other(Shape):
    """The account that ends."""

    other_id: Annotated[int, kinds.BODY_ID.says("Whose tickets become this one's.", 124)]


@endpoint(
    "GET",
    "/{tickets}/customers",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Customers",
    description="Customers and vendors by name, but for accounts that were merged into another.",
    message="Customers retrieved successfully.",
    failure="Failed to retrieve customers",
    query=CustomerQuery,
    errors=(422,),
    data=list[CustomerRow],
    example=[people_shapes.ROW],
    headers=("Link",),
)
def list_customers(call: Call[CustomerQuery, None]) -> Answer:
    query = call.query
    matching = people_filtered(call.actor, rules_of(query.filter or ()))
    try:
        found = queries.people(
            call.actor,
            keyword=query.keyword,
            company_id=query.company_id,
            role=query.user_type,
            matching=matching,
            limit=query.limit or ROWS,
            cursor=query.cursor,
        )
    except Invalid as error:
        raise BadQuery(error.fields) from None
    cursors = {"next": found.next, "prev": found.previous}
    pages = {rel: {"cursor": cursor} for rel, cursor in cursors.items() if cursor}
    return Answer(people_shapes.rows(found), links(call.asked, pages))


@endpoint(
    "GET",
    "/{tickets}/customers/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Get Customer",
    description="A customer with their custom fields and what staff have noted about them.",
    message="Customer retrieved successfully.",
    failure="Failed to retrieve customer",
    data=Customer,
    example=people_shapes.CUSTOMER,
)
def show_customer(call: Call[None, None], id: str) -> Customer:
    return people_shapes.customer(call.actor, queries.person(call.actor, kinds.ticket_id(id)))


@endpoint(
    "POST",
    "/{tickets}/customers",
    sides=[STAFF],
    section=SECTION,
    summary="Create Customer",
    description="Makes an account for somebody, to open tickets for them.",
    message="Customer created successfully.",
    failure="Failed to create customer",
    body=NewCustomer,
    body_example={"userName": "Ana Ruiz", "emailId": "ana@acme.example"},
    creates=True,
    errors=(409,),
    data=Customer,
    example=people_shapes.CUSTOMER,
)
def add_customer(call: Call[None, NewCustomer]) -> Customer:
    body = call.body
    with called(name="userName"), transaction():
        user = accounts.add_user(
            call.actor, name=body.user_name, email=body.email_id, role=body.user_type
        )
        actions.update_person(call.actor, user, Details(fields=body.custom_fields))
    return people_shapes.customer(call.actor, user)


@endpoint(
    "PUT",
    "/{tickets}/customers/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Update Customer",
    description=(
        "Changes what is given, all or none. The address, with which they sign in, is for admins."
    ),
    message="Customer updated successfully.",
    failure="Failed to update customer",
    body=CustomerChanges,
    body_example={"userName": "Ana Ruiz"},
    errors=(409,),
    data=Customer,
    example=people_shapes.CUSTOMER,
)
def update_customer(call: Call[None, CustomerChanges], id: str) -> Customer:
    user, body = queries.person(call.actor, kinds.ticket_id(id)), call.body
    details = Details(name=body.user_name, email=body.email_id, fields=body.custom_fields)
    with called(name="userName"):
        actions.update_person(call.actor, user, details)
    return people_shapes.customer(call.actor, user)


@endpoint(
    "POST",
    "/{tickets}/customers/<id>/merge",
    sides=[STAFF],
    section=SECTION,
    summary="Merge Customers",
    description=(
        "Makes otherId a part of this customer, who can read the tickets of both from now on. The "
        "other account is shut. The batch undoes it, or DELETE at the other's address does."
    ),
    message="Customers merged successfully.",
    failure="Failed to merge customers",
    body=Other,
    body_example={"otherId": 124},
    errors=(409,),
    data=Merged,
    example=people_shapes.MERGED,
)
def merge_customers(call: Call[None, Other], id: str) -> Merged:
    kept = queries.person(call.actor, kinds.ticket_id(id))
    try:
        other = queries.person(call.actor, call.body.other_id)
    except NotFound as error:
        raise Invalid({"otherId": [error.message]}) from None
    with called(other="otherId"):
        event = actions.merge(call.actor, kept, other)
    return Merged(
        user_id=kept.id,
        other_id=other.id,
        tickets=len(event.after["tickets"]),
        stayed=[],
        batch=event.batch,
    )


@endpoint(
    "DELETE",
    "/{tickets}/customers/<id>/merge",
    sides=[STAFF],
    section=SECTION,
    summary="Take Merged Customers Apart",
    description=(
        "Lets a customer that was merged into another be one again. Tickets in which the other has "
        "written since stay with the other, and so do those that hold a ticket of the other's: "
        "stayed says which."
    ),
    message="Customers taken apart successfully.",
    failure="Failed to take customers apart",
    errors=(409,),
    data=Merged,
    example=people_shapes.MERGED,
)
def unmerge_customer(call: Call[None, None], id: str) -> Merged:
    other = queries.person(call.actor, kinds.ticket_id(id))
    kept_id = other.merged_into_id or other.id
    event = actions.unmerge(call.actor, other)
    tickets = queries.ticket_counts(call.actor, [other.id])
    return Merged(
        user_id=kept_id,
        other_id=other.id,
        tickets=tickets[other.id].all if other.id in tickets else 0,
        stayed=list(event.after["stayed"]),
        batch=event.batch,
    )
