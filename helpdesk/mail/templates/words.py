"""What each kind of mail says unless the shop says otherwise, and which are sent at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...database import db
from ...i18n import lazy
from ..models import MailKind, MailTemplate

MESSAGE = "message"  # the variable that stands for somebody's words


@dataclass(frozen=True)
class Template:
    """A subject and a body (Markdown), both with variables."""

    subject: str
    body: str


# An automatic answer repeats nothing that its receiver could have written, not even a name:
# somebody else may have sent it in theirs.
OWN: Mapping[MailKind, Template] = {
    MailKind.RECEIVED: Template(
        lazy("We have received your request"),
        lazy(
            "Hello,\n\nthank you for writing to {{shop.name}}. We have received your request and "
            "will answer it as soon as we can.\n\nIts number is {{ticket.ref}}. If you want to add "
            "something, just reply to this mail."
        ),
    ),
    MailKind.ANSWERED: Template("{{ticket.subject}}", "{{message}}"),
    MailKind.RESOLVED: Template(
        lazy("Your request is solved"),
        lazy(
            "Hello,\n\nwe have marked your request {{ticket.ref}} as solved.\n\nIf something is "
            "still not right, just reply to this mail: that opens it again."
        ),
    ),
    MailKind.NOTICE: Template("{{ticket.subject}}", "**{{reason}}**\n\n{{message}}"),
}
# Kinds that a shop can word and switch off, and what their variables are.
AUTOMATIC_VARIABLES = ("shop.name", "ticket.ref")
VARIABLES: Mapping[MailKind, tuple[str, ...]] = {
    MailKind.RECEIVED: AUTOMATIC_VARIABLES,
    MailKind.ANSWERED: (
        *AUTOMATIC_VARIABLES,
        "ticket.subject",
        "requester.name",
        "requester.first_name",
        "agent.name",
        "agent.first_name",
        MESSAGE,
    ),
    MailKind.RESOLVED: AUTOMATIC_VARIABLES,
}


def is_on(kind: MailKind) -> bool:
    """Whether mails of *kind* are sent; links for passwords always are."""
    row = db.session.get(MailTemplate, kind.value)
    return row is None or row.is_on


def template_of(kind: MailKind) -> Template:
    """The shop's words for *kind*, where it has any; else the program's own."""
    row = db.session.get(MailTemplate, kind.value)
    own = OWN[kind]
    subject, body = (row.subject, row.body) if row is not None else ("", "")
    return Template(subject or str(own.subject), body or str(own.body))
