"""What evidence settles above it is certain, changes no answer, and is refused only where nothing can be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.engine import ExactEngine
from model.engine.exact import KernelChoice
from model.engine.implied import with_implied
from model.inference import Observed
from network.build import load_network
from network.structure import Network
from tests import oracles
from tests.floats import ENGINE, assert_close
from tests.networks import any_of, deterministic, make, noisy, random_evidence, small_mixed, tabled

HEADINGS = make(
    "headings",
    *(tabled(f"d{i}", [], 0.1) for i in range(5)),
    any_of("few", "d0", "d1"),
    any_of("many", "d0", "d1", "d2", "d3", "d4"),
    noisy("f", {"few": 0.5, "d4": 0.7}, 0.0),
)


def settled(evidence: dict[str, Observed]) -> dict[str, int] | None:
    compiled = ExactEngine(HEADINGS).compiled
    found = with_implied(compiled, *compiled.read_evidence(evidence))
    return None if found is None else {compiled.names[node]: state for node, state in found.items()}


def test_what_is_denied_as_a_whole_is_denied_in_every_part() -> None:
    assert settled({"many": 0}) == {"many": 0} | {f"d{i}": 0 for i in range(5)}
    assert settled({"f": 1}) == {"f": 1}, "there are two that might have brought it on"
    assert settled({"many": np.array([1.0, 0.0])}) == {f"d{i}": 0 for i in range(5)}
    assert settled({"many": np.array([1.0, 0.5])}) == {}


def test_the_only_one_left_is_the_one() -> None:
    only = make("only", tabled("a", [], 0.2), tabled("b", ["a"], [0.0, 0.5]), noisy("f", {"b": 0.5}, 0.0))
    compiled = ExactEngine(only).compiled
    assert with_implied(compiled, {compiled.index["b"]: 1}, {}) == {0: 1, 1: 1}
    assert with_implied(compiled, {0: 0, 1: 1}, {}) is None


@given(st.integers(0, 10**6), st.sampled_from([deterministic, small_mixed]), st.integers(1, 8))
def test_the_evidence_with_what_it_implies_is_the_same_evidence(
    seed: int, shape: Callable[[int], Network], size: int
) -> None:
    network = shape(seed)
    compiled = ExactEngine(network).compiled
    evidence = random_evidence(network, seed, size, likelihoods=0.2)
    hard, soft = compiled.read_evidence(evidence)
    found = with_implied(compiled, hard, soft)
    expected = oracles.posteriors(network, evidence)
    if not expected.possible:  # a contradiction that only sums would show is not looked for
        return
    assert found is not None
    assert found.items() >= hard.items()
    more = {compiled.names[node]: state for node, state in found.items()}
    assert_close(oracles.posteriors(network, {**evidence, **more}).log_evidence, expected.log_evidence)
    for node, state in more.items():
        assert_close(expected.marginals[node][state], 1.0)


@pytest.mark.parametrize("kernels", ["numpy", "numba"])
def test_a_part_of_what_is_denied_cannot_be(kernels: KernelChoice) -> None:
    """One heading within another: signed terms cancel to nothing, and the network is too wide for trees."""
    engine = ExactEngine(load_network(), kernels)
    for complaint in ({}, {"night_leg_pain": 1}):
        whole: dict[str, Observed] = {**complaint, "nerve_compression": 0}
        assert not engine.posteriors({**whole, "spinal_stenosis": 1}).possible
        without = engine.posteriors(whole, ["other_cause"])
        spelled = engine.posteriors({**whole, "spinal_stenosis": 0}, ["other_cause"])
        assert_close(without.log_evidence, spelled.log_evidence, atol=ENGINE)
