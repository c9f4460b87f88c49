"""Subsets of findings: Shapley's axioms, sampling of orders, and one case with many subsets."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model import Differential
from model.coalitions import (
    Coalitions,
    SampledOrders,
    all_subsets,
    each_left_out,
    nobody_and_everyone,
    shapley,
)
from model.engine import ExactEngine
from model.inference import Engine, Posteriors
from network.structure import Network
from tests import oracles
from tests.floats import ENGINE, ROUNDING, assert_close
from tests.networks import asia, consultation

CASE: dict[str, Any] = {
    "age": 2, "diabetes": 1, "relief_by_dangling_legs": 1, "morning_stiffness": 0,
    "absent_pulses": np.array([1.0, 3.0]),
}  # fmt: skip


class OneByOne:
    """An engine without the method for many cases."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.exact = ExactEngine(network)

    def posteriors(self, evidence: Any, targets: Any = None) -> Posteriors:
        """Return what the exact engine says."""
        return self.exact.posteriors(evidence, targets)


def game(n: int, seed: int) -> np.ndarray:
    """Return a random worth for every subset of n players."""
    return np.random.default_rng(seed).normal(size=1 << n)


def mean_over_all_orders(values: np.ndarray, n: int) -> np.ndarray:
    """Return each player's mean effect by trying every order of entry."""
    total, orders = np.zeros(n), list(permutations(range(n)))
    for order in orders:
        inside = 0
        for player in order:
            total[player] += values[inside | 1 << player] - values[inside]
            inside |= 1 << player
    return total / len(orders)


def number(subsets: np.ndarray) -> np.ndarray:
    """Return the row of `all_subsets` that each subset is."""
    return np.asarray(subsets @ (1 << np.arange(subsets.shape[-1])))


def consultation_case(engine: Engine) -> Coalitions:
    """Return the small consultation with five findings, one of them a likelihood."""
    return Coalitions(engine, {"night_leg_pain": 1}, CASE)


@given(st.integers(1, 9), st.integers(0, 10**6))
def test_shares_add_up_to_the_whole_change(n: int, seed: int) -> None:
    values = game(n, seed)
    assert abs(shapley(values).sum() - (values[-1] - values[0])) < ROUNDING * 10


@given(st.integers(1, 5), st.integers(0, 10**6))
def test_a_share_is_the_mean_effect_over_all_orders(n: int, seed: int) -> None:
    values = game(n, seed)
    assert_close(shapley(values), mean_over_all_orders(values, n), atol=ROUNDING * 10)


@given(st.integers(2, 6), st.integers(0, 10**6))
def test_players_that_do_the_same_share_equally(n: int, seed: int) -> None:
    by_size = np.random.default_rng(seed).normal(size=n + 1)
    values = by_size[all_subsets(n).sum(axis=1)]
    assert_close(shapley(values), np.full(n, (by_size[-1] - by_size[0]) / n), atol=ROUNDING * 10)


@given(st.integers(1, 6), st.integers(0, 10**6))
def test_a_player_that_does_nothing_gets_nothing(n: int, seed: int) -> None:
    values = np.concatenate([game(n, seed)] * 2)  # the last player changes nothing
    assert shapley(values)[-1] == 0.0


def test_nobody_gets_nothing() -> None:
    assert shapley(np.zeros(1)).shape == (0,)


@given(st.integers(4, 8), st.integers(0, 1000))
def test_sampled_shares_agree_with_exact_ones(n: int, seed: int) -> None:
    values = game(n, seed)
    orders = SampledOrders.draw(n, pairs=400, seed=seed)
    subsets, which = orders.distinct_subsets()
    shares, errors = orders.shares(values[number(subsets)][which])
    assert (np.abs(shares - shapley(values)) < 5.0 * errors).all()  # 5: thousands of shares are looked at
    assert abs(shares.sum() - (values[-1] - values[0])) < ROUNDING * 10


