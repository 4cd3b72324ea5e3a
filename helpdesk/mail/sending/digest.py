"""Once a day, when the shop opens: what waits for a member of staff, to those who chose so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from ... import clock, jobs
from ...accounts.models import User
from ...database import db, transaction
from ...i18n import gettext as _
from ...i18n import lazy, ngettext, speaking
from ...macros.filling import as_words
from ...notices.wishes import digest_readers
from ...shop.hours import zone_of
from ...shop.queries import shop
from ...tickets.models import Status, Ticket, ref_of
from ...tickets.queries import Filters, Page, Sort, count, listing
from ..models import MailKind, OutgoingMail
from . import outbox
from .sender import base_url

JOB, LANE = "mail.digest", "mail-digest"
EVERY = 10 * 60  # seconds
# After that it is no beginning of the day any more: a desk that was stopped meanwhile sends none.
WINDOW = timedelta(hours=2)
MOST = 10  # tickets of each list
MOST_OTHERS = 5


@dataclass(frozen=True)
class Content:
    """What a digest says; *body* is Markdown."""

    subject: str
    body: str


def install(app: Flask) -> None:
    """Let the desk's worker look now and then whether the day begins."""
    jobs.every(app, JOB, EVERY, run, title=lazy("Write the daily digests"), lane=LANE)


def run(_payload: dict[str, Any]) -> None:
    """The job: a row for each reader, once a day, where there is something to tell."""
    day = _day_that_begins()
    if day is None or not outbox.is_open():
        return
    for user_id in [user.id for user in digest_readers()]:
        with transaction():
            user = db.session.get_one(User, user_id)
            if not _was_told(user, day) and content_of(user) is not None:
                outbox.put(MailKind.DIGEST, user, details={"day": day})


def content_of(user: User) -> Content | None:
    """What waits for *user*, and what waits for anybody; None where nothing does."""
    mine = Filters(statuses=[Status.OPEN], assignee_id=user.id)
    nobodys = Filters(statuses=[Status.OPEN], assignee_id=None)
    counts = count(user, mine), count(user, nobodys)
    if not any(counts):
        return None
    with speaking(user.language):
        of_others = sa.and_(Ticket.assignee_id.is_not(None), Ticket.assignee_id != user.id)
        others = Filters(statuses=[Status.OPEN], matching=of_others)
        parts = [
            _part(_("Yours"), counts[0], _longest_waiting(user, mine, MOST)),
            _part(_("Nobody's yet"), counts[1], _longest_waiting(user, nobodys, MOST)),
            _part(_("Waiting longest with others"), 0, _longest_waiting(user, others, MOST_OTHERS)),
        ]
        subject = _(
            "%(shop)s today: %(mine)s for you, %(nobodys)s for anybody",
            shop=shop().name,
            mine=counts[0],
            nobodys=counts[1],
        )
        return Content(subject, "\n\n".join(filter(None, parts)))


def line_of(ticket_id: int, words: str, more: str = "") -> str:
    """A ticket in a list; *words* are Markdown."""
    link = f"[{ref_of(ticket_id)}]({base_url()}/desk/tickets/{ticket_id})"
    return f"- {link} {_apart(words)}" + (f" – {more}" if more else "")


def _apart(words: str) -> str:
    """*words* whose direction, whichever it is, changes nothing around them."""
    return f"\u2068{words}\u2069"


def _part(heading: str, total: int, rows: Sequence[Any]) -> str:
    if not rows:
        return ""
    lines = [
        line_of(row.id, as_words(row.subject), _apart(as_words(row.requester_name)) + _waits(row))
        for row in rows
    ]
    if total > len(rows):
        more = total - len(rows)
        lines.append("- " + ngettext("and %(num)s more", "and %(num)s more", more))
    return f"# {heading}\n\n" + "\n".join(lines)


def _longest_waiting(user: User, filters: Filters, most: int) -> Sequence[Any]:
    return listing(user, filters, Page(limit=most, sort=Sort.WAITING), people=True).rows


def _waits(row: Any) -> str:
    if row.waiting_since is None:
        return ""
    hours = int((clock.now() - row.waiting_since).total_seconds() // 3600)
    if hours >= 48:
        return ", " + ngettext("waits %(num)s day", "waits %(num)s days", hours // 24)
    if hours >= 1:
        return ", " + ngettext("waits %(num)s hour", "waits %(num)s hours", hours)
    return ", " + _("new")


def _day_that_begins() -> str | None:
    """The day on which the shop has just opened, in its own time zone; None at other times."""
    current = shop()
    now = clock.now().astimezone(zone_of(current))
    hours = current.business_hours[now.weekday()]
    if hours is None:
        return None
    opening = datetime.combine(now.date(), time(hours[0] // 60, hours[0] % 60), now.tzinfo)
    return now.date().isoformat() if opening <= now < opening + WINDOW else None


def _was_told(user: User, day: str) -> bool:
    query = sa.select(OutgoingMail.id).where(
        OutgoingMail.user_id == user.id,
        OutgoingMail.kind == MailKind.DIGEST,
        OutgoingMail.created_at > clock.now() - timedelta(days=2),
        OutgoingMail.details["day"].as_string() == day,
    )
    return db.session.scalar(query.limit(1)) is not None
