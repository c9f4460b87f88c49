"""Timing: every engine in turn on every case, so that a busy moment of the machine hurts all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def alternate(
    engines: Mapping[str, Callable[[Any], object]], cases: Sequence[Any], limit_s: float = 20.0
) -> dict[str, float]:
    """Return the median seconds per case of each engine.

    An engine that has used up `limit_s` is asked no more; its median is over the cases it has done.
    """
    spent: dict[str, list[float]] = {name: [] for name in engines}
    for name, engine in engines.items():
        engine(cases[0])  # the first call pays for caches and compilation; start-up is measured apart
        del name
    for case in cases:
        for name, engine in engines.items():
            if sum(spent[name]) > limit_s:
                continue
            start = time.perf_counter()
            engine(case)
            spent[name].append(time.perf_counter() - start)
    return {name: float(np.median(times)) for name, times in spent.items()}


def once(job: Callable[[], object], repeats: int = 3) -> float:
    """Return the shortest of a few runs, in seconds."""
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        job()
        best = min(best, time.perf_counter() - start)
    return best
