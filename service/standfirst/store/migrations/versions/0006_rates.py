"""When each caller's requests of the last minute passed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table; in PostgreSQL one that no disk is waited for, since a minute after a crash it is of no use."""
    unlogged = ["UNLOGGED"] if op.get_context().dialect.name == "postgresql" else []
    op.create_table(
        "rates",
        sa.Column("caller", sa.Text, primary_key=True),
        sa.Column("passed", sa.JSON, nullable=False),
        prefixes=unlogged,
    )
