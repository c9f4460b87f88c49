"""Calibration: how much of what a learner calls 70 % is true.

Every final probability that was stated for a cause is one judgement. In each bin the share that was true
stands beside the mean stated, with a 90 % credible range from a uniform prior:

    share true | k of n  ~  Beta(k + 1, n - k + 1)

Judgements of one case are not independent, so the true range is somewhat wider; the page says so.

References
----------
Brown, Cai and DasGupta (2001), Statistical Science 16:101-133. Lichtenstein, Fischhoff and Phillips (1982).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from model.teaching.records import CaseRecord
from model.teaching.rules import count, rule

EDGES = (0.0, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0)
"""Narrow at the ends, where the odds change fastest."""


@dataclass(frozen=True)
class CalibrationBin:
    """Judgements from `low` up to `high` (the last one included).

    `stated` is their mean, `observed` the share that was true, None without any judgement. `enough` says
    whether there are as many as the rules ask for.
    """

    low: float
    high: float
    n: int
    stated: float | None
    observed: float | None
    credible_low: float
    credible_high: float
    enough: bool


def calibration(records: Iterable[CaseRecord]) -> tuple[CalibrationBin, ...]:
    """Return the bins of a calibration curve."""
    judged = [(p, cause in record.answer) for record in records for cause, p in record.stated.items()]
    bins = []
    for low, high in pairwise(EDGES):
        inside = [(p, true) for p, true in judged if low <= p < high or (p == high == EDGES[-1])]
        bins.append(_bin(low, high, inside))
    return tuple(bins)


def _bin(low: float, high: float, inside: list[tuple[float, bool]]) -> CalibrationBin:
    n, true = len(inside), sum(one for _, one in inside)
    ends = credible_share(true, n)
    return CalibrationBin(
        low=low,
        high=high,
        n=n,
        stated=sum(p for p, _ in inside) / n if n else None,
        observed=true / n if n else None,
        credible_low=ends[0],
        credible_high=ends[1],
        enough=n >= count("enough_in_bin"),
    )


def credible_share(true: int, n: int) -> tuple[float, float]:
    """Return the 90 % credible range of a share of which `true` of `n` were seen, from a uniform prior.

    Examples
    --------
    >>> low, high = credible_share(0, 0)
    >>> round(low, 2), round(high, 2)
    (0.05, 0.95)
    """
    from scipy.special import betaincinv

    level = rule("interval_level")
    low, high = (float(betaincinv(true + 1, n - true + 1, (1 + side * level) / 2)) for side in (-1, 1))
    return low, high
