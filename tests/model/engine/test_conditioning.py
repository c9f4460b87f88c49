"""Pairs of a wide case, found in parts, are those of the whole."""

import numpy as np
import pytest

from model import Differential
from model.engine import ExactEngine, conditioning
from tests import oracles
from tests.floats import ENGINE, assert_close, assert_same_marginals
from tests.networks import asia, random_evidence, small_mixed

SEEDS = range(12)


def divided(bn, cut: tuple[str, ...]) -> ExactEngine:
    """Return an engine that divides every case on these nodes."""
    engine = ExactEngine(bn, "numba")
    engine.__dict__["cutset"] = tuple(engine.compiled.index[node] for node in cut)
    return engine


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_in_parts_agree_with_enumeration(seed):
    bn = small_mixed(seed, n=8)
    names = [node.id for node in bn.nodes]
    cut, targets = tuple(names[:2]), names[2:4]
    evidence = random_evidence(bn, seed, seed % 5, likelihoods=0.5)
    evidence = evidence if oracles.posteriors(bn, evidence).possible else {}
    pairs = divided(bn, cut).pairwise(evidence, None, targets)
    p_evidence = np.exp(oracles.posteriors(bn, evidence).log_evidence)
    assert_close(pairs.log_evidence, np.log(p_evidence))
    assert pairs.findings == tuple(name for name in names if not isinstance(evidence.get(name), int))
    for finding in pairs.tables:
        for target in targets:
            if finding != target:
                expected = oracles.joint_posterior(bn, evidence, [finding, target]) / p_evidence
                assert_close(pairs.joint(finding, target), expected, atol=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_posteriors_in_parts_agree_with_enumeration(seed):
    bn = small_mixed(seed, n=8)
    evidence = random_evidence(bn, seed, seed % 5, likelihoods=0.5)
    expected = oracles.posteriors(bn, evidence)
    found = divided(bn, tuple(node.id for node in bn.nodes[:2])).posteriors(evidence)
    assert found.possible == expected.possible
    if expected.possible:
        assert_close(found.log_evidence, expected.log_evidence)
        assert_same_marginals(found.marginals, expected.marginals)


@pytest.mark.parametrize(
    "evidence",
    [
        {},
        {"sex": 1, "relief_by_stretching": 1},
        {"age": 2, "cold_foot": 1, "urge_to_move": 0},
        {"age": np.array([0.0, 1.0, 4.0, 2.0]), "sex": np.array([1.0, 3.0]), "calf_pain_on_walking": 1},
    ],
    ids=["nothing", "no age", "no sex", "age and sex likely"],
)
def test_pairs_of_leg_pain_are_those_of_the_readable_engine(evidence):
    bn = Differential.load().network
    evidence = {bn.complaint: 1, **evidence}
    fast, slow = (ExactEngine(bn, kernels) for kernels in ("numba", "numpy"))
    assert {bn.nodes[node].id for node in fast.cutset} == {"age", "sex"}
    findings = [node.id for node in bn.of_kind("risk_factor", "symptom", "sign") if node.id not in evidence]
    assert_same_marginals(fast.posteriors(evidence).marginals, slow.posteriors(evidence).marginals)
    found = fast.pairwise(evidence, findings, list(bn.causes))
    expected = slow.pairwise(evidence, findings, list(bn.causes))
    assert found.findings == expected.findings
    assert_close(found.log_evidence, expected.log_evidence, atol=ENGINE)
    assert_same_marginals(found.tables, expected.tables, atol=ENGINE)


def test_what_a_likelihood_rules_out_has_no_part():
    engine = divided(asia(), ("smoke",))
    found = engine.pairwise({"smoke": np.array([0.0, 0.7]), "dysp": 1}, ["smoke", "xray"], ["lung"])
    alone = engine.pairwise({"smoke": 1, "dysp": 1}, ["xray"], ["lung"])
    assert_close(found.tables["smoke"][0], np.zeros(2), atol=0.0)
    assert_close(found.tables["xray"], alone.tables["xray"], atol=1e-12)
    assert_close(found.log_evidence, alone.log_evidence + np.log(0.7))


def test_impossible_evidence_is_impossible_in_every_part():
    found = divided(asia(), ("smoke", "bronc")).pairwise({"either": 0, "lung": 1}, None, ["tub"])
    assert found.log_evidence == -np.inf
    assert found.tables == {}
    assert not divided(asia(), ("smoke", "bronc")).posteriors({"either": 0, "lung": 1}).possible


def test_a_narrow_network_is_not_divided():
    assert conditioning.cutset(ExactEngine(asia())) == ()
