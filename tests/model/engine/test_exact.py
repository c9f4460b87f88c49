"""Posteriors of one case: brute force on small networks, laws on the rest, and the hard corners."""

from concurrent.futures import ThreadPoolExecutor

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.engine import ExactEngine
from network.errors import EvidenceError, UnknownNode, UnknownState
from network.structure import Network
from tests import oracles
from tests.floats import ENGINE, ROUNDING, assert_close, assert_same_marginals
from tests.networks import (
    BY_HAND,
    SHAPES,
    asia,
    consultation,
    make,
    noisy,
    random_evidence,
    sampled_evidence,
    small_mixed,
    tabled,
)

KERNELS = ("numpy", "numba")


def check_against_enumeration(bn: Network, evidence, kernels: str) -> None:
    actual, expected = ExactEngine(bn, kernels).posteriors(evidence), oracles.posteriors(bn, evidence)
    assert actual.possible == expected.possible
    if expected.possible:
        assert_close(actual.log_evidence, expected.log_evidence, atol=ENGINE)
        assert_same_marginals(actual.marginals, expected.marginals, atol=1e-11)


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("name", BY_HAND)
def test_hand_made_networks_agree_with_enumeration(name, kernels):
    bn = BY_HAND[name]()
    for seed in range(12):
        check_against_enumeration(bn, random_evidence(bn, seed, seed % 5, likelihoods=0.3), kernels)


@pytest.mark.parametrize("kernels", KERNELS)
@given(seed=st.integers(0, 10**6), size=st.integers(0, 7), zeros=st.booleans())
@settings(deadline=None)
def test_any_small_network_agrees_with_enumeration(kernels, seed, size, zeros):
    bn = small_mixed(seed, n=9, zeros=zeros)
    check_against_enumeration(bn, random_evidence(bn, seed, size, likelihoods=0.3), kernels)


@pytest.mark.parametrize("kernels", KERNELS)
def test_lauritzen_and_spiegelhalter(kernels):
    """Asia, no evidence: the marginals that every textbook prints."""
    prior = ExactEngine(asia(), kernels).posteriors({})
    assert_close(prior.marginals["lung"][1], 0.055)
    assert_close(prior.marginals["tub"][1], 0.0104)
    assert_close(prior.marginals["either"][1], 0.064828)
    assert_close(prior.log_evidence, 0.0)


@pytest.mark.parametrize("shape", SHAPES)
def test_kernels_and_numpy_agree_on_every_shape(shape):
    bn = SHAPES[shape](3)
    slow, fast = ExactEngine(bn, "numpy"), ExactEngine(bn, "numba")
    for seed in range(6):
        evidence = sampled_evidence(bn, seed, 2 + seed)
        one, other = slow.posteriors(evidence), fast.posteriors(evidence)
        assert_close(other.log_evidence, one.log_evidence, atol=ENGINE)
        assert_same_marginals(other.marginals, one.marginals, atol=1e-11)


@pytest.mark.parametrize("shape", SHAPES)
def test_posteriors_sum_to_one_and_observed_nodes_are_certain(shape):
    bn = SHAPES[shape](5)
    evidence = sampled_evidence(bn, 5, 4)
    marginals = ExactEngine(bn).posteriors(evidence).marginals
    for node, p in marginals.items():
        assert_close(p.sum(), 1.0)
        assert p.min() >= 0.0
        if node in evidence:
            assert p[evidence[node]] == 1.0


def test_the_order_of_findings_does_not_matter():
    bn = consultation()
    evidence = sampled_evidence(bn, 2, 6)
    one = ExactEngine(bn).posteriors(evidence)
    other = ExactEngine(bn).posteriors(dict(reversed(evidence.items())))
    assert one.log_evidence == other.log_evidence
    assert_same_marginals(one.marginals, other.marginals, atol=0.0)


@pytest.mark.parametrize("seed", range(8))
def test_a_separated_finding_changes_nothing(seed):
    bn = SHAPES["tables"](seed)
    graph, engine = bn.to_digraph(), ExactEngine(bn)
    evidence = sampled_evidence(bn, seed, 4)
    before = engine.posteriors(evidence).marginals
    for extra in (node.id for node in bn.nodes if node.id not in evidence):
        state = int(before[extra].argmax())
        after = engine.posteriors(evidence | {extra: state}).marginals
        for node in bn.nodes:
            elsewhere = node.id != extra and node.id not in evidence
            if elsewhere and nx.is_d_separator(graph, {node.id}, {extra}, set(evidence)):
                assert_close(after[node.id], before[node.id])


@pytest.mark.parametrize("seed", range(5))
def test_the_mean_over_a_findings_outcomes_is_what_was_believed_before(seed):
    bn = consultation()
    engine = ExactEngine(bn)
    evidence = sampled_evidence(bn, seed, 3, ["age", "absent_pulses", "joint_xray", "night_leg_pain"])
    before = engine.posteriors(evidence)
    p = before.marginals["morning_stiffness"]
    after = [engine.posteriors(evidence | {"morning_stiffness": k}) for k in range(3)]
    for node in ("due_to_osteoarthritis", "other_cause"):
        mean = sum(p[k] * after[k].marginals[node] for k in range(3))
        assert_close(mean, before.marginals[node])
    for k in range(3):
        assert_close(after[k].log_evidence - before.log_evidence, np.log(p[k]))


