"""Writes that are committed together: one that is refused, or fails, takes nobody else with it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

from model.teaching.classes.database import Database, open_database
from model.teaching.classes.schema import settings
from model.teaching.classes.together import Together
from model.teaching.errors import ClassError, StoreError

WAIT = 20.0


@pytest.fixture
def database(tmp_path: Path):
    found = open_database(str(tmp_path / "together.sqlite"))
    yield found
    found.close()


def kept(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(settings.c.name)).scalars())


def adds(name: str):
    def job(connection: Connection) -> str:
        connection.execute(insert(settings).values(name=name, value=""))
        if name.startswith("refused"):
            raise ClassError(name)
        if name.startswith("broken"):
            raise ZeroDivisionError(name)
        return name

    return job


def at_once(database: Database, names: list[str]) -> tuple[dict[str, object], list[int]]:
    """Let one job hold the turn until all others wait, so that these are committed together."""
    together = Together(database.write)
    batches: list[int] = []
    commit, holds = together._commit, threading.Event()

    def counted(batch: list) -> None:
        batches.append(len(batch))
        commit(batch)

    def first(connection: Connection) -> str:
        holds.wait(WAIT)
        return "first"

    together._commit = counted
    with ThreadPoolExecutor(len(names) + 1) as pool:
        leader = pool.submit(together.run, first)
        jobs = {name: pool.submit(together.run, adds(name)) for name in names}
        while len(together._waiting) < len(names):
            time.sleep(0.001)
        holds.set()
        _, waiting = wait([leader, *jobs.values()], WAIT)
        assert not waiting
    return {name: job.exception() or job.result() for name, job in jobs.items()}, batches


def test_those_who_wait_are_committed_together(database: Database):
    names = [f"name-{n}" for n in range(20)]
    found, batches = at_once(database, names)
    assert batches == [1, 20] and list(found.values()) == names
    assert kept(database) == set(names)


def test_a_refused_one_undoes_only_itself(database: Database):
    found, _ = at_once(database, ["a", "refused-b", "c"])
    assert kept(database) == {"a", "c"} and found["a"] == "a"
    assert isinstance(found["refused-b"], ClassError)


def test_when_one_breaks_nobody_is_told_that_theirs_was_kept_and_nobody_waits_for_ever(database: Database):
    found, _ = at_once(database, ["a", "broken-b", "c"])
    assert kept(database) == set()
    assert {type(one) for one in found.values()} <= {StoreError, ZeroDivisionError}
    assert database.run(adds("later")) == "later" and kept(database) == {"later"}


def test_a_full_disk_is_told_to_everybody(database: Database):
    with database.write() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def large(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for number in range(300):
            connection.execute(insert(settings).values(name=f"large-{number}", value="x" * 200))

    with pytest.raises(StoreError, match="nothing was kept"):
        database.run(large)
    assert kept(database) == set()
