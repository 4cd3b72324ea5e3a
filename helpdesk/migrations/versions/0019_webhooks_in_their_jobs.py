"""Webhooks in their jobs: whose turn it is, is known by the job alone"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("webhooks", "leased_until")
