"""``/support-ticket/{id}/followers``: who gets a ticket's answers by mail besides its requester."""

from datetime import UTC, datetime
from typing import Annotated, Any

from ..accounts import queries as accounts
from ..database import transaction
from ..errors import Invalid, NotFound
from ..i18n import gettext as _
from ..mail.copied import let_follow
from ..tickets import actions, queries
from ..tickets.models import Ticket
from . import kinds
from .endpoints import Call, endpoint
from .inbound import SECTION
from .names import called
from .reading import Shape
from .shapes import Answered, Time
from .sides import STAFF


class Follower(Answered):
    """Somebody who gets the answers, and may answer them; they see no page of the ticket."""

    user_id: int
    name: str
    email_id: str
    created_date: Time


class NewFollower(Shape):
    """Who: a customer, or an address that a mail of the ticket was sent to as well."""

    user_id: Annotated[int | None, kinds.BODY_ID.says("A customer.", 124)] = None
    email_id: Annotated[str, kinds.TEXT.says("Somebody copied.", "bo@mail.example")] = ""


_EXAMPLE = [
    Follower(
        user_id=124,
        name="Bo Lind",
        email_id="bo@mail.example",
        created_date=datetime(2025, 4, 20, 12, 34, 56, tzinfo=UTC),
    )
]


@endpoint(
    "GET",
    "/{tickets}/<id>/followers",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Followers",
    message="Followers retrieved successfully.",
    failure="Failed to retrieve followers",
    data=list[Follower],
    example=_EXAMPLE,
)
def list_followers(call: Call[None, None], id: str) -> list[Follower]:
    return _followers(call, queries.get(call.actor, kinds.ticket_id(id)))


@endpoint(
    "POST",
    "/{tickets}/<id>/followers",
    sides=[STAFF],
    section=SECTION,
    summary="Add a Follower",
    description="The answer is all followers.",
    message="Follower added successfully.",
    failure="Failed to add the follower",
    body=NewFollower,
    body_example={"emailId": "bo@mail.example"},
    errors=(409,),
    data=list[Follower],
    example=_EXAMPLE,
)
def add_follower(call: Call[None, NewFollower], id: str) -> list[Follower]:
    ticket, body = queries.get(call.actor, kinds.ticket_id(id)), call.body
    with transaction():
        if body.user_id is not None:
            try:
                user = accounts.get(call.actor, body.user_id)
            except NotFound as error:
                raise Invalid({"userId": [error.message]}) from None
            with called(user="userId"):
                actions.follow(call.actor, ticket, user)
        elif body.email_id:
            with called(user="emailId"):
                let_follow(call.actor, ticket, body.email_id)
        else:
            raise Invalid({"emailId": [_("Please say who.")]})
    return _followers(call, ticket)


@endpoint(
    "DELETE",
    "/{tickets}/<id>/followers/<user>",
    sides=[STAFF],
    section=SECTION,
    summary="Remove a Follower",
    description="The answer is those that are left.",
    message="Follower removed successfully.",
    failure="Failed to remove the follower",
    data=list[Follower],
    example=_EXAMPLE,
)
def remove_follower(call: Call[None, None], id: str, user: str) -> list[Follower]:
    ticket = queries.get(call.actor, kinds.ticket_id(id))
    actions.unfollow(call.actor, ticket, kinds.ticket_id(user))
    return _followers(call, ticket)


def _followers(call: Call[Any, Any], ticket: Ticket) -> list[Follower]:
    return [
        Follower(
            user_id=one.user_id,
            name=one.user.name,
            email_id=one.user.email,
            created_date=one.created_at,
        )
        for one in queries.followers(call.actor, ticket)
    ]