def test_the_same_seed_draws_the_same_orders() -> None:
    one, two, other = (SampledOrders.draw(9, pairs=5, seed=seed).orders for seed in (3, 3, 4))
    assert (one == two).all()
    assert (one != other).any()
    assert (one[0] == one[1][::-1]).all()


def test_more_players_than_an_integer_has_bits_are_sampled() -> None:
    orders = SampledOrders.draw(100, pairs=3)
    subsets, which = orders.distinct_subsets()
    assert subsets.shape[1] == 100
    assert not subsets[which[:, 0]].any()
    assert subsets[which[:, -1]].all()
    assert (subsets[which].sum(axis=2) == np.arange(101)).all()


def test_subsets_are_what_they_are_called() -> None:
    assert nobody_and_everyone(2).tolist() == [[False, False], [True, True]]
    assert each_left_out(2).tolist() == [[False, True], [True, False]]
    assert len({tuple(row) for row in all_subsets(5)}) == 32
    assert all_subsets(0).shape == (1, 0)


def test_every_subset_is_answered_as_a_query_of_its_own() -> None:
    network = consultation()
    case = consultation_case(ExactEngine(network))
    found = case.posteriors(all_subsets(5), ["due_to_osteoarthritis", "morning_stiffness"])
    for row, subset in enumerate(all_subsets(5)):
        inside = {node: value for (node, value), there in zip(CASE.items(), subset, strict=True) if there}
        expected = oracles.posteriors(network, {"night_leg_pain": 1, **inside})
        for target, marginals in found.marginals.items():
            assert_close(marginals[row], expected.marginals[target], atol=ENGINE)
        assert abs(found.log_evidence[row] - expected.log_evidence) < ENGINE
    assert_close(case.log_evidence(all_subsets(5)), found.log_evidence, atol=ENGINE)


def test_an_engine_that_answers_one_by_one_says_the_same() -> None:
    network = consultation()
    many, single = consultation_case(ExactEngine(network)), consultation_case(OneByOne(network))
    assert single.most_subsets < many.most_subsets
    one, other = (case.posteriors(all_subsets(5), ["other_cause"]) for case in (many, single))
    assert_close(one.marginals["other_cause"], other.marginals["other_cause"], atol=ENGINE)
    assert_close(one.log_evidence, other.log_evidence, atol=ENGINE)


def test_impossible_subsets_are_marked() -> None:
    for engine in (ExactEngine(asia()), OneByOne(asia())):
        found = Coalitions(engine, {}, {"tub": 1, "either": 0}).posteriors(all_subsets(2), ["lung"])
        assert (found.log_evidence > -np.inf).tolist() == [True, True, True, False]
        assert np.isnan(found.marginals["lung"][-1]).all()


def test_the_complaint_is_the_ground_and_every_other_finding_a_player() -> None:
    ddx = Differential.of(consultation())
    for evidence, complaint, ground in (
        ({"diabetes": "present"}, True, {"night_leg_pain": 1}),
        ({"diabetes": "present"}, False, {}),
        ({"diabetes": "present", "night_leg_pain": "absent"}, True, {"night_leg_pain": 0}),
    ):
        case = Coalitions.of(ddx.engine, ddx.query(evidence, complaint))
        assert case.ground == ground
        assert case.players == {"diabetes": 1}


def test_many_findings_that_tie_causes_together_are_sampled_and_absent_ones_are_not() -> None:
    ddx = Differential.load()
    findings = ddx.network.of_kind("symptom", "sign")
    wide = [node.id for node in findings if len(node.parents) > 4 and len(node.states) == 2]
    assert len(wide) >= 12
    for state, sampled in ((1, True), (0, False)):
        case = Coalitions(ddx.engine, {"night_leg_pain": 1}, dict.fromkeys(wide[:12], state))
        assert case.is_sampled is sampled
    assert Coalitions(ddx.engine, {}, dict.fromkeys(wide[:13], 0)).is_sampled
    assert not Coalitions(ddx.engine, {}, dict.fromkeys(wide[:4], 1)).is_sampled
