"""Stamps of small tables"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("categories", "custom_fields", "saved_views", "shop")


def upgrade() -> None:
    op.create_table(
        "stamps",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stamps")),
    )
    for table in TABLES:
        op.execute(sa.text("INSERT INTO stamps VALUES (:name, 0)").bindparams(name=table))
        if op.get_bind().dialect.name == "sqlite":
            stamp = f"UPDATE stamps SET value = random() WHERE name = '{table}'"  # noqa: S608
            for change in ("INSERT", "UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_stamped_by_{change.lower()} AFTER {change} ON {table} "
                    f"BEGIN {stamp}; END"
                )
