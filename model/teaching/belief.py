"""`Belief`: what a learner thinks, a probability or a range for each cause, and an order.

Each cause has its own probability from 0 to 1; several can hold at once, so they need not add to 1. A cause
that is left out counts as 0 in the scores and is left out of the comparison of changes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np

from model.teaching.cases import all_causes
from model.teaching.errors import BeliefError
from model.teaching.rules import rule
from network.errors import did_you_mean
from network.structure import Network


@dataclass(frozen=True)
class Estimate:
    """A probability, or a range; `low` equals `high` for a single number."""

    low: float
    high: float

    @property
    def point(self) -> float:
        """The middle of the range."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Belief:
    """Estimates by cause, and the causes in the learner's order (the first is thought most probable)."""

    estimates: Mapping[str, Estimate]
    ranking: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "estimates", MappingProxyType(dict(self.estimates)))

    @classmethod
    def of(
        cls, network: Network, estimates: Mapping[str, Any], ranking: Sequence[str] | None = None
    ) -> Belief:
        """Return a validated belief.

        Parameters
        ----------
        estimates : mapping of cause to a probability in [0, 1] or a (low, high) pair
        ranking : causes, the most probable first; by default the order of the estimates' middles

        Raises
        ------
        BeliefError
            Naming the cause and what would be right.
        """
        causes = all_causes(network)
        if not estimates:
            raise BeliefError("a belief needs a probability for at least one cause.")
        found: dict[str, Estimate] = {}
        for cause, value in estimates.items():
            _known(cause, causes)
            found[cause] = _estimate(cause, value)
        if ranking is None:
            ranking = sorted(found, key=lambda cause: (-found[cause].point, causes.index(cause)))
        if isinstance(ranking, str) or len(set(ranking)) < len(ranking):
            raise BeliefError("an order names each cause once.")
        for cause in ranking:
            _known(cause, causes)
        return cls(found, tuple(ranking))

    def point(self, cause: str) -> float:
        """Return the probability of a cause, 0 where it was left out."""
        estimate = self.estimates.get(cause)
        return 0.0 if estimate is None else estimate.point

    @property
    def top(self) -> str | None:
        """The cause that the learner puts first."""
        return self.ranking[0] if self.ranking else None

    @property
    def disagreements(self) -> tuple[tuple[str, str], ...]:
        """Pairs of neighbours in the order of which the second got the higher probability."""
        pairs = pairwise(self.ranking)
        return tuple((first, second) for first, second in pairs if self.point(second) > self.point(first))

    def to_plain(self) -> dict[str, Any]:
        """Return the belief as JSON holds it."""
        return {
            "estimates": {cause: [one.low, one.high] for cause, one in self.estimates.items()},
            "ranking": list(self.ranking),
        }

    @classmethod
    def from_plain(cls, network: Network, plain: Any) -> Belief:
        """Return the belief that `to_plain` spelled out, validated.

        Raises
        ------
        BeliefError
        """
        if not isinstance(plain, Mapping) or not isinstance(plain.get("ranking"), list):
            raise BeliefError("a belief holds 'estimates' and 'ranking'.")
        estimates = plain.get("estimates")
        if not isinstance(estimates, Mapping):
            raise BeliefError("the estimates of a belief are named numbers.")
        return cls.of(network, estimates, [str(cause) for cause in plain["ranking"]])


def _known(cause: object, causes: Sequence[str]) -> None:
    if cause not in causes:
        raise BeliefError(f"no cause is called {cause!r}.{did_you_mean(str(cause), causes)}")


def _estimate(cause: str, value: Any) -> Estimate:
    """Return a number or a pair as an estimate."""
    given = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value, value]
    numbers = [x for x in given if isinstance(x, int | float | np.number) and not isinstance(x, bool)]
    if len(given) != 2 or len(numbers) != 2:
        raise BeliefError(f"{cause}: {value!r} is no probability. Write a number from 0 to 1, or two.")
    low, high = map(float, numbers)
    if not (math.isfinite(low) and math.isfinite(high) and 0 <= low <= high <= 1):
        raise BeliefError(
            f"{cause}: {value!r} is no probability from 0 to 1 (of two, the lower stands first)."
        )
    return Estimate(low, high)


def log_odds(p: float) -> float:
    """Return the natural log-odds of a probability, cut at 1 % and 99 %.

    Examples
    --------
    >>> log_odds(0.5), round(log_odds(0.0), 3), round(log_odds(0.99), 3)
    (0.0, -4.595, 4.595)
    """
    clip = rule("clip")
    p = min(max(p, clip), 1 - clip)
    return math.log(p / (1 - p))


def is_cut(p: float) -> bool:
    """Return whether a probability lies at or beyond 1 % or 99 %, where it says no more than "beyond".

    Examples
    --------
    >>> is_cut(0.01), is_cut(0.5), is_cut(1.0)
    (True, False, True)
    """
    clip = rule("clip")
    return not clip < p < 1 - clip


DECIBANS = 10 / math.log(10)
"""Decibans in one unit of natural log-odds."""
