"""What was read a moment ago, shared by all who look: a hundred pages that look again cost one reading."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
KEPT_SECONDS = 0.5
MOST_KEPT = 256


class Lately:
    """Readings that are kept for a moment.

    Parameters
    ----------
    seconds : how old a reading may be
    clock : seconds from any moment on, for tests
    """

    def __init__(self, seconds: float = KEPT_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return a reading that is not older than allowed, and read only where there is none."""
        with self._lock:
            when, value = self._kept.get(key, (float("-inf"), None))
        now = self._clock()
        if now - when < self._seconds:
            found: T = value
            return found
        found = read()
        with self._lock:
            self._kept[key] = (now, found)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found
