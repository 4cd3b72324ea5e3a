"""How alembic reaches the database: on the connection and in the transaction of the caller."""

from alembic import context

from helpdesk.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
