"""A connection to the class store: SQLite (a file) by default, PostgreSQL by URL.

SQLite: write-ahead log, synchronous FULL (a commit is on the disk before it returns), a busy timeout, foreign
keys. A write begins with BEGIN IMMEDIATE, so that a transaction never has to be tried again half-way; threads
of one process queue for it instead of polling the file. PostgreSQL: read committed, rows locked where needed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from model.teaching.classes.lately import Lately
from model.teaching.classes.migrate import upgrade
from model.teaching.classes.together import Together
from model.teaching.errors import StoreError

T = TypeVar("T")
SETTING = "NOCTURNE_CLASS_STORE"
BUSY_MILLISECONDS = 30_000
POOL, OVERFLOW, POOL_SECONDS = 8, 24, 60
ADVISORY_LOCK = 6_071_947
"""Any number of ours: it keeps two processes from upgrading one PostgreSQL store at once."""
DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite"}


@dataclass(frozen=True)
class Database:
    """An open store. `read` and `write` give a connection in a transaction."""

    engine: Engine
    _writing: AbstractContextManager[Any] = field(repr=False)

    @cached_property
    def _together(self) -> Together:
        return Together(self.write)

    @cached_property
    def lately(self) -> Lately:
        """What was read a moment ago and may be shared."""
        return Lately()

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that only reads."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection; what it did is durable when the block ends without an error."""
        with self._writing, self.engine.connect() as connection:
            writing = connection.execution_options(nocturne_writes=True)
            with writing.begin():
                yield writing

    def run(self, job: Callable[[Connection], T]) -> T:
        """Return what a job returns once it is on the disk; see `Together.run`.

        SQLite commits all jobs that wait together. PostgreSQL does the like by itself.
        """
        if self.is_sqlite:
            return self._together.run(job)
        with self.write() as connection:
            return job(connection)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_database(url: str | None = None, migrate_to: str = "head") -> Database:
    """Return an open store, its schema up to date.

    Parameters
    ----------
    url : "postgresql://…", "sqlite:///path" or a path; None for the setting NOCTURNE_CLASS_STORE, or else a
        file in the user's data folder

    Raises
    ------
    StoreError
        If it cannot be opened, or was made by a newer version. The message never holds a password.
    """
    address = _address(url)
    name = address.render_as_string(hide_password=True)
    is_sqlite = address.get_backend_name() == "sqlite"
    try:
        if is_sqlite:
            _make_private_file(address)
        with ExitStack() as otherwise:
            database = Database(_engine(address), threading.Lock() if is_sqlite else nullcontext())
            otherwise.callback(database.close)
            with database.write() as connection:
                if not is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
                upgrade(connection, migrate_to)
            otherwise.pop_all()
    except (DBAPIError, OSError) as error:
        raise StoreError(f"the class store {name} cannot be opened: {_reason(error)}") from None
    return database


def default_path() -> Path:
    """Return the file of the class store in the user's data folder."""
    import platformdirs

    return Path(platformdirs.user_data_dir("nocturne", appauthor=False)) / "classes.sqlite"


def _address(url: str | None) -> URL:
    """Return the address of a store."""
    given = url or os.environ.get(SETTING) or str(default_path())
    if "://" not in given:
        return URL.create("sqlite", database=str(Path(given).expanduser()))
    try:
        address = make_url(given)
        driver = DRIVERS[address.get_backend_name()]
    except (ArgumentError, KeyError, NoSuchModuleError):
        raise StoreError(
            "a class store is a path, sqlite:///path or postgresql://user@host/name. Check the address "
            f"(setting {SETTING})."
        ) from None
    return address if "+" in address.drivername else address.set(drivername=driver)


def _make_private_file(address: URL) -> None:
    """Make the file, readable by its owner only, where there is none."""
    if not address.database or address.database == ":memory:":
        raise StoreError("a class store is a file: one in memory would be lost. Name a path.")
    path = Path(address.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _engine(address: URL) -> Engine:
    """Return an engine with the settings that make a commit durable."""
    options: dict[str, Any] = {"pool_size": POOL, "max_overflow": OVERFLOW, "pool_timeout": POOL_SECONDS}
    if address.get_backend_name() != "sqlite":
        # Text is UTF-8 whatever the server's own setting is.
        encoding = {"client_encoding": "utf8"}
        return create_engine(address, pool_pre_ping=True, connect_args=encoding, **options)
    engine = create_engine(
        address, connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False}, **options
    )
    event.listen(engine, "connect", _settle_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _settle_sqlite(connection: Any, _: Any) -> None:
    """Set up a new SQLite connection; transactions are begun by `_begin_sqlite`, not by the driver."""
    connection.isolation_level = None
    for setting in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {setting}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("nocturne_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _reason(error: Exception) -> str:
    """Return the first line of what the database said, without the address."""
    told = str(error.orig) if isinstance(error, DBAPIError) else (getattr(error, "strerror", "") or "")
    return told.strip().splitlines()[0] if told.strip() else type(error).__name__
