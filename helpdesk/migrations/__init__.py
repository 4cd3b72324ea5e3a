"""The database's history, a file a step (alembic)."""
