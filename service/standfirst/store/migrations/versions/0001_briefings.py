"""Briefings by id."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "briefings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kept_at", sa.Double, nullable=False),
        sa.Column("kept", sa.LargeBinary, nullable=False),
    )
