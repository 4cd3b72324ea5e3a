"""The words of mails to staff: a notice, one of several tickets, the daily digest."""

from ...accounts.models import User
from ...database import db
from ...i18n import gettext as _
from ...i18n import ngettext
from ...macros.filling import as_words
from ...notices.kinds import LABELS, Kind
from ...notices.words import sentence
from ...tickets.models import Ticket
from ...tickets.queries import visible_to
from ..models import MailKind
from ..templates import Footer, Template, Worded, template_of, worded
from ..templates.filling import Message as Words
from ..templates.frame import as_typed
from . import digest, files, unsubscribing
from .context import Context, Gone
from .sender import base_url

MOST_LISTED = 20  # tickets of one deed


def filled(of: Context) -> Worded:
    """What the mail says. Raises Gone where there is nothing to say any more."""
    if of.user is None:
        raise Gone(_("The account of %(who)s is disabled.", who=of.row.recipient))
    if of.row.kind is MailKind.DIGEST:
        content = digest.content_of(of.user)
        if content is None:
            raise Gone(_("Nothing waits any more."))
        return worded(Template("{{subject}}", content.body), {"subject": content.subject})
    tickets = of.row.details["tickets"]
    return _of_one(of) if len(tickets) == 1 else _of_several(of, of.user, tickets)


def footer(of: Context) -> Footer:
    """Where it is on the desk, and how to get no more of it."""
    url = base_url()
    end = (_("Get no more of these"), url + unsubscribing.LINK_ENDS)
    choices = (_("All that you are told of"), f"{url}/desk/settings/notices")
    if of.row.kind is MailKind.DIGEST:
        why = (_("You get this once a day because you chose to."), "")
        return Footer([why, end, choices])
    kind = Kind(of.row.details["kind"])
    lines = [(_("You get this because you are told when: %(what)s.", what=LABELS[kind]), "")]
    if of.is_answered:
        lines.insert(0, (_("An answer to this mail is sent to the customer."), ""))
    else:
        lines.insert(0, (_("Please answer on the desk, not this mail."), ""))
    if of.is_kept and of.ticket is not None:
        there = _("%(ref)s on the desk", ref=of.ticket.ref)
        lines.insert(0, (there, f"{url}/desk/tickets/{of.ticket.id}"))
    return Footer([*lines, end, choices])


def _of_one(of: Context) -> Worded:
    assert of.ticket is not None  # noqa: S101
    values = {"ticket.subject": of.ticket.subject, "reason": _reason(of, of.ticket.id, 1)}
    return worded(template_of(MailKind.NOTICE), values, _said(of))


def _of_several(of: Context, user: User, ticket_ids: list[int]) -> Worded:
    rows = db.session.execute(
        visible_to(user)
        .where(Ticket.id.in_(ticket_ids), Ticket.assignee_id == user.id)
        .with_only_columns(Ticket.id, Ticket.subject)
        .order_by(Ticket.id)
    ).all()
    if not rows:
        raise Gone(_("The tickets are somebody else's by now."))
    lines = [digest.line_of(row.id, as_words(row.subject)) for row in rows[:MOST_LISTED]]
    if len(rows) > MOST_LISTED:
        more = len(rows) - MOST_LISTED
        lines.append("- " + ngettext("and %(num)s more", "and %(num)s more", more))
    reason = _reason(of, rows[0].id, len(rows))
    return worded(
        Template("{{reason}}", "**{{reason}}**\n\n" + "\n".join(lines)), {"reason": reason}
    )


def _reason(of: Context, ticket_id: int, tickets: int) -> str:
    details = of.row.details
    who = None if details["who"] is None else db.session.get(User, details["who"])
    return sentence(Kind(details["kind"]), "" if who is None else who.name, ticket_id, tickets)


def _said(of: Context) -> Words | None:
    """The words that it is about, and what came with them: files stay on the desk."""
    if of.message is None:
        return None
    said = files.words_of(of.message, ())
    names = ", ".join(file.file_name for file in of.message.attachments)
    if not names:
        return said
    line = _("With files, on the desk: %(names)s", names=names)
    return Words(f"{said.text}\n\n{line}", said.html + as_typed(line))
