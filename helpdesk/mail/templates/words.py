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
AUTOMATIC_VARIABLES = {
    "shop.name": lazy("The shop's name"),
    "ticket.ref": lazy("The ticket's number"),
}
VARIABLES: Mapping[MailKind, Mapping[str, str]] = {
    MailKind.RECEIVED: AUTOMATIC_VARIABLES,
    MailKind.ANSWERED: {
        MESSAGE: lazy("What was written; on a line of its own"),
        **AUTOMATIC_VARIABLES,
        "ticket.subject": lazy("What it is called"),
        "requester.name": lazy("The customer's name"),
        "requester.first_name": lazy("The first word of it"),
        "agent.name": lazy("The name of the colleague who writes"),
        "agent.first_name": lazy("The first word of it"),
    },
    MailKind.RESOLVED: AUTOMATIC_VARIABLES,
}


def is_on(kind: MailKind) -> bool:
    """Whether mails of *kind* are sent; links for passwords always are."""
    row = db.session.get(MailTemplate, kind.value)
    return row is None or row.is_on


def template_of(kind: MailKind) -> Template:
    """The shop's words for *kind*, where it has any; else the program's own."""
    row = db.session.get(MailTemplate, kind.value)
    return in_words(kind, Template("", "") if row is None else Template(row.subject, row.body))


def in_words(kind: MailKind, kept: Template) -> Template:
    """*kept*, and in the place of what is empty the program's own words, in today's language."""
    own = OWN[kind]
    return Template(kept.subject or str(own.subject), kept.body or str(own.body))


def as_kept(kind: MailKind, template: Template) -> Template:
    """*template*, what is the program's own in it left empty: so it is in each one's language."""
    own = OWN[kind]
    return Template(
        "" if template.subject == str(own.subject) else template.subject,
        "" if template.body == str(own.body) else template.body,
    )
