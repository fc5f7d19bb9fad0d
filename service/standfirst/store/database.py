"""The database: where briefings and jobs are kept, SQLite or PostgreSQL behind one URL.

Knows how to open one, bring its tables up to date and hold a transaction; the tables themselves are in ``tables``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from standfirst.errors import StoreFailed
from standfirst.store.tables import metadata

_log = logging.getLogger(__name__)

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Milliseconds to wait for another process that is writing.
_BUSY_TIMEOUT = 5000
#: Seconds to wait for a server that does not answer: to a new connection, and on one that there is (Linux).
_CONNECT_TIMEOUT = 5
_TALK_TIMEOUT = 10


class Database:
    """An open database. Safe to share between threads; every method raises ``StoreFailed`` where the database does."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file, which one process at a time writes to."""
        return self._engine.dialect.name == "sqlite"

    def insert_if_absent(self, table: sa.Table) -> sa.Insert:
        """An insertion that leaves a row alone which is there already."""
        insert: Any = sqlite.insert if self.is_sqlite else postgresql.insert
        statement: sa.Insert = insert(table).on_conflict_do_nothing()
        return statement

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is kept if the block ends, and leaves nothing behind if it raises."""
        with _failing_quietly(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to read with; it waits for nobody who writes."""
        with _failing_quietly(), self._engine.connect().execution_options(reads_only=True) as connection:
            yield connection

    def check(self) -> None:
        """Ask every table something that it always can answer: a file may be damaged in one of them alone."""
        with self.reading() as connection:
            for table in metadata.sorted_tables:
                connection.execute(sa.select(table).limit(1)).first()

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


def sqlite_url(folder: Path) -> str:
    """The URL of the database in ``folder``."""
    return sa.URL.create("sqlite", database=str(folder / "standfirst.sqlite3")).render_as_string()


def open_database(url: str) -> Database:
    """The database at ``url`` (``sqlite:///…`` or ``postgresql://…``), its tables brought up to date.

    The folder of an SQLite file is made if it is missing. Raises ``StoreFailed``.
    """
    engine = _engine(url)
    with _failing_clearly():
        _migrate(engine)
    return Database(engine)


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql":
            arguments: dict[str, Any] = {
                "connect_timeout": _CONNECT_TIMEOUT,
                # A machine that is gone closes no connection; by itself the system would believe in it for hours.
                "tcp_user_timeout": 1000 * _TALK_TIMEOUT,
                "keepalives_idle": _TALK_TIMEOUT,
                "keepalives_interval": _TALK_TIMEOUT // 2,
                "keepalives_count": 2,
            }
            return sa.create_engine(
                parsed.set(drivername="postgresql+psycopg"), connect_args=arguments, pool_pre_ping=True
            )
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            raise StoreFailed("The database must be sqlite:///FILE or postgresql://…")
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreFailed("The URL of the database cannot be read; see STANDFIRST_DATABASE_URL.") from error
    except ModuleNotFoundError as error:
        raise StoreFailed("PostgreSQL needs the package psycopg: pip install 'standfirst[postgres]'.") from error
    except OSError as error:
        raise StoreFailed(f"The folder of the database cannot be made: {error.strerror}.") from error
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin when we say so (_begin_sqlite)
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")
    connection.execute("PRAGMA journal_mode = WAL")
    # What was accepted outlasts a loss of power, not only the end of the process.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that begins by reading and then writes fails at once when another has written in between.
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _migrate(engine: sa.Engine) -> None:
    from alembic.command import upgrade
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two services that start at once bring the tables up to date one after the other.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('standfirst'))"))
        config.attributes["connection"] = connection
        try:
            upgrade(config, "head")
        except CommandError as error:
            newest = ScriptDirectory.from_config(config).get_current_head()
            raise StoreFailed(
                f"The database was written by a newer Standfirst than this one, which knows it up to {newest}."
            ) from error


@contextmanager
def _failing_clearly() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreFailed(f"The database does not answer: {_said(error)}.") from error


@contextmanager
def _failing_quietly() -> Iterator[None]:
    """What the database says names hosts and paths: that is for the log, not for a caller."""
    try:
        yield
    except SQLAlchemyError as error:
        _log.warning("the database does not answer: %s", _said(error))
        raise StoreFailed("The database does not answer. The service's log says why.") from error


def _said(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
