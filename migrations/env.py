"""Alembic's entry: runs the migrations on the connection that `persistence.migrate` hands over."""

from alembic import context

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("Migrations are run by `perpetuo migrate`, which opens the database.")

# The caller's transaction holds the lock and commits: all the steps happen, or none.
context.configure(connection=connection, target_metadata=None)
context.run_migrations()
