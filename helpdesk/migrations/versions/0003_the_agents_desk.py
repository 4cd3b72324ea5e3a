"""What the agents' desk keeps: places, drafts, views, replies, people, fields, notices"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk.words import fold

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OFFICE_HOURS = json.dumps([[540, 1020]] * 5 + [None, None])
# Columns by plain SQL: SQLite adds a foreign key only where the column is defined.
_COLUMNS = (
    "users ADD COLUMN company_id INTEGER CONSTRAINT fk_users_company_id REFERENCES companies (id)",
    "users ADD COLUMN merged_into_id INTEGER"
    " CONSTRAINT fk_users_merged_into_id REFERENCES users (id)",
    "users ADD COLUMN name_folded TEXT DEFAULT '' NOT NULL",
    "tickets ADD COLUMN first_answer_at BIGINT",
    "tickets ADD COLUMN resolved_at BIGINT",
    "tickets ADD COLUMN place VARCHAR(16) DEFAULT 'inbox' NOT NULL",
    "tickets ADD COLUMN placed_at BIGINT",
    "tickets ADD COLUMN merged_into_id INTEGER"
    " CONSTRAINT fk_tickets_merged_into_id REFERENCES tickets (id)",
    "tickets DROP COLUMN deleted_at",  # always null: nothing could be deleted until now
    "messages ADD COLUMN format VARCHAR(16) DEFAULT 'text' NOT NULL",
    "attachments ADD COLUMN draft_id INTEGER"
    " CONSTRAINT fk_attachments_draft_id REFERENCES drafts (id)",
    "attachments ADD COLUMN held_reply_id INTEGER"
    " CONSTRAINT fk_attachments_held_reply_id REFERENCES held_replies (id)",
    "events ADD COLUMN kept JSON DEFAULT 'null' NOT NULL",
    "events ADD COLUMN batch VARCHAR(32)",
    "events ADD COLUMN undoes VARCHAR(32)",
    "idempotency_keys ADD COLUMN batch VARCHAR(32)",
    "shop ADD COLUMN time_zone VARCHAR(64) DEFAULT 'UTC' NOT NULL",
    f"shop ADD COLUMN business_hours JSON DEFAULT '{_OFFICE_HOURS}' NOT NULL",
    "shop ADD COLUMN hold_seconds INTEGER DEFAULT 10 NOT NULL",
)
# Reports read these indexes alone, never the rows.
_OPENED = [
    "place",
    "created_at",
    "first_answer_at",
    "resolved_at",
    "created_by_kind",
    "requester_kind",
    "status",
    "category_id",
    "subcategory_id",
    "assignee_id",
]
_SOLVED = [
    "place",
    "resolved_at",
    "created_at",
    "requester_kind",
    "category_id",
    "subcategory_id",
    "assignee_id",
]
# Saved views are counted from this index alone.
_FILTERED = [
    "place",
    "status",
    "priority",
    "assignee_id",
    "requester_id",
    "requester_kind",
    "category_id",
    "subcategory_id",
    "waiting_since",
    "created_at",
    "last_customer_at",
    "last_staff_at",
    "first_answer_at",
    "resolved_at",
    "file_count",
]
_ANSWERS = ["author_kind", "internal", "created_at", "author_id", "ticket_id"]
# Lists are kept in these orders; a query says them to the letter (tickets/models.py).
_WAITING = "coalesce(waiting_since, 1099511627776)"
_LAST_WORDS = (
    "CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0)"
    " THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END"
)
_URGENT = (
    "CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END"
    f" * 2199023255552 + {_WAITING}"
)
_INDEXES: tuple[tuple[str, str, list[Any], bool], ...] = (
    ("ix_users_company_id", "users", ["company_id"], False),
    ("ix_users_name_folded", "users", ["name_folded", "id"], False),
    ("ix_users_merged_into_id", "users", ["merged_into_id"], False),
    ("ix_tickets_place", "tickets", ["place", "placed_at", "id"], False),
    ("ix_tickets_merged_into", "tickets", ["merged_into_id"], False),
    ("ix_tickets_filtered", "tickets", _FILTERED, False),
    ("ix_tickets_opened", "tickets", _OPENED, False),
    ("ix_tickets_solved", "tickets", _SOLVED, False),
    ("ix_tickets_last_words", "tickets", ["place", sa.text(_LAST_WORDS), "id"], False),
    ("ix_tickets_waiting", "tickets", ["place", sa.text(_WAITING), "id"], False),
    ("ix_tickets_urgent", "tickets", ["place", sa.text(_URGENT), "id"], False),
    ("ix_messages_answers", "messages", _ANSWERS, False),
    ("ix_attachments_draft_id", "attachments", ["draft_id"], False),
    ("ix_attachments_held_reply_id", "attachments", ["held_reply_id"], False),
    ("ix_events_batch", "events", ["batch"], False),
    ("ix_events_undoes", "events", ["undoes"], True),
    ("ix_idempotency_keys_batch", "idempotency_keys", ["batch"], False),
)
# The first public words of staff after the opening; when a ticket was last solved.
_FIRST_ANSWERS = """
UPDATE tickets SET first_answer_at = (
    SELECT min(messages.created_at) FROM messages
    WHERE messages.ticket_id = tickets.id AND messages.author_kind = 'admin'
    AND NOT messages.internal
    AND messages.id > (SELECT min(opening.id) FROM messages AS opening
                       WHERE opening.ticket_id = tickets.id)
)
"""
_RESOLVED = """
UPDATE tickets SET resolved_at = coalesce(
    (SELECT max(events.created_at) FROM events
     WHERE events.ticket_id = tickets.id AND events.kind = 'ticket.status'),
    modified_at
) WHERE status IN ('resolved', 'closed')
"""
# Events stay as they are; only the words of a ticket that was deleted for good may be blanked.
_EVENTS_STAY = """
CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN NOT (
    coalesce((SELECT place FROM tickets WHERE tickets.id = OLD.ticket_id), '') = 'purged'
    AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.created_at = OLD.created_at
    AND NEW.ticket_id IS OLD.ticket_id AND NEW.user_id IS OLD.user_id
    AND NEW.actor_id IS OLD.actor_id AND NEW.batch IS OLD.batch AND NEW.undoes IS OLD.undoes
) BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
"""


def upgrade() -> None:
    _create_tables()
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE {column}")
    _fold_names()
    for name, table, columns, unique in _INDEXES:
        op.create_index(name, table, columns, unique=unique)
    op.execute(_FIRST_ANSWERS)
    op.execute(_RESOLVED)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER events_no_update")
        op.execute(_EVENTS_STAY)


def _fold_names() -> None:
    users = sa.table("users", sa.column("id"), sa.column("name"), sa.column("name_folded"))
    rows = op.get_bind().execute(sa.select(users.c.id, users.c.name)).all()
    folded = [{"of": row.id, "folded": fold(row.name)} for row in rows]
    if folded:
        change = sa.update(users).where(users.c.id == sa.bindparam("of"))
        op.get_bind().execute(change.values(name_folded=sa.bindparam("folded")), folded)


def _create_tables() -> None:
    op.create_table(
        "companies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
    )
    op.create_index("ix_companies_name_folded", "companies", ["name_folded"], unique=False)
    op.create_table(
        "custom_fields",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "about",
            sa.Enum("ticket", "customer", name="about", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "number",
                "date",
                "choice",
                "checkbox",
                name="fieldkind",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column(
            "required_for",
            sa.Enum(
                "nobody", "agents", "everybody", name="requiredfor", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column("is_shown_to_customers", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_fields")),
        sa.UniqueConstraint("about", "key", name=op.f("uq_custom_fields_about_key")),
    )
    op.create_table(
        "company_domains",
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_domains_company_id")
        ),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_company_domains")),
    )
    op.create_index(
        "ix_company_domains_company_id", "company_domains", ["company_id"], unique=False
    )
    op.create_table(
        "customer_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_customer_notes_author_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_customer_notes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_notes")),
    )
    op.create_index("ix_customer_notes_user_id", "customer_notes", ["user_id"], unique=False)
    op.create_table(
        "macros",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("folder", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_macros_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macros")),
    )
    op.create_index("ix_macros_owner_id", "macros", ["owner_id"], unique=False)
    op.create_table(
        "notice_choices",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("in_page", sa.Boolean(), nullable=False),
        sa.Column("in_browser", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notice_choices_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "saved_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("folder", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_replies_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
    )
    op.create_index("ix_saved_replies_owner_id", "saved_replies", ["owner_id"], unique=False)
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("sort", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index("ix_saved_views_owner_id", "saved_views", ["owner_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("reply", "note", name="messagekind", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.Column("discarded_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_drafts_ticket_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("user_id", "ticket_id", name=op.f("uq_drafts_user_id_ticket_id")),
    )
    op.create_index("ix_drafts_ticket_id", "drafts", ["ticket_id"], unique=False)
    op.create_table(
        "field_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["field_id"], ["custom_fields.id"], name=op.f("fk_field_values_field_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_field_values_ticket_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_field_values_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_values")),
        sa.UniqueConstraint(
            "field_id", "ticket_id", name=op.f("uq_field_values_field_id_ticket_id")
        ),
        sa.UniqueConstraint("field_id", "user_id", name=op.f("uq_field_values_field_id_user_id")),
    )
    op.create_index("ix_field_values_number", "field_values", ["field_id", "number"], unique=False)
    op.create_index("ix_field_values_text", "field_values", ["field_id", "text"], unique=False)
    op.create_index("ix_field_values_ticket", "field_values", ["ticket_id"], unique=False)
    op.create_index("ix_field_values_user", "field_values", ["user_id"], unique=False)
    op.create_table(
        "held_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "format",
            sa.Enum("text", "markdown", name="format", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("leaves_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_held_replies_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_held_replies_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_replies")),
    )
    op.create_index("ix_held_replies_leaves_at", "held_replies", ["leaves_at"], unique=False)
    op.create_index("ix_held_replies_ticket_id", "held_replies", ["ticket_id"], unique=False)
    op.create_table(
        "read_marks",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_read_marks_ticket_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_read_marks_user_id")),
        sa.PrimaryKeyConstraint("user_id", "ticket_id", name=op.f("pk_read_marks")),
    )
    op.create_table(
        "ticket_links",
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_ticket_links_created_by_id")
        ),
        sa.ForeignKeyConstraint(["high_id"], ["tickets.id"], name=op.f("fk_ticket_links_high_id")),
        sa.ForeignKeyConstraint(["low_id"], ["tickets.id"], name=op.f("fk_ticket_links_low_id")),
        sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f("pk_ticket_links")),
    )
    op.create_index("ix_ticket_links_high_id", "ticket_links", ["high_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_notices_event_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_notices_ticket_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_batch", "notices", ["batch"], unique=False)
    op.create_index("ix_notices_ticket_id", "notices", ["ticket_id"], unique=False)
    op.create_index("ix_notices_user", "notices", ["user_id", "id"], unique=False)
