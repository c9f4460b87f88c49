"""Timing: every contender in turn on every case, so that a busy moment of the machine hurts all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.contenders import Ours, Peer, Timed
from benchmarks.rows import Row

AGREEMENT = 1e-10


class Disagreement(AssertionError):
    """A peer's answer is not ours."""


def side_by_side(
    group: str, contenders: Mapping[str, Ours | Peer], cases: Sequence[Any], budget_s: float
) -> list[Row]:
    """Return a row for each contender; the first is ours, to which the others are compared.

    A contender that has used up its budget is asked no more. The ratio is of medians over the cases that both
    have done. A peer's answer must agree with ours.

    Parameters
    ----------
    cases : tuples of arguments
    budget_s : seconds for each contender
    """
    done: dict[str, dict[int, Timed]] = {name: {} for name in contenders}
    spent = dict.fromkeys(contenders, 0.0)
    errors: dict[str, float] = {}
    ours = next(iter(contenders))
    for contender in contenders.values():
        # The first call pays for what is made lazily; start-up is another job. Long loops need no such care.
        if isinstance(contender, Ours) or contender.limit_s < budget_s:
            contender.ask(*cases[0])
    for number, case in enumerate(cases):
        for name, contender in contenders.items():
            if spent[name] >= budget_s or contender.patience <= 0:
                continue
            timed = contender.ask(*case)
            done[name][number] = timed
            spent[name] += timed.seconds
            if timed.answer is not None and name != ours:
                error = difference(timed.answer, done[ours][number].answer)
                errors[name] = max(errors.get(name, 0.0), error)
    for contender in contenders.values():
        contender.close()
    for name, error in errors.items():
        if error > AGREEMENT:
            raise Disagreement(f"{group}: {name} differs from ours by {error:.1e}")
    return [
        _row(group, name, found, done[ours], errors.get(name))
        if found
        else Row(group, name, float("nan"), cases=0, note=f"no answer: {contenders[name].problem}")
        for name, found in done.items()
    ]


def difference(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> float:
    """Return the largest difference; both must be finite and share a key (`max(0, nan)` would hide a NaN)."""
    shared = theirs.keys() & ours.keys()
    if not shared:
        raise Disagreement("nothing to compare")
    largest = 0.0
    for key in shared:
        pair = np.asarray(theirs[key], dtype=float), np.asarray(ours[key], dtype=float)
        if not (np.isfinite(pair[0]).all() and np.isfinite(pair[1]).all()):
            raise Disagreement(f"{key} is not finite")
        largest = max(largest, float(np.abs(pair[0] - pair[1]).max()))
    return largest


def once(job: Callable[[], object], repeats: int = 3) -> float:
    """Return the shortest of a few runs, in seconds."""
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        job()
        best = min(best, time.perf_counter() - start)
    return best


def _row(
    group: str, name: str, found: Mapping[int, Timed], ours: Mapping[int, Timed], error: float | None
) -> Row:
    seconds = [timed.seconds for timed in found.values()]
    late = sum(not timed.finished for timed in found.values())
    median = float(np.median(seconds))
    problems = {timed.problem for timed in found.values()} - {""}
    return Row(
        group=group,
        engine=name,
        ms=1e3 * median,
        ratio=None if found is ours else median / float(np.median([ours[n].seconds for n in found])),
        at_least=2 * late >= len(seconds),
        cases=len(found),
        difference=error,
        note=f"{late} of {len(found)}: {', '.join(sorted(problems))}" if late else "",
    )
