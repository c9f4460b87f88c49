"""Whose turn it is: one page is drawn at a time, in the order in which they were asked for.

Python runs one thread at a time, and Streamlit takes a lock for every element that it sends. Threads that are
interrupted while they hold it make all others queue for it: fifty clicks drawn side by side take longer than
one after the other, and meanwhile more arrive. So every part of a page is drawn within a turn. What is
worked out for it has turns of its own: the kernels need no interpreter, but several of them at once take the
processor's caches from each other, and from who draws. Who takes long, as with a large network of one's own,
keeps nobody waiting: a long turn goes on beside the next.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from model.threads import all_cores, occupy

P = ParamSpec("P")
T = TypeVar("T")
LONG_S = 0.5
"""Most parts of a page are drawn in a tenth of this."""


class Turns:
    """A queue of threads.

    Parameters
    ----------
    at_once : how many turns there are
    long_s : seconds after which a turn no longer keeps another from beginning
    cores : that the engine is to leave to each turn
    """

    def __init__(self, at_once: int, long_s: float = LONG_S, cores: int = 0) -> None:
        self._at_once, self._long_s, self._cores, self._lock = at_once, long_s, cores, threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._began: dict[threading.Event, float] = {}
        self._ours = threading.local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and keep it until the block is left; within one, nobody waits again."""
        if self._is_ours():
            yield
            return
        self._begin(self._waiting.append)
        try:
            yield
        finally:
            self._end()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Let others have this thread's turn until the block is left; then it is the next."""
        if not self._is_ours():
            yield
            return
        self._end()
        try:
            yield
        finally:
            self._begin(self._waiting.appendleft)

    def _is_ours(self) -> bool:
        return getattr(self._ours, "turn", None) is not None

    def _begin(self, join: Callable[[threading.Event], None]) -> None:
        mine = threading.Event()
        join(mine)
        self._call()
        while not mine.wait(self._long_s):
            self._call()
        self._ours.turn = mine
        occupy(self._cores)

    def _end(self) -> None:
        mine, self._ours.turn = self._ours.turn, None
        occupy(-self._cores)
        with self._lock:
            del self._began[mine]
        self._call()

    def _call(self) -> None:
        """Let the next one begin if there is a turn."""
        with self._lock:
            now = time.monotonic()
            taken = sum(now - began < self._long_s for began in self._began.values())
            if self._waiting and taken < self._at_once:
                first = self._waiting.popleft()
                self._began[first] = now
                first.set()


_drawing, _working = Turns(1, cores=1), Turns(max(1, all_cores() - 1))
turn = _drawing.turn


@contextmanager
def working() -> Iterator[None]:
    """Leave the turn to draw to others while something is worked out, in a turn for that."""
    with _drawing.left(), _working.turn():
        yield


def worked_out(ask: Callable[P, T]) -> Callable[P, T]:
    """Return a function that is asked while others draw; it goes around one whose results are kept.

    Who asks for what another is working out waits for it, and must not keep the turn that the other needs.
    """

    @wraps(ask)
    def asked(*args: P.args, **named: P.kwargs) -> T:
        with working():
            return ask(*args, **named)

    return asked


def fragment(
    *, key: str, run_every: float | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator: Streamlit draws the function again by itself, in its turn.

    Parameters
    ----------
    key : tells the fragments of a page apart
    run_every : seconds between two drawings without anybody asking
    """

    def of(draw: Callable[..., None]) -> Callable[..., None]:
        @wraps(draw)
        def in_turn(*args: object, **named: object) -> None:
            with turn():
                draw(*args, **named)

        drawn: Callable[..., None] = st.fragment(in_turn, key=key, run_every=run_every)
        return drawn

    return of