def test_a_state_is_a_likelihood_of_zeros_and_a_one():
    bn = consultation()
    hard = {"age": 2, "worse_on_standing": 1, "morning_stiffness": 1}
    soft = {name: np.eye(len(bn.node(name).states))[state] for name, state in hard.items()}
    for kernels in KERNELS:
        one, other = (ExactEngine(bn, kernels).posteriors(evidence) for evidence in (hard, soft))
        assert_close(one.log_evidence, other.log_evidence)
        assert_same_marginals(one.marginals, other.marginals, atol=ROUNDING)


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("parents", [1, 3])
def test_a_hundred_and_fifty_findings_of_likelihood_a_thousandth_do_not_underflow(kernels, parents):
    causes = [tabled(f"c{i}", [], 0.5) for i in range(parents)]
    links = {cause.id: 0.001 for cause in causes}
    bn = make("many", *causes, *(noisy(f"f{i}", links, 0.001) for i in range(150)))
    answer = ExactEngine(bn, kernels).posteriors({f"f{i}": 1 for i in range(150)}, ["c0"])
    states = np.indices((2,) * parents).sum(axis=0).ravel()
    terms = 150 * np.log1p(-(0.999 ** (states + 1.0))) - parents * np.log(2.0)
    assert_close(answer.log_evidence, np.logaddexp.reduce(terms), atol=1e-7)
    held = np.indices((2,) * parents)[0].ravel() == 1
    assert_close(
        answer.marginals["c0"][1], np.exp(np.logaddexp.reduce(terms[held]) - answer.log_evidence), atol=1e-8
    )


@pytest.mark.parametrize("kernels", KERNELS)
def test_a_hundred_and_fifty_likelihoods_of_a_thousandth_do_not_underflow(kernels):
    bn = make("many", tabled("c", [], 0.5), *(tabled(f"f{i}", ["c"], [0.3, 0.6]) for i in range(150)))
    answer = ExactEngine(bn, kernels).posteriors({f"f{i}": np.array([1e-3, 1e-3]) for i in range(150)}, ["c"])
    assert_close(answer.log_evidence, 150 * np.log(1e-3), atol=1e-9)
    assert_close(answer.marginals["c"], [0.5, 0.5])


IMPOSSIBLE = {
    "asia": (asia, {"either": 0, "lung": 1}),
    "asia_by_way_of_parents": (asia, {"either": 1, "lung": 0, "tub": 0}),
    "prevalence_of_zero": (consultation, {"age": 0, "osteoarthritis": 1}),
    "due_to_what_is_absent": (consultation, {"osteoarthritis": 0, "due_to_osteoarthritis": 1}),
    "pain_without_any_cause": (
        consultation,
        {"night_leg_pain": 1, "age": 0, "other_cause": 0, "arterial_insufficiency": 0},
    ),
}


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_impossible_evidence_is_minus_infinity_and_no_posterior(case, kernels):
    maker, evidence = IMPOSSIBLE[case]
    answer = ExactEngine(maker(), kernels).posteriors(evidence)
    assert answer.log_evidence == -np.inf
    assert not answer.possible
    assert answer.marginals == {}


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("prior", [1e-6, 1e-7, 1e-9, 1e-14, 1e-30, 0.0])
def test_a_finding_that_only_rare_causes_explain_loses_no_digits(kernels, prior):
    """Signed terms cancel here; the engine then sums longer floats or chains them."""
    names = [f"c{i}" for i in range(5)]
    bn = make(
        "rare", *(tabled(name, [], prior) for name in names), noisy("f", dict.fromkeys(names, 0.5), 0.0)
    )
    answer = ExactEngine(bn, kernels).posteriors({"f": 1})
    if prior == 0.0:
        assert answer.log_evidence == -np.inf
    else:
        assert_close(answer.log_evidence, np.log(-np.expm1(5 * np.log1p(-prior / 2))), atol=1e-12)
        p_without = -np.expm1(4 * np.log1p(-prior / 2))
        p = prior * (p_without + 0.5 * (1 - p_without)) / np.exp(answer.log_evidence)
        assert_close(answer.marginals["c2"][1], p, atol=1e-12)


def test_what_the_evidence_rules_out_is_exactly_zero():
    answer = ExactEngine(consultation(), "numpy").posteriors({"age": 0, "arterial_insufficiency": 0})
    for node in (
        "due_to_arterial_insufficiency",
        "due_to_osteoarthritis",
        "poor_circulation",
        "osteoarthritis",
    ):
        assert answer.marginals[node][1] == 0.0


@pytest.mark.parametrize("kernels", KERNELS)
def test_one_engine_serves_many_threads(kernels):
    bn = consultation()
    engine = ExactEngine(bn, kernels)
    cases = [sampled_evidence(bn, seed, 5) for seed in range(40)]
    alone = [engine.posteriors(case) for case in cases]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(engine.posteriors, cases))
    for one, other in zip(alone, together, strict=True):
        assert one.log_evidence == other.log_evidence
        assert_same_marginals(one.marginals, other.marginals, atol=0.0)


def test_mistakes_are_named():
    engine = ExactEngine(asia())
    with pytest.raises(UnknownNode, match=r"lungs.*Did you mean 'lung'"):
        engine.posteriors({"lungs": 1})
    with pytest.raises(UnknownState, match="no state '2'"):
        engine.posteriors({"lung": 2})
    with pytest.raises(UnknownNode, match="xrays"):
        engine.posteriors({}, ["xrays"])
    with pytest.raises(EvidenceError, match="one number per state: 2"):
        engine.posteriors({"lung": np.ones(3)})
    with pytest.raises(EvidenceError, match="none below 0"):
        engine.posteriors({"lung": np.array([-0.1, 1.0])})
    with pytest.raises(EvidenceError, match="finite"):
        engine.posteriors({"lung": np.array([np.nan, 1.0])})
    with pytest.raises(EvidenceError, match="one above 0"):
        engine.posteriors({"lung": np.zeros(2)})
