"""What a published study measured, in terms of the network.

Clauses are written ``node=state; node=state|state``. For a node whose states are bands of years a clause may
name any span of years instead (``age=50_plus``, ``age=45_to_64``, ``age=under_60``): a band counts with the
share of its years that lie inside, people taken as spread evenly over the years of a band.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.checking.asking import Asker
from model.evidence import band_limits
from model.inference import Observed
from network.cpds import Array
from network.errors import DiagnosisError, did_you_mean

PROBABILITIES = {
    "prevalence": "prevalence of",
    "probability": "probability of",
    "sensitivity": "sensitivity of",
    "specificity": "specificity, shown by",
    "predictive_value": "predictive value for",
}
"""Kinds of quantity that are P(target | given), in words."""

RATIOS = {
    "odds_ratio": "odds ratio of",
    "relative_risk": "relative risk of",
    "lr_positive": "positive likelihood ratio of",
    "lr_negative": "negative likelihood ratio of",
}
"""Kinds of quantity that compare two groups of people, in words."""

KINDS = (*PROBABILITIES, *RATIOS)
YOUNGEST, OLDEST = 18.0, 90.0
"""The years that bands without a lower or an upper end are taken to cover."""

Clauses = Mapping[str, Array]
"""Node id to a weight for each state: 1 inside the group, 0 outside, a share where it cuts a band."""


@dataclass(frozen=True)
class Quantity:
    """A number that an engine can compute.

    `target`, `given` and `against` are clauses; `against` is laid over `given` for the comparison group and
    empty unless the kind is a ratio.
    """

    kind: str
    target: Clauses
    given: Clauses
    against: Clauses

    def value(self, asker: Asker) -> float:
        """Return the number that follows from the network.

        Raises
        ------
        DiagnosisError
            If a group is empty in the network: it has probability 0.
        """
        p = _probability(asker, self.target, self.given)
        if self.kind in PROBABILITIES:
            return p
        q = _probability(asker, self.target, {**self.given, **self.against})
        if self.kind == "odds_ratio":
            p, q = p / (1.0 - p) if p < 1.0 else np.inf, q / (1.0 - q) if q < 1.0 else np.inf
        return p / q if q > 0.0 else np.inf


def _probability(asker: Asker, target: Clauses, given: Clauses) -> float:
    """Return P(target | given) as a ratio of two probabilities of evidence."""
    condition = asker.log_evidence(_evidence(given))
    if condition == -np.inf:
        group = ", ".join(given)
        raise DiagnosisError(f"a check asks about people whom the network does not have, by {group}.")
    both = dict(given)
    for node, weights in target.items():
        both[node] = np.minimum(weights, both[node]) if node in both else weights
    return float(np.exp(asker.log_evidence(_evidence(both)) - condition))


def _evidence(clauses: Clauses) -> dict[str, Observed]:
    """Return clauses as evidence: a single state by its position; a clause that says nothing is left out."""
    found: dict[str, Observed] = {}
    for node, weights in clauses.items():
        if np.count_nonzero(weights) == 1 and weights.max() == 1.0:
            found[node] = int(weights.argmax())
        elif weights.min() < 1.0:
            found[node] = weights
    return found


def read_clauses(text: str, states: Mapping[str, tuple[str, ...]], faults: list[str]) -> dict[str, Array]:
    """Return the clauses of a text; what cannot be read is added to `faults` in words."""
    found: dict[str, Array] = {}
    for clause in filter(None, (part.strip() for part in text.split(";"))):
        node, equals, group = (part.strip() for part in clause.partition("="))
        if not equals or not group:
            faults.append(f"{clause!r} is not node=state.")
        elif node not in states:
            faults.append(f"no node is called {node!r}.{did_you_mean(node, states)}")
        elif node in found:
            faults.append(f"{node!r} stands twice.")
        else:
            problems = list(_faults_of_group(node, group, states[node]))
            faults.extend(problems)
            if not problems:
                names = (name.strip() for name in group.split("|"))
                found[node] = np.max([_weights(name, states[node]) for name in names], axis=0)
    return found


def _faults_of_group(node: str, group: str, states: tuple[str, ...]) -> Iterator[str]:
    for name in (part.strip() for part in group.split("|")):
        if _weights(name, states).max() == 0.0:
            known = f"States: {', '.join(states)}.{did_you_mean(name, states)}"
            yield f"node {node!r} has no state {name!r}. {known}"


def _weights(name: str, states: tuple[str, ...]) -> Array:
    """Return how much of each state belongs to a state or span of years; zeros where the name is unknown."""
    if name in states:
        return np.array([float(state == name) for state in states])
    low, high = _years(name)
    shares = []
    for start, end in map(_years, states):
        inside = max(0.0, min(high, end) - max(low, start))
        shares.append(inside / (end - start) if end > start else 0.0)
    return np.array(shares)


def _years(name: str) -> tuple[float, float]:
    """Return the half-open span of years that a name covers, between the youngest and the oldest."""
    low, high = band_limits(name)
    return max(low, YOUNGEST), min(high, OLDEST)
