"""The database: opening, migrating, and clear errors."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from standfirst.errors import StoreFailed
from standfirst.store.database import Database, open_database, sqlite_url
from standfirst.store.tables import metadata


def test_the_migrations_create_the_tables_of_the_code(database: Database) -> None:
    with database.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path))
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreFailed, match="newer"):
        open_database(sqlite_url(tmp_path))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://x@localhost/x", "sqlite:///FILE or postgresql"),
        ("sqlite://", "sqlite:///FILE or postgresql"),
        ("nonsense", "cannot be read"),
        ("postgresql://nobody@127.0.0.1:1/none", "does not answer"),
        ("sqlite:////proc/nothing/here.sqlite3", "cannot be made"),
    ],
)
def test_an_error_at_opening_says_what_is_wrong(url: str, message: str) -> None:
    with pytest.raises(StoreFailed, match=message):
        open_database(url)
