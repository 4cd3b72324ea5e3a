"""Which rows are somebody's: for each column that names a user, what becomes of it with them.

A test wants every such column to be here.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from ..accounts.models import User
from ..database import Base, db
from .naming import stand_in

DELETE, KEEP = "delete", "keep"

# (table, column) → what an erasure does with its rows. What is kept has no words of theirs in it,
# or is emptied by emptying.py; its number leads to an account without a name.
COLUMNS: Mapping[tuple[str, str], str] = {
    ("users", "merged_into_id"): KEEP,
    ("sessions", "user_id"): DELETE,
    ("api_tokens", "user_id"): DELETE,
    ("one_time_links", "user_id"): DELETE,
    ("authenticator_apps", "user_id"): DELETE,
    ("recovery_codes", "user_id"): DELETE,
    ("passkeys", "user_id"): DELETE,
    ("devices", "user_id"): DELETE,
    ("sign_in_steps", "user_id"): DELETE,
    ("idempotency_keys", "user_id"): DELETE,
    ("sent_forms", "user_id"): DELETE,
    ("request_links", "user_id"): DELETE,
    ("read_marks", "user_id"): DELETE,
    ("notices", "user_id"): DELETE,
    ("notice_choices", "user_id"): DELETE,
    ("followers", "user_id"): DELETE,
    ("field_values", "user_id"): DELETE,
    ("customer_notes", "user_id"): DELETE,
    ("person_archives", "user_id"): KEEP,  # archives.py: a file goes with it
    ("person_archives", "asked_by_id"): KEEP,
    ("erasures", "user_id"): KEEP,
    ("erasures", "asked_by_id"): KEEP,
    ("tickets", "requester_id"): KEEP,
    ("tickets", "assignee_id"): KEEP,
    ("messages", "author_id"): KEEP,
    ("attachments", "uploader_id"): KEEP,
    ("drafts", "user_id"): KEEP,  # emptying.py: files go with it
    ("held_replies", "author_id"): KEEP,
    ("ticket_links", "created_by_id"): KEEP,
    ("followers", "added_by_id"): KEEP,
    ("events", "user_id"): KEEP,
    ("events", "actor_id"): KEEP,
    ("saved_replies", "owner_id"): KEEP,  # handing_over.py, and so the next two
    ("macros", "owner_id"): KEEP,
    ("saved_views", "owner_id"): KEEP,
    ("outbox", "user_id"): KEEP,
    ("customer_notes", "author_id"): KEEP,
}


def delete_rows(ids: Sequence[int]) -> int:
    """Delete what is *ids*' alone; how many rows that were. Only inside a ``transaction()``."""
    deleted = 0
    for (table, column), fate in COLUMNS.items():
        of = Base.metadata.tables[table]
        if fate == DELETE:
            found = db.session.execute(sa.delete(of).where(of.c[column].in_(ids)))
            deleted += int(found.rowcount)  # type: ignore[attr-defined]
    return deleted


def forget_imports(addresses: Sequence[str]) -> None:
    """Forget what an import called by one of *addresses*. Only inside a ``transaction()``."""
    imported = Base.metadata.tables["imported"]  # of a room above this one
    external = imported.c.external_id
    like = sa.or_(*(external.icontains(one, autoescape=True) for one in addresses))
    found = db.session.scalars(sa.select(external).where(like))
    theirs = [one for one in found if stand_in(one, addresses)]
    db.session.execute(sa.delete(imported).where(external.in_(theirs)))


def accounts_of(user_id: int) -> list[int]:
    """*user_id*, and the accounts that were merged into it, one by way of another too."""
    every = sa.select(User.id).where(User.id == user_id).cte("every", recursive=True)
    every = every.union(sa.select(User.id).where(User.merged_into_id == every.c.id))
    return list(db.session.scalars(sa.select(every.c.id).order_by(every.c.id)))
