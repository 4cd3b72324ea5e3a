"""Stamps of small tables"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("categories", "custom_fields", "saved_views", "shop", "mailboxes", "notice_choices")
STAFF = "IN ('agent', 'admin')"
OF_STAFF = {  # what changes who is of the staff
    "INSERT": f"AFTER INSERT ON users WHEN NEW.role {STAFF}",
    "UPDATE": "AFTER UPDATE OF role, disabled_at ON users",
    "DELETE": f"AFTER DELETE ON users WHEN OLD.role {STAFF}",
}


def upgrade() -> None:
    op.create_table(
        "stamps",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stamps")),
    )
    for table in TABLES:
        _stamp(table, {change: f"AFTER {change} ON {table}" for change in OF_STAFF})
    _stamp("staff", OF_STAFF)


def _stamp(name: str, changes: dict[str, str]) -> None:
    """Let *name* have a stamp that each of *changes* gives another value."""
    op.execute(sa.text("INSERT INTO stamps VALUES (:name, 0)").bindparams(name=name))
    if op.get_bind().dialect.name != "sqlite":
        return
    stamp = f"UPDATE stamps SET value = random() WHERE name = '{name}'"  # noqa: S608
    for change, when in changes.items():
        op.execute(f"CREATE TRIGGER {name}_stamped_by_{change.lower()} {when} BEGIN {stamp}; END")
