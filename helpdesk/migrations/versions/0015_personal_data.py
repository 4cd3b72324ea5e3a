"""Copies of a person's data, and that persons were erased"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Events stay as they are, but of tickets that were deleted for good, and while somebody is erased:
# then what stood in them may be blanked. That they happened stays either way.
_EVENTS_STAY = """
CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN NOT (
    (coalesce((SELECT place FROM tickets WHERE tickets.id = OLD.ticket_id), '') = 'purged'
     OR EXISTS (SELECT 1 FROM erasures WHERE is_blanking))
    AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.created_at = OLD.created_at
    AND NEW.ticket_id IS OLD.ticket_id AND NEW.user_id IS OLD.user_id
    AND NEW.actor_id IS OLD.actor_id AND NEW.batch IS OLD.batch AND NEW.undoes IS OLD.undoes
) BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
"""


def upgrade() -> None:
    op.create_table(
        "person_archives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("with_notes", sa.Boolean(), nullable=False),
        sa.Column("stored_name", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("has_failed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        *_of_users("person_archives"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_archives")),
    )
    op.create_index("ix_person_archives_user_id", "person_archives", ["user_id"])
    op.create_index("ix_person_archives_expires_at", "person_archives", ["expires_at"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("is_blanking", sa.Boolean(), nullable=False),
        sa.Column("done_to", sa.Integer(), nullable=False),
        sa.Column("sought", sa.JSON(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        *_of_users("erasures"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("user_id", name=op.f("uq_erasures_user_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER events_no_update")
        op.execute(_EVENTS_STAY)


def _of_users(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], ["users.id"], name=op.f(f"fk_{table}_{name}"))
        for name in ("user_id", "asked_by_id")
    ]
