"""Findings that hang on findings follow from columns, and are what enumeration and the whole plan give."""

import numpy as np
import pytest

from model import Differential
from model.engine import ExactEngine
from model.engine.leaves import between, may_stand_between, products
from network.structure import Network
from tests import oracles
from tests.floats import ENGINE, assert_close, assert_same_marginals
from tests.networks import any_of, layered_noisy_or, make, noisy, random_evidence, small_mixed, tabled


def cramps() -> Network:
    """Causes, findings between, and what hangs on these: noisy ones and one with a full table."""
    return make(
        "cramps",
        tabled("a", [], 0.3), tabled("b", [], 0.05), tabled("c", ["a"], [0.1, 0.4]),
        noisy("cramp", {"a": 0.8, "b": 0.5}, 0.1), noisy("ache", {"cramp": 0.4, "b": 0.6, "c": 0.2}, 0.02),
        noisy("limp", {"cramp": 0.3, "ache": 0.7, "c": 0.5}, 0.01), tabled("knot", ["cramp"], [0.02, 0.7]),
        any_of("either", "a", "b"),
    )  # fmt: skip


def in_one_plan(network: Network, kernels: str) -> ExactEngine:
    """Return an engine in which nodes between are variables."""
    engine = ExactEngine(network, kernels)
    engine.__dict__["_may_stand_between"] = ()
    return engine


SEEDS = range(20)
EVIDENCE = [
    {},
    {"either": 1},
    {"a": 1},
    {"c": np.array([0.2, 0.9])},
    {"limp": 0},
    {"knot": 1},
    {"ache": 1, "b": 0},
]


@pytest.mark.parametrize("kernels", ["numpy", "numba"])
@pytest.mark.parametrize("evidence", EVIDENCE, ids=str)
def test_posteriors_and_pairs_agree_with_enumeration(kernels, evidence):
    bn = cramps()
    engine, expected = ExactEngine(bn, kernels), oracles.posteriors(bn, evidence)
    found = engine.posteriors(evidence)
    assert list(found.marginals) == [node.id for node in bn.nodes]
    assert_close(found.log_evidence, expected.log_evidence, atol=ENGINE)
    assert_same_marginals(found.marginals, expected.marginals, atol=1e-12)
    assert_same_marginals(
        engine.posteriors(evidence, ["limp"]).marginals, {"limp": expected.marginals["limp"]}
    )
    targets = [node for node in ("a", "cramp") if node not in evidence]
    pairs = engine.pairwise(evidence, None, targets)
    for finding in pairs.findings:
        for target in targets:
            if finding != target:
                joint = oracles.joint_posterior(bn, evidence, [finding, target])
                assert_close(pairs.joint(finding, target), joint / np.exp(expected.log_evidence), atol=1e-12)


def test_a_node_stands_between_where_nothing_below_it_is_observed():
    compiled = ExactEngine(cramps()).compiled
    may = may_stand_between(compiled)
    assert [compiled.names[node] for node in may] == ["cramp", "ache"]
    index = compiled.index
    for observed, left in (("either", ["cramp", "ache"]), ("limp", []), ("knot", ["ache"]), ("ache", [])):
        assert [compiled.names[node] for node in between(compiled, may, {index[observed]})] == left


def test_products_sum_to_what_they_stand_for():
    bn = cramps()
    compiled = ExactEngine(bn).compiled
    found = products(compiled, may_stand_between(compiled), compiled.index["limp"], 0)
    for a, b, c in np.ndindex(2, 2, 2):
        states = {"a": a, "b": b, "c": c}
        at = {compiled.index[node]: state for node, state in states.items()}
        total = sum(
            scale * np.prod([vector[at[node]] for node, vector in vectors.items()])
            for scale, vectors in found
        )
        assert_close(total, oracles.posteriors(bn, states).marginals["limp"][0])


def test_too_many_products_are_not_spelled_out(monkeypatch):
    monkeypatch.setattr("model.engine.leaves.MOST_PRODUCTS", 3)
    assert may_stand_between(ExactEngine(cramps()).compiled) == ()


def random_network(seed: int) -> Network:
    """Return noisy layers, or a bit of everything."""
    return small_mixed(seed, n=12, max_parents=3) if seed % 2 else layered_noisy_or(seed, 6, 3, 9)


@pytest.mark.parametrize("kernels", ["numpy", "numba"])
@pytest.mark.parametrize("seed", SEEDS)
def test_random_networks_agree_with_the_whole_plan(kernels, seed):
    bn = random_network(seed)
    evidence = random_evidence(bn, seed, seed % 3, likelihoods=0.3)
    late, whole = ExactEngine(bn, kernels), in_one_plan(bn, kernels)
    found, expected = late.posteriors(evidence), whole.posteriors(evidence)
    assert found.possible == expected.possible
    if expected.possible:
        assert_close(found.log_evidence, expected.log_evidence, atol=ENGINE)
        assert_same_marginals(found.marginals, expected.marginals, atol=ENGINE)
        pairs, same = (
            engine.pairwise(evidence, None, [node.id for node in bn.nodes[:3]]) for engine in (late, whole)
        )
        assert_same_marginals(pairs.tables, same.tables, atol=ENGINE)


def test_random_networks_have_nodes_between():
    assert (
        sum(bool(may_stand_between(ExactEngine(random_network(seed)).compiled)) for seed in SEEDS)
        > len(SEEDS) / 3
    )


def test_a_case_about_leg_pain_is_narrower_and_its_answers_the_same():
    bn = Differential.load().network
    evidence = {bn.complaint: 1, "age": 2, "sex": 0, "burning_feet": 1, "urge_to_move": 0, "cold_foot": 1}
    late, whole = ExactEngine(bn), in_one_plan(bn, "auto")
    assert late.plan(evidence).entries < whole.plan(evidence).entries / 3
    assert_same_marginals(
        late.posteriors(evidence).marginals, whole.posteriors(evidence).marginals, atol=ENGINE
    )


def test_impossible_evidence_is_impossible():
    found = ExactEngine(cramps(), "numpy").posteriors({"either": 0, "a": 1})
    assert not found.possible
    assert found.marginals == {}
