"""Brier and logarithmic score of probabilities given for causes, each cause by itself.

    Brier of a cause    (p - o)^2, o = 1 if the cause is (part of) the answer, else 0
    Brier of a case     mean over all causes; a cause left out counts as p = 0
    log score           mean over causes of -log2 of the probability given to what is true, p cut at 1 % and
                        99 %, in bits

Both are least on average for those who state what they believe. Beside the learner's stand the network's on
the same findings, that of the complaint alone, and what the network expects for itself: mean of q(1 - q).

References
----------
Brier (1950), Monthly Weather Review 78:1-3. Gneiting and Raftery (2007), JASA 102:359-378.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from model.teaching.rules import rule


@dataclass(frozen=True)
class Score:
    """One set of probabilities scored. `brier` is by cause; lower is better everywhere."""

    brier: Mapping[str, float]
    brier_mean: float
    log_bits: float


@dataclass(frozen=True)
class Scores:
    """The learner beside the network and the starting point; `network` is None where the findings clash.

    `expected_brier` is what a reasoner with the network's posteriors would score on average, were the network
    right.
    """

    learner: Score
    network: Score | None
    start: Score
    expected_brier: float | None

    def to_plain(self) -> dict[str, Any]:
        """Return the means by name."""
        return {
            "brier": self.learner.brier_mean,
            "log_bits": self.learner.log_bits,
            "network_brier": self.network.brier_mean if self.network else None,
            "network_log_bits": self.network.log_bits if self.network else None,
            "start_brier": self.start.brier_mean,
            "start_log_bits": self.start.log_bits,
            "expected_brier": self.expected_brier,
        }


def score(given: Mapping[str, float], answer: Collection[str]) -> Score:
    """Return the score of a probability for each cause.

    Examples
    --------
    >>> one = score({"a": 0.8, "b": 0.0}, ["a"])
    >>> round(one.brier["a"], 3), round(one.brier_mean, 3), round(one.log_bits, 3)
    (0.04, 0.02, 0.168)
    """
    clip = rule("clip")
    brier = {cause: (p - (cause in answer)) ** 2 for cause, p in given.items()}
    stated = [p if cause in answer else 1 - p for cause, p in given.items()]
    bits = [-math.log2(min(max(p, clip), 1 - clip)) for p in stated]
    return Score(brier, sum(brier.values()) / len(brier), sum(bits) / len(bits))


def expected_brier(posteriors: Mapping[str, float]) -> float:
    """Return the Brier score that stating these probabilities is expected to get if they are right."""
    return sum(q * (1 - q) for q in posteriors.values()) / len(posteriors)
