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
    starts : of the app
    clicks : in a browser
    sessions : visitors of the app at once
    crowd_s : seconds that they click
    visits : sessions that come and go in one round
    learners : of a class
    findings : that the class is told
    """

    cases: int
    batch: int
    sample: int
    limit_s: float
    budget_s: float
    draws: int
    positives: tuple[int, ...]
    causes: tuple[int, ...]
    starts: int
    clicks: int
    sessions: int
    crowd_s: float
    visits: int
    learners: int
    findings: int


FULL = Effort(
    15, 20_000, 20, 8.0, 10.0, 1000, (0, 4, 8, 12, 16, 20), (8, 16, 24, 32), 5, 50, 50, 60.0, 200, 100, 5
)
QUICK = Effort(3, 1000, 4, 1.5, 2.5, 1000, (0, 10, 20), (8, 16, 32), 1, 8, 10, 9.0, 20, 10, 2)
TINY = Effort(1, 20, 1, 5.0, 5.0, 2, (0,), (8,), 1, 2, 2, 4.0, 2, 2, 1)
