"""What ``helpdesk doctor`` says of the counts of tickets that are kept."""

import sqlalchemy as sa

from ..database import db
from ..tickets.counts import TABLES, TRIGGERS, wrong_tables

_KNOWN = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def counts() -> tuple[str, str]:
    """Whether the numbers that lists and views show are those of the tickets."""
    wrong = wrong_tables()
    if wrong:
        return "error", (
            f"Kept counts of tickets are wrong ({', '.join(wrong)}). `helpdesk recount` mends them."
        )
    if db.engine.dialect.name == "sqlite":
        missing = set(TRIGGERS) - set(db.session.scalars(sa.text(_KNOWN)))
        if missing:
            return (
                "error",
                f"What keeps the counts of tickets is gone: {', '.join(sorted(missing))}.",
            )
    return "ok", f"All {len(TABLES)} tables of counts say what the tickets say."
