"""The tables as the newest migration leaves them. Times are seconds since 1970, UTC."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

briefings = sa.Table(
    "briefings",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kept_at", sa.Double, nullable=False),
    sa.Column("kept", sa.LargeBinary, nullable=False),
    sa.Index("briefings_by_age", "kept_at"),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("caller", sa.Text, primary_key=True),
    sa.Column("briefing", sa.Text, sa.ForeignKey("briefings.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("site", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("words", sa.Text, nullable=False),
    sa.Index("history_by_time", "caller", "asked_at"),
    sa.Index("history_by_briefing", "briefing"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("idempotency_key", sa.Text),
    sa.Column("request_hash", sa.Text, nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("webhook", sa.Text),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("ended_at", sa.Double),
    sa.Column("cancelled", sa.Boolean, nullable=False),
    sa.Column("webhook_at", sa.Double),
    sa.Column("webhook_tries", sa.Integer, nullable=False),
    sa.UniqueConstraint("owner", "idempotency_key", name="one_job_a_key"),
    sa.Index("jobs_by_end", "ended_at"),
    sa.Index("jobs_by_webhook", "webhook_at"),
)

items = sa.Table(
    "items",
    metadata,
    sa.Column("job", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("result", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("lease", sa.Text),
    sa.Column("lease_until", sa.Double),
    sa.Index("items_by_turn", "state", "position"),
)

usage = sa.Table(
    "usage",
    metadata,
    sa.Column("caller", sa.Text, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("articles", sa.Integer, nullable=False),
)

rates = sa.Table(
    "rates",
    metadata,
    sa.Column("caller", sa.Text, primary_key=True),
    sa.Column("passed", sa.JSON, nullable=False),
)

feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("content", sa.Text),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("next_at", sa.Double, nullable=False),
    sa.Column("changed_at", sa.Double, nullable=False),
    sa.Column("asked_at", sa.Double, nullable=False),
)

feed_items = sa.Table(
    "feed_items",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("feed", sa.Text, sa.ForeignKey("feeds.url", ondelete="CASCADE"), primary_key=True),
    sa.Column("entry", sa.Text, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("briefing", sa.Text),
    sa.Column("problem", sa.Text),
    sa.Column("settled_at", sa.Double),
)
