"""The cases that every engine is timed on: seeded, drawn from the network itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from network.structure import Network
from tests.networks import sampled_evidence

FINDINGS = ("symptom", "sign", "test")


def drawn(bn: Network, rng: int | np.random.Generator, size: int, among: Sequence[str]) -> dict[str, int]:
    """Return the states of so many nodes, at random among some, of a person drawn from the network."""
    return {name: int(state) for name, state in sampled_evidence(bn, rng, size, among).items()}


def consultations(bn: Network, n: int, findings: int, seed: int = 0) -> list[dict[str, int]]:
    """Return n cases: age, sex, the complaint, and so many findings of a person drawn from the network."""
    rng = np.random.default_rng(seed)
    asked = [node.id for node in bn.of_kind(*FINDINGS)]
    cases = []
    for _ in range(n):
        case = drawn(bn, rng, findings, asked)
        cases.append(case | {"age": int(rng.integers(4)), "sex": int(rng.integers(2)), "night_leg_pain": 1})
    return cases


def with_positive_findings(bn: Network, n: int, positive: int, seed: int = 0) -> list[dict[str, int]]:
    """Return n cases with exactly so many present findings of three parents or more."""
    rng = np.random.default_rng(seed)
    wide = [node.id for node in bn.of_kind(*FINDINGS) if len(node.parents) > 2 and len(node.states) == 2]
    return [
        {str(f): 1 for f in rng.choice(wide, min(positive, len(wide)), replace=False)}
        | {"age": int(rng.integers(4)), "sex": int(rng.integers(2)), "night_leg_pain": 1}
        for _ in range(n)
    ]


def as_states(bn: Network, cases: list[dict[str, int]]) -> np.ndarray:
    """Return the cases as an array of states, -1 where a node is not observed."""
    states = np.full((len(cases), len(bn)), -1, dtype=np.int8)
    for row, case in enumerate(cases):
        for node, state in case.items():
            states[row, bn.index[node]] = state
    return states


def dense(bn: Network, n: int, missing: float = 0.1, seed: int = 0) -> list[dict[str, int]]:
    """Return n cases in which every symptom was asked, and a share of the answers is missing."""
    rng = np.random.default_rng(seed)
    asked = [node.id for node in bn.of_kind("symptom")]
    return [
        drawn(bn, rng, round(len(asked) * (1.0 - missing)), asked)
        | {"age": int(rng.integers(4)), "sex": int(rng.integers(2)), "night_leg_pain": 1}
        for _ in range(n)
    ]
