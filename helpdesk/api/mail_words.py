"""``/support-ticket/mail/words``: what our mails say, and which are sent."""

from typing import Annotated

from ..accounts.models import Actor
from ..mail.models import MailKind
from ..mail.templates import VARIABLES, actions, queries
from . import kinds
from .endpoints import Call, endpoint
from .inbound import SECTION
from .reading import Shape
from .shapes import Answered, Time
from .sides import ADMIN


class MailWords(Answered):
    """What mails of one kind say; *variables* are the names that may stand in double braces."""

    kind: str
    is_on: bool
    subject: str
    body: str
    is_original: bool
    variables: list[str]
    modified_date: Time | None


class NewWords(Shape):
    """What mails of a kind say from now on; what is left out stays."""

    kind: Annotated[
        MailKind, kinds.one_of(MailKind, list(VARIABLES)).says("Which mails.", "received")
    ]
    is_on: Annotated[bool | None, kinds.BODY_FLAG.says("Whether they are sent.", True)] = None
    subject: Annotated[
        str | None, kinds.text(actions.LONGEST_SUBJECT).says("One line.", "Thank you")
    ] = None
    body: Annotated[
        str | None,
        kinds.text(actions.LONGEST_BODY).says("Markdown.", "It is {{ticket.ref}}."),
    ] = None
    original: Annotated[
        bool, kinds.BODY_FLAG.says("Back to the original words, whatever else is given.", False)
    ] = False


_EXAMPLE = MailWords(
    kind="received",
    is_on=True,
    subject="Thank you",
    body="It is {{ticket.ref}}.",
    is_original=False,
    variables=["shop.name", "ticket.ref"],
    modified_date=None,
)


@endpoint(
    "GET",
    "/{tickets}/mail/words",
    sides=[ADMIN],
    section=SECTION,
    summary="Retrieve the Words of Mails",
    description="What the mails say that the desk sends to customers, and which are sent.",
    message="Words retrieved successfully.",
    failure="Failed to retrieve words",
    data=list[MailWords],
    example=[_EXAMPLE],
)
def list_words(call: Call[None, None]) -> list[MailWords]:
    return _all(call.actor)


@endpoint(
    "PUT",
    "/{tickets}/mail/words",
    sides=[ADMIN],
    section=SECTION,
    summary="Update the Words of a Mail",
    description="Chooses what mails of one kind say, and whether they are sent.",
    message="Words updated successfully.",
    failure="Failed to update words",
    body=NewWords,
    body_example={"kind": "received", "subject": "Thank you", "body": "It is {{ticket.ref}}."},
    data=list[MailWords],
    example=[_EXAMPLE],
)
def change_words(call: Call[None, NewWords]) -> list[MailWords]:
    body = call.body
    now = queries.wording(call.actor, body.kind)
    if body.original:
        actions.forget_words(call.actor, body.kind)
        now = queries.wording(call.actor, body.kind)
    words = now.template
    actions.change_words(
        call.actor,
        body.kind,
        is_on=now.is_on if body.is_on is None else body.is_on,
        subject=words.subject if body.original else body.subject or words.subject,
        body=words.body if body.original else body.body or words.body,
    )
    return _all(call.actor)


def _all(actor: Actor) -> list[MailWords]:
    return [
        MailWords(
            kind=one.kind,
            is_on=one.is_on,
            subject=one.template.subject,
            body=one.template.body,
            is_original=one.is_own,
            variables=list(VARIABLES[one.kind]),
            modified_date=one.modified_at,
        )
        for one in queries.wordings(actor)
    ]
