"""Which briefings each caller has asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "history",
        sa.Column("caller", sa.Text, primary_key=True),
        sa.Column("briefing", sa.Text, sa.ForeignKey("briefings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("asked_at", sa.Double, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("site", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("history_by_time", "history", ["caller", "asked_at"])
    op.create_index("history_by_briefing", "history", ["briefing"])
