"""Work shared between cores: threads that stay, since starting one costs as much as a case."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

Result = TypeVar("Result")


def all_cores() -> int:
    """Return how many cores there are."""
    return os.cpu_count() or 1


def occupy(cores: int) -> None:
    """Count so many cores as taken by other work from now on; fewer where negative."""
    _at_work.add(cores)


def free_cores() -> int:
    """Return on how many cores nothing is known to be working now; at least one, the caller's.

    Each thread of a case does the case's own passes again: worth it only on a core that is idle.
    """
    return max(1, all_cores() - _at_work.threads)


def together(job: Callable[[int], Result], n: int) -> list[Result]:
    """Return job(0) ... job(n - 1), done at the same time, the first in the caller's thread.

    A job must not call this itself: the threads might all wait for each other.
    """
    with _at_work.counting(n):
        others = [_threads(os.getpid()).submit(job, number) for number in range(1, n)]
        found = [job(0)]
        for number, other in enumerate(others, start=1):  # what no core has begun yet is done here
            found.append(job(number) if other.cancel() else other.result())
        return found


def share(
    job: Callable[[slice], object],
    n: int,
    at_once: int,
    workers: int,
    on_progress: Callable[[int], None] | None = None,
) -> None:
    """Do `job` for slices of n things; whoever is free takes the next slice.

    Parameters
    ----------
    on_progress : function, optional
        Told, in the caller's thread, how many have been done since the last time.
    """
    starts = iter(range(0, n, at_once))
    workers = max(1, min(workers, -(-n // at_once)))
    finished, told = [0] * workers, 0

    def tell() -> None:
        nonlocal told
        done, told = sum(finished) - told, sum(finished)
        if on_progress is not None and done:
            on_progress(done)

    def run(worker: int) -> None:
        for start in starts:
            part = slice(start, min(start + at_once, n))
            job(part)
            finished[worker] += part.stop - part.start
            if worker == 0:
                tell()

    try:
        together(run, workers)
    finally:
        for _ in starts:  # after a failure the others stop, too
            pass
    tell()


class _AtWork:
    """How many threads are working."""

    def __init__(self) -> None:
        self.threads, self._lock = 0, threading.Lock()

    @contextmanager
    def counting(self, threads: int) -> Iterator[None]:
        """Count some more until the block is left."""
        self.add(threads)
        try:
            yield
        finally:
            self.add(-threads)

    def add(self, threads: int) -> None:
        """Count some more from now on."""
        with self._lock:
            self.threads += threads


_at_work = _AtWork()


@lru_cache(maxsize=1)
def _threads(process: int) -> ThreadPoolExecutor:
    """Return the threads of this process: a forked one does not inherit its parent's."""
    return ThreadPoolExecutor(all_cores(), thread_name_prefix=f"engine-{process}")
