"""Writes that wait for one another go to the disk together: one commit for all who came meanwhile.

A commit waits for the disk, some milliseconds, and SQLite lets one writer in at a time. When a hundred
learners press a button at once, whoever gets the turn does the writing of all who wait, each in a savepoint
of its own, so that a refused one undoes only itself. Nobody is told before the commit has returned.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from model.teaching.errors import StoreError
from network.errors import DiagnosisError

T = TypeVar("T")
Job = Callable[[Connection], Any]
Waiting = tuple[Job, "Future[Any]"]


class Together:
    """Runs jobs on one connection, in the order in which they came, and commits them together."""

    def __init__(self, write: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._write = write
        self._turn, self._queue = threading.Lock(), threading.Lock()
        self._waiting: list[Waiting] = []

    def run(self, job: Callable[[Connection], T]) -> T:
        """Return what a job returns once it is on the disk.

        Raises
        ------
        DiagnosisError
            What the job itself raised; then it left nothing behind.
        StoreError
            If the disk or the database failed; then nothing was kept.
        """
        mine: Future[T] = Future()
        with self._queue:
            self._waiting.append((job, mine))
        with self._turn:
            with self._queue:
                batch, self._waiting = self._waiting, []
            if batch:
                self._commit(batch)
        return mine.result()

    def _commit(self, batch: list[Waiting]) -> None:
        """Run every job, commit, and only then tell."""
        outcomes: list[tuple[Any, DiagnosisError | None]] = []
        failed = StoreError("the class store could not be written to: nothing was kept. Try again.")
        try:
            with self._write() as connection:
                outcomes = [_outcome(connection, job) for job, _ in batch]
        except DBAPIError:
            outcomes = []
        finally:
            # Also where a job failed in a way that nobody expected: the others must not wait for ever.
            for place, (_, future) in enumerate(batch):
                result, error = outcomes[place] if len(outcomes) == len(batch) else (None, failed)
                if error is None:
                    future.set_result(result)
                else:
                    future.set_exception(error)


def _outcome(connection: Connection, job: Job) -> tuple[Any, DiagnosisError | None]:
    """Return what a job returned or refused; what it refused is undone."""
    try:
        with connection.begin_nested():
            return job(connection), None
    except DiagnosisError as error:
        return None, error
