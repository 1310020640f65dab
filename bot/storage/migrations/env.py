"""Alembic's entry point: migrates on the connection, and in the transaction, that `database.upgrade` holds."""

from alembic import context

from bot.storage import tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
