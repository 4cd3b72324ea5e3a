"""Whose address it is"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Who had an account before keeps what they see: their addresses count as confirmed.
    op.execute("ALTER TABLE users ADD COLUMN email_state VARCHAR(16) NOT NULL DEFAULT 'confirmed'")
    op.add_column("one_time_links", sa.Column("address", sa.String(length=254), nullable=True))
