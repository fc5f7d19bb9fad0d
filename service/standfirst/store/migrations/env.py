"""What Alembic runs: the steps that are missing, in the transaction that ``database`` has begun."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
