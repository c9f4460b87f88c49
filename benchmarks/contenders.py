"""Those who are timed: our functions in this process, peers in processes of their own that can be stopped.

A peer may need minutes or all memory for a case. So it runs apart, with its address space capped; a case
that it has not finished in time counts as "at least the limit" and its process is ended, never waited for.
The clock runs inside the process: what it costs to hand a case over is not counted.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

START_SECONDS = 120.0
MEMORY_BYTES = 6_000_000_000


@dataclass(frozen=True)
class Timed:
    """Seconds of one case, and the answer; without an answer the seconds are a lower bound."""

    seconds: float
    answer: Any = None
    finished: bool = True
    problem: str = ""


class Ours:
    """One of our functions. `read` turns its result into what peers return, off the clock."""

    def __init__(
        self, function: Callable[..., Any], read: Callable[[Any], Any] = lambda found: found
    ) -> None:
        self.function, self.read = function, read

    def ask(self, *case: Any) -> Timed:
        """Answer a case, timed."""
        start = time.perf_counter()
        found = self.function(*case)
        seconds = time.perf_counter() - start
        return Timed(seconds, self.read(found))

    patience, problem = 1, ""

    def close(self) -> None:
        """Nothing to end."""


class Peer:
    """An object made by `factory(*arguments)` in a process of its own; its `method` is what is timed.

    Parameters
    ----------
    limit_s : seconds that one case may take
    patience : how many cases may exceed the limit before the peer is asked no more
    """

    def __init__(
        self, factory: Callable[..., Any], *arguments: Any, method: str, limit_s: float, patience: int = 2
    ) -> None:
        self.made = (factory, arguments, method)
        self.limit_s, self.patience = limit_s, patience
        self.process: Any = None
        self.pipe: Any = None
        self.problem = ""

    def ask(self, *case: Any) -> Timed:
        """Answer a case, timed, or say that the limit was exceeded."""
        if self.process is None and self.patience > 0:
            self._start()
        if self.patience <= 0:  # could not be made, or stopped too often: the caller should not have asked
            return Timed(self.limit_s, None, False, self.problem)
        try:
            self.pipe.send(case)
            if self.pipe.poll(self.limit_s + 0.5):
                seconds, answer, problem = self.pipe.recv()
                if not problem and seconds <= self.limit_s:
                    return Timed(seconds, answer)
                self.problem = problem or "too slow"
            else:
                self.problem = "too slow"
        except (EOFError, BrokenPipeError):
            self.problem = "ended"
        self.patience -= 1
        self.close()
        return Timed(self.limit_s, None, False, self.problem)

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.pipe.close()
            self.process = None

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, *self.made), daemon=True)
        self.process.start()
        theirs.close()
        if not self.pipe.poll(START_SECONDS):
            self.close()
            raise TimeoutError(f"{self.made[0].__name__} was not ready in {START_SECONDS:.0f} s")
        try:
            self.pipe.recv()
        except EOFError:
            self.problem, self.patience = "could not be made", 0


def _serve(pipe: Connection, factory: Callable[..., Any], arguments: tuple[Any, ...], method: str) -> None:
    """Answer cases until the process is ended."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    answer = getattr(factory(*arguments), method)
    pipe.send("ready")
    while True:
        try:
            case = pipe.recv()
        except EOFError:
            return
        start = time.perf_counter()
        try:
            found, problem = answer(*case), ""
        except (MemoryError, ValueError) as error:  # a joint that no array can hold
            found, problem = None, type(error).__name__
        pipe.send((time.perf_counter() - start, found, problem))
