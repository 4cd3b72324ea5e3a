"""What a ticket's page says of the mails behind its messages: those that came, and ours."""

from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from typing import Any

from msgspec import Struct

from ...i18n import gettext as _
from ...mail.copied import Copied, copied_by_message
from ...mail.models import Sending
from ...mail.queries.opened import CameBy, SentOn
from ...tickets.models import ref_of
from ...tickets.queries.opened import Said
from ..words import is_there
from .opened import Opened
from .sent_mails import Deed, deeds_of

MOST_NAMED = 3  # addresses in one line
MOST_FOLDED = 20_000  # characters of earlier words: each answer may quote all before it


class ByMail(Struct, frozen=True):
    """A message that came by mail, and what it has besides its words."""

    received_id: int
    sender: str  # From, as it was claimed
    claimed: str  # From, where that isn't the author's address
    remarks: Sequence[str]
    quoted: str
    quotes_more: bool
    signature: str
    has_html: bool
    copied: Sequence[Copied]
    related: int | None  # a ticket that it seems to belong to
    is_unproven: bool  # it claims to be somebody whose words it may not be

    @property
    def related_ref(self) -> str:
        return "" if self.related is None else ref_of(self.related)


class SentLine(Struct, frozen=True):
    """What became of mails of ours; *look* is "", "warn" or "bad"."""

    sentence: str
    said: str  # word for word
    look: str
    deeds: Sequence[Deed]  # none where more than one mail is meant
    mail: SentOn  # the first of them


class Mailed(Struct, frozen=True):
    """What a page knows of mails, by message."""

    came: dict[int, ByMail]
    sent: dict[int, Sequence[SentLine]]


def texts_of(mails: Mapping[int, CameBy]) -> list[str]:
    """All that *mails* add to a page in which a ticket may be named."""
    related = [ref_of(one.related_ticket_id) for one in mails.values() if one.related_ticket_id]
    return [*related, *(text for one in mails.values() for text in _folded(one))]


def mailed(opened: Opened) -> Mailed:
    """What the page of a ticket shows of the mails that came and of those we have sent.

    The tickets that :func:`texts_of` names are looked up already. At most one query.
    """
    came: dict[int, ByMail] = {}
    if opened.came:
        followers = {follower.user_id for follower in opened.followers}
        mails, requester_id = opened.came, opened.ticket.requester_id
        copied = copied_by_message(requester_id, mails.values(), followers)
        by_id = {message.id: message for message in opened.messages}
        came = {
            id_: _by_mail(opened.ticket.id, by_id[id_], one, copied.get(id_, ()))
            for id_, one in mails.items()
        }
    return Mailed(came, {id_: sent_lines(rows) for id_, rows in opened.sent.items()})


def _by_mail(ticket_id: int, message: Said, one: CameBy, copied: Sequence[Copied]) -> ByMail:
    quoted, signature = _folded(one)
    author = message.author_email
    is_authors = author is not None and parseaddr(one.sender)[1].lower() == author
    related = one.related_ticket_id
    if related == ticket_id or (related is not None and not is_there(related)):
        related = None
    return ByMail(
        received_id=one.received_id,
        sender=one.sender,
        claimed="" if is_authors else one.sender,
        remarks=one.remarks,
        quoted=quoted,
        quotes_more=len(quoted) < len(one.quoted),
        signature=signature,
        has_html=one.has_html,
        copied=copied,
        related=related,
        is_unproven=message.internal,
    )


def _folded(one: CameBy) -> tuple[str, str]:
    """What was quoted and the signature, as far as they are shown."""
    return one.quoted[:MOST_FOLDED], one.signature[:MOST_FOLDED]


def sent_lines(rows: Sequence[SentOn]) -> list[SentLine]:
    """*rows* in words: all that went well in one line, what did not in one for each."""
    well = [row for row in rows if row.state is Sending.SENT and row.bounced_at is None]
    lines = []
    if well:
        lines.append(SentLine(_("Sent to %(names)s", names=_names(well)), "", "", (), well[0]))
    return lines + [_line(row) for row in rows if row not in well]


def _names(rows: Sequence[SentOn]) -> str:
    names = ", ".join(row.recipient for row in rows[:MOST_NAMED])
    if len(rows) <= MOST_NAMED:
        return names
    return _("%(names)s and %(num)s more", names=names, num=len(rows) - MOST_NAMED)


def _line(row: SentOn) -> SentLine:
    name: dict[str, Any] = {"name": row.recipient}
    if row.bounced_at is not None:
        return _told(row, _("Came back from %(name)s:", **name), row.bounce, "bad")
    match row.state:
        case Sending.WAITING if row.attempts:
            return _told(
                row, _("Not sent to %(name)s yet, tried again soon:", **name), row.said, "warn"
            )
        case Sending.WAITING | Sending.SENDING:
            return _told(row, _("On its way to %(name)s", **name))
        case Sending.UNCERTAIN:
            return _told(
                row, _("Not sure whether it arrived at %(name)s:", **name), row.said, "warn"
            )
        case Sending.CANCELLED:
            return _told(row, _("Not sent to %(name)s:", **name), row.said)
    return _told(row, _("Did not arrive at %(name)s:", **name), row.said, "bad")


def _told(row: SentOn, sentence: str, said: str = "", look: str = "") -> SentLine:
    return SentLine(sentence, said, look, deeds_of(row), row)
