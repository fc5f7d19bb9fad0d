"""The store: briefings, jobs, history, rates and usage, in SQLite or PostgreSQL."""
