"""The numbers that are kept beside the tickets: whether they are those of the rows."""

import sqlalchemy as sa

from ...database import db
from ...i18n import lazy
from ...tickets.actions import recounting
from ...tickets.counts import TABLES, TRIGGERS, count_anew, wrong_tables
from .checks import Check, Patient, Said, bad, counted, good, some

_KNOWN = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


def counts(_patient: Patient | None = None) -> Said:
    """Whether the numbers that lists and views show are those of the tickets."""
    wrong = wrong_tables()
    if wrong:
        return bad(
            lazy("Kept counts of tickets are wrong (%(which)s).", which=some(wrong)),
            "helpdesk recount",
        )
    missing = set(TRIGGERS) - set(db.session.scalars(sa.text(_KNOWN[db.engine.dialect.name])))
    if missing:
        return bad(
            lazy(
                "What keeps the counts of tickets is gone: %(which)s.", which=some(sorted(missing))
            ),
            "helpdesk doctor --fix",
        )
    return good(lazy("All %(num)s tables of counts say what the tickets say.", num=len(TABLES)))


def recount(_patient: Patient) -> str:
    wrong = wrong_tables()
    count_anew()
    return lazy("All tickets are counted anew (%(which)s were wrong).", which=some(wrong) or "–")


def messages(_patient: Patient) -> Said:
    """Whether tickets say how many messages and files they have."""
    wrong = recounting.wrong_tickets()
    if wrong:
        return bad(
            counted(
                len(wrong),
                lazy(
                    "%(num)s ticket says another number of messages or files than it has"
                    " (%(which)s)."
                ),
                lazy(
                    "%(num)s tickets say another number of messages or files than they have"
                    " (%(which)s)."
                ),
                which=some(wrong),
            ),
            "helpdesk recount",
        )
    return good(lazy("Every ticket says how many messages and files it has."))


def recount_messages(_patient: Patient) -> str:
    return counted(
        recounting.recount_wrong(),
        lazy("The messages and files of %(num)s ticket are counted anew."),
        lazy("The messages and files of %(num)s tickets are counted anew."),
    )


CHECKS = (
    Check("indexes", lazy("counts"), counts, recount),
    Check("indexes", lazy("messages of tickets"), messages, recount_messages),
)
