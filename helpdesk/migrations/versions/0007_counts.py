"""Counts of tickets, and an index for the order of each list"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WORDS = ("place", "status", "priority", "requester_kind")
_MAYBE = ("assignee_id", "category_id", "subcategory_id")
_ALL = (
    "place",
    "status",
    "assignee_id",
    "category_id",
    "subcategory_id",
    "priority",
    "requester_kind",
)
_TABLES = {
    "assignee": ("place", "status", "assignee_id"),
    "kind": ("place", "status", "priority", "requester_kind"),
    "category": ("place", "status", "category_id", "subcategory_id"),
    "requester": ("requester_id", "place", "status"),
    "all": _ALL,
}

_LAST_WORDS = sa.text(
    "CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0)"
    " THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END"
)
_WAITING = sa.text("coalesce(waiting_since, 1099511627776)")
_URGENT = sa.text(
    "CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END"
    " * 2199023255552 + coalesce(waiting_since, 1099511627776)"
)
_NO_LONGER = (
    "newest",
    "filtered",
    "status_newest",
    "assignee_status",
    "category",
    "subcategory",
    "last_words",
    "waiting",
    "urgent",
    "requester_newest",
)
_FILTERED = (
    "priority",
    "assignee_id",
    "requester_id",
    "requester_kind",
    "category_id",
    "subcategory_id",
    "waiting_since",
    "last_customer_at",
    "last_staff_at",
    "first_answer_at",
    "resolved_at",
    "file_count",
)
_INDEXES: dict[str, list[Any]] = {
    "newest": ["place", "status", "created_at", "id", *_FILTERED],
    "last_words": ["place", "status", _LAST_WORDS, "id"],
    "waiting": ["place", "status", _WAITING, "id"],
    "urgent": ["place", "status", _URGENT, "id"],
    "assignee_newest": ["assignee_id", "place", "status", "created_at", "id"],
    "assignee_last_words": ["assignee_id", "place", "status", _LAST_WORDS, "id"],
    "assignee_waiting": ["assignee_id", "place", "status", _WAITING, "id"],
    "category": ["category_id", "place", "status", "created_at", "id"],
    "category_last_words": ["category_id", "place", "status", _LAST_WORDS, "id"],
    "requester_newest": ["requester_id", "created_at", "id", "place", "status"],
    "requester_last_words": ["requester_id", _LAST_WORDS, "id", "place", "status"],
}
# The tags of tickets beside the keys of lists, each key with its order.
_TAGGED = {
    "newest": ("created_at", "created_at"),
    "activity": ("last_words_at", str(_LAST_WORDS)),
    "waiting": ("waiting_first", str(_WAITING)),
    "priority": ("urgent_first", str(_URGENT)),
}
_KEYS = ", ".join(key for key, _says in _TAGGED.values())
_SAYS = ", ".join(says for _key, says in _TAGGED.values())
_MOVES = (
    "place",
    "status",
    "priority",
    "created_at",
    "last_customer_at",
    "last_staff_at",
    "waiting_since",
)


def upgrade() -> None:
    for name in _NO_LONGER:
        op.drop_index(f"ix_tickets_{name}", "tickets")
    for name, columns in _INDEXES.items():
        op.create_index(f"ix_tickets_{name}", "tickets", columns)
    for name, keys in _TABLES.items():
        op.create_table(
            f"tickets_by_{name}",
            *(
                sa.Column(
                    key,
                    sa.String(16) if key in _WORDS else sa.Integer(),
                    nullable=False,
                    autoincrement=False,
                )
                for key in keys
            ),
            sa.Column("number", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint(*keys, name=f"pk_tickets_by_{name}"),
            sqlite_with_rowid=False,
        )
        op.execute(_count(name, keys))
    _make_tagged()
    if op.get_bind().dialect.name == "sqlite":
        for trigger in (*_triggers(), *_triggers_of_tagged()):
            op.execute(trigger)


def _make_tagged() -> None:
    op.create_table(
        "tickets_tagged",
        sa.Column("ticket_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("tag_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        *(sa.Column(key, sa.BigInteger(), nullable=False) for key, _says in _TAGGED.values()),
        sa.PrimaryKeyConstraint("ticket_id", "tag_id", name="pk_tickets_tagged"),
        sqlite_with_rowid=False,
    )
    op.execute(_tag("FROM ticket_tags JOIN tickets ON tickets.id = ticket_id"))
    for order, (key, _says) in _TAGGED.items():
        columns = ["tag_id", "place", "status", key, "ticket_id"]
        op.create_index(f"ix_tickets_tagged_{order}", "tickets_tagged", columns)


def _tag(tickets: str, tag: str = "tag_id") -> str:
    return (
        f"INSERT INTO tickets_tagged (ticket_id, tag_id, place, status, {_KEYS})"
        f" SELECT tickets.id, {tag}, place, status, {_SAYS} {tickets}"
    )


def _triggers_of_tagged() -> list[str]:
    def untag(row: str) -> str:
        which = f"ticket_id = {row}.ticket_id AND tag_id = {row}.tag_id"
        return f"DELETE FROM tickets_tagged WHERE {which};"  # noqa: S608

    tag = _tag("FROM tickets WHERE id = NEW.ticket_id", "NEW.tag_id") + ";"
    changed = " OR ".join(f"NEW.{key} IS NOT OLD.{key}" for key in _MOVES)
    move = (
        f"UPDATE tickets_tagged SET (place, status, {_KEYS}) = (SELECT place, status, {_SAYS}"  # noqa: S608
        " FROM tickets WHERE id = NEW.id) WHERE ticket_id = NEW.id;"
    )
    return [
        f"CREATE TRIGGER tickets_tagged_insert AFTER INSERT ON ticket_tags BEGIN {tag} END",
        "CREATE TRIGGER tickets_tagged_delete AFTER DELETE ON ticket_tags"
        f" BEGIN {untag('OLD')} END",
        "CREATE TRIGGER tickets_tagged_update AFTER UPDATE ON ticket_tags"
        f" BEGIN {untag('OLD')} {tag} END",
        f"CREATE TRIGGER tickets_tagged_moved AFTER UPDATE OF {', '.join(_MOVES)} ON tickets"
        f" WHEN {changed} BEGIN {move} END",
    ]


def _count(name: str, keys: tuple[str, ...]) -> str:
    values = ", ".join(_value("tickets", key) for key in keys)
    return (
        f"INSERT INTO tickets_by_{name} ({', '.join(keys)}, number)"  # noqa: S608
        f" SELECT {values}, count(*) FROM tickets GROUP BY {values}"
    )


def _triggers() -> list[str]:
    watched = dict.fromkeys(key for keys in _TABLES.values() for key in keys)
    changed = " OR ".join(f"NEW.{key} IS NOT OLD.{key}" for key in watched)
    more, fewer = _step("NEW", "+ 1"), _step("OLD", "- 1")
    return [
        f"CREATE TRIGGER tickets_counted_insert AFTER INSERT ON tickets BEGIN {more} END",
        f"CREATE TRIGGER tickets_counted_delete AFTER DELETE ON tickets BEGIN {fewer} END",
        f"CREATE TRIGGER tickets_counted_update AFTER UPDATE OF {', '.join(watched)} ON tickets"
        f" WHEN {changed} BEGIN {fewer} {more} END",
    ]


def _step(row: str, step: str) -> str:
    return " ".join(
        f"INSERT INTO tickets_by_{name} ({', '.join(keys)}, number)"  # noqa: S608
        f" VALUES ({', '.join(_value(row, key) for key in keys)}, 0 {step})"
        f" ON CONFLICT DO UPDATE SET number = number {step};"
        for name, keys in _TABLES.items()
    )


def _value(row: str, key: str) -> str:
    return f"coalesce({row}.{key}, 0)" if key in _MAYBE else f"{row}.{key}"
