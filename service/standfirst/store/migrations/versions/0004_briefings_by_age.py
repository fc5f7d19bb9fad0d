"""Briefings are found by their age, to be removed."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the index."""
    op.create_index("briefings_by_age", "briefings", ["kept_at"])
