"""The database: SQLite or PostgreSQL behind one URL. It is opened, migrated, and used in transactions here."""

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
#: Milliseconds to wait while another process writes to an SQLite file.
_BUSY_TIMEOUT = 5000
#: Seconds to wait for a server to accept a connection, and to answer on an open one (on Linux).
_CONNECT_TIMEOUT, _ANSWER_TIMEOUT = 5, 10


class Database:
    """An open database. Threads may share it. Every method raises ``StoreFailed`` if the database does not answer."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Whether it is an SQLite file, which one process at a time writes to."""
        return self._engine.dialect.name == "sqlite"

    def insert_if_absent(self, table: sa.Table) -> sa.Insert:
        """Return an INSERT that does nothing where a row with the same key exists."""
        insert: Any = sqlite.insert if self.is_sqlite else postgresql.insert
        statement: sa.Insert = insert(table).on_conflict_do_nothing()
        return statement

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open a transaction. It is committed when the block ends, and rolled back if the block raises."""
        with _log_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a connection for reading. It does not wait for transactions that write."""
        with _log_errors(), self._engine.connect().execution_options(reads_only=True) as connection:
            yield connection

    def check(self) -> None:
        """Read a row of every table: a damaged file may fail in one table alone."""
        with self.reading() as connection:
            for table in metadata.sorted_tables:
                connection.execute(sa.select(table).limit(1)).first()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def sqlite_url(folder: Path) -> str:
    """Return the URL of the SQLite database in ``folder``."""
    return sa.URL.create("sqlite", database=str(folder / "standfirst.sqlite3")).render_as_string()


def open_database(url: str) -> Database:
    """Open the database at ``url`` (``sqlite:///…`` or ``postgresql://…``) and bring its tables up to date.

    The folder of an SQLite file is created if it is missing. Raises ``StoreFailed``.
    """
    engine = _engine(url)
    try:
        with _report_errors():
            _migrate(engine)
    except StoreFailed:
        engine.dispose()
        raise
    return Database(engine)


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql":
            arguments: dict[str, Any] = {
                "connect_timeout": _CONNECT_TIMEOUT,
                # A machine that is gone closes no connection. By default the system would wait for it for hours.
                "tcp_user_timeout": 1000 * _ANSWER_TIMEOUT,
                "keepalives_idle": _ANSWER_TIMEOUT,
                "keepalives_interval": _ANSWER_TIMEOUT // 2,
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
    connection.isolation_level = None  # _begin_sqlite begins the transactions
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")
    connection.execute("PRAGMA journal_mode = WAL")
    # A committed transaction survives a loss of power, not only the end of the process.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and then writes fails at once if another one has written in between.
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
            # Two services that start at once must migrate one after the other.
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
def _report_errors() -> Iterator[None]:
    """Raise an error with the database's message, for the operator who starts the service."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreFailed(f"The database does not answer: {_message(error)}.") from error


@contextmanager
def _log_errors() -> Iterator[None]:
    """Log the database's message, which names hosts and paths, and raise an error without it."""
    try:
        yield
    except SQLAlchemyError as error:
        _log.warning("the database does not answer: %s", _message(error))
        raise StoreFailed("The database does not answer. The service's log says why.") from error


def _message(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
