"""Where sessions are seen"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE sessions ADD COLUMN last_ip VARCHAR(45) NOT NULL DEFAULT ''")
