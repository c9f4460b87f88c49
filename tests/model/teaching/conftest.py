"""Fixtures of the teaching tests: a fresh class store on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from model.engine.warm_up import warm_up
from tests.model.teaching.stores import (
    Room,
    may_start_postgresql,
    postgresql_programs,
    postgresql_server,
    room,
)
from tests.needs import require


@pytest.fixture(scope="session")
def compiled_kernels() -> None:
    """Compile the kernels, which the tests of the app need anyway: many cases are drawn and answered here."""
    warm_up()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Address of a PostgreSQL server of our own."""
    programs = postgresql_programs()
    require("PostgreSQL (initdb and pg_ctl, and the user postgres)", programs and may_start_postgresql())
    assert programs is not None
    with postgresql_server(programs) as url:
        yield url


def emptied(server: str) -> str:
    """Empty the database of a server and return its address."""
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty store, once for each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'classes.sqlite'}"
    return emptied(request.getfixturevalue("postgresql"))


@pytest.fixture
def paced(store_url: str) -> Iterator[Room]:
    """A class in which the instructor reveals the findings."""
    found = room(store_url)
    yield found
    found.store.close()


@pytest.fixture
def self_run(store_url: str) -> Iterator[Room]:
    """A class in which each learner runs."""
    found = room(store_url, paced=False)
    yield found
    found.store.close()
