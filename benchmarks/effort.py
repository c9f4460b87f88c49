"""How much of everything: a measurement, a look (`--quick`), or what shows that it runs (the tests)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Sizes of the jobs.

    Parameters
    ----------
    cases : one after the other
    batch : at once
    sample : of a batch, or of the parts of a question, that peers are timed on
    limit_s : seconds that a peer may take for a case
    budget_s : seconds that a contender may take for a job
    draws : parameter sets
    positives : numbers of positive findings
    causes : numbers of causes
    """

    cases: int
    batch: int
    sample: int
    limit_s: float
    budget_s: float
    draws: int
    positives: tuple[int, ...]
    causes: tuple[int, ...]


FULL = Effort(25, 20_000, 40, 20.0, 60.0, 1000, (0, 4, 8, 12, 16, 20), (8, 16, 24, 32))
QUICK = Effort(3, 1000, 4, 1.5, 2.5, 1000, (0, 10, 20), (8, 16, 32))
TINY = Effort(1, 20, 1, 5.0, 5.0, 2, (0,), (8,))
