"""Migrations: how the tables came to be what they are, one file a step. Alembic runs them when a database is opened."""
