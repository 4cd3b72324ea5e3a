"""The index of words"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OF_MESSAGE = "SELECT ticket_id, id FROM messages WHERE id IN ({})"
# What tells which words have changed: a change of a table, of which columns, and what is noted.
_TRIGGERS = (
    ("tickets", "INSERT", "", "VALUES (new.id, 0)"),
    (
        "tickets",
        "UPDATE",
        "subject, description, requester_id, category_id, subcategory_id, created_at, place",
        "VALUES (new.id, 0)",
    ),
    ("tickets", "DELETE", "", "VALUES (old.id, 0)"),
    ("messages", "INSERT", "", "VALUES (new.ticket_id, new.id)"),
    (
        "messages",
        "UPDATE",
        "body, internal, ticket_id",
        "VALUES (old.ticket_id, new.id), (new.ticket_id, new.id)",
    ),
    ("messages", "DELETE", "", "VALUES (old.ticket_id, old.id)"),
    ("attachments", "INSERT", "", _OF_MESSAGE.format("new.message_id")),
    (
        "attachments",
        "UPDATE",
        "message_id, file_name",
        _OF_MESSAGE.format("old.message_id, new.message_id"),
    ),
    ("attachments", "DELETE", "", _OF_MESSAGE.format("old.message_id")),
    ("ticket_tags", "INSERT", "", "VALUES (new.ticket_id, 0)"),
    ("ticket_tags", "DELETE", "", "VALUES (old.ticket_id, 0)"),
    ("tags", "UPDATE", "name", "SELECT ticket_id, 0 FROM ticket_tags WHERE tag_id = new.id"),
    (
        "users",
        "UPDATE",
        "name, email",
        "SELECT id, 0 FROM tickets WHERE requester_id = new.id",
    ),
)


def upgrade() -> None:
    op.create_table(
        "search_documents",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("first_message_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_search_documents")),
        sa.UniqueConstraint(
            "ticket_id",
            "first_message_id",
            name=op.f("uq_search_documents_ticket_id_first_message_id"),
        ),
    )
    op.create_table(
        "search_stale",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "message_id", name=op.f("pk_search_stale")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_later",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_search_later")),
    )
    op.create_table(
        "search_vocabulary",
        sa.Column("word", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_vocabulary")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_state",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_state")),
    )
    op.execute("INSERT INTO search_state VALUES ('forgotten', 0), ('rebuilding', 0)")
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(subject, said, files, edges, notes,"
        " note_files, people, tags, note_edges, facts, content='', contentless_delete=1,"
        " tokenize=\"ascii tokenchars '_'\")"
    )
    for table, change, columns, stale in _TRIGGERS:
        op.execute(_trigger(table, change, columns, stale))
    op.execute("INSERT INTO search_later (ticket_id) SELECT id FROM tickets")  # done once it is up


def _trigger(table: str, change: str, columns: str, stale: str) -> str:
    of = f" OF {columns}" if columns else ""
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in columns.split(", ") if name)
    when = f" WHEN {changed}" if changed else ""
    return (
        f"CREATE TRIGGER search_{table}_{change.lower()} AFTER {change}{of} ON {table}{when} "
        f"BEGIN INSERT INTO search_stale (ticket_id, message_id) {stale} "
        "ON CONFLICT DO NOTHING; END"
    )
