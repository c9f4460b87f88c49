"""The latest answers of one network, shared by all sessions that ask it; they go when the network goes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from model import Answer, Differential, Evidence

MOST_ANSWERS = 256


@dataclass(frozen=True)
class Remembered(Differential):
    """A differential with the answers it gave last: one click asks for the same case in several places.

    Parameters
    ----------
    most : answers kept; the one asked for longest ago goes first
    """

    most: int = MOST_ANSWERS
    _kept: OrderedDict[Hashable, Answer] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def query(self, evidence: Mapping[str, Any] | Evidence | None = None, complaint: bool = True) -> Answer:
        """Return the answer to a case; answers are immutable. Otherwise as `Differential.query`."""
        read = Evidence.of(self.network, evidence)
        case = (tuple(read.findings.items()), read.paused, complaint)
        with self._lock:
            if case in self._kept:
                self._kept.move_to_end(case)
                return self._kept[case]
        found = super().query(read, complaint)
        with self._lock:
            self._kept[case] = found
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return found
