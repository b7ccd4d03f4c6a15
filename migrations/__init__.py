"""Alembic migrations: how the schema of the books came to be."""
