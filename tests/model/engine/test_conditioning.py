"""What is found of a wide case in parts is what is found of the whole."""

import numpy as np
import pytest

from model import Differential
from model.engine import ExactEngine, conditioning
from tests import oracles
from tests.floats import ENGINE, assert_close, assert_same_marginals
from tests.networks import asia, make, random_evidence, small_mixed, tabled

SEEDS = range(12)


@pytest.fixture
def always(monkeypatch):
    """Divide whatever can be divided, into parts of any size."""
    monkeypatch.setattr(conditioning, "WORTH_PARTS", 0)
    monkeypatch.setattr(conditioning, "WORTH_PARTS_ALONE", 0)
    monkeypatch.setattr(conditioning, "UNEVEN", 1e9)


@pytest.fixture
def divided(monkeypatch):
    """Return a list to which every case that is answered in parts adds their number."""
    cases, shares = [], conditioning._shares
    monkeypatch.setattr(conditioning, "_shares", lambda logs: cases.append(len(logs)) or shares(logs))
    return cases


def dividing_on(bn, cut: tuple[str, ...]) -> ExactEngine:
    """Return an engine whose cases are divided on these nodes."""
    engine = ExactEngine(bn, "numba")
    engine.__dict__["cutset"] = tuple(engine.compiled.index[node] for node in cut)
    return engine


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_in_parts_agree_with_enumeration(always, divided, seed):
    bn = small_mixed(seed, n=8)
    names = [node.id for node in bn.nodes]
    cut, targets = tuple(names[:2]), names[2 - seed % 3 : 4]
    evidence = random_evidence(bn, seed, seed % 5, likelihoods=0.5)
    evidence = evidence if oracles.posteriors(bn, evidence).possible else {}
    found = dividing_on(bn, cut).pairwise(evidence, None, targets)
    assert len(divided) == any(not isinstance(evidence.get(node), int) for node in cut)
    p_evidence = np.exp(oracles.posteriors(bn, evidence).log_evidence)
    assert_close(found.log_evidence, np.log(p_evidence))
    assert found.findings == tuple(name for name in names if not isinstance(evidence.get(name), int))
    for finding in found.tables:
        for target in targets:
            if finding != target:
                expected = oracles.joint_posterior(bn, evidence, [finding, target]) / p_evidence
                assert_close(found.joint(finding, target), expected, atol=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_posteriors_in_parts_agree_with_enumeration(always, divided, seed):
    bn = small_mixed(seed, n=8)
    cut = tuple(node.id for node in bn.nodes[:2])
    evidence = random_evidence(bn, seed, seed % 5, likelihoods=0.5)
    expected = oracles.posteriors(bn, evidence)
    found = dividing_on(bn, cut).posteriors(evidence)
    assert found.possible == expected.possible
    assert len(divided) == any(not isinstance(evidence.get(node), int) for node in cut) or not found.possible
    if expected.possible:
        assert_close(found.log_evidence, expected.log_evidence)
        assert_same_marginals(found.marginals, expected.marginals)


@pytest.mark.parametrize(
    ("cut", "evidence"),
    [
        ((), {}),
        (("hard", None), {"relief_by_stretching": 1}),
        ((None, "hard"), {"cold_foot": 1, "urge_to_move": 0}),
        (("soft", "soft"), {"calf_pain_on_walking": 1}),
    ],
    ids=["nothing", "first known", "second known", "both likely"],
)
def test_answers_about_leg_pain_are_those_of_the_readable_engine(monkeypatch, divided, cut, evidence):
    bn = Differential.load().network
    fast, slow = (ExactEngine(bn, kernels) for kernels in ("numba", "numpy"))
    assert len(fast.cutset) == 2
    monkeypatch.setattr(conditioning, "WORTH_PARTS", 0)
    monkeypatch.setattr(conditioning, "WORTH_PARTS_ALONE", 0)
    evidence = {bn.complaint: 1, **evidence}
    for node, how in zip(fast.cutset, cut, strict=False):
        likely = {"hard": 0, "soft": 1.0 + np.arange(len(bn.nodes[node].states))}
        evidence |= {bn.nodes[node].id: likely[how]} if how else {}
    findings = [node.id for node in bn.of_kind("risk_factor", "symptom", "sign") if node.id not in evidence]
    found = fast.pairwise(evidence, findings, list(bn.causes))
    assert divided, "a case of this kind is divided"
    expected = slow.pairwise(evidence, findings, list(bn.causes))
    assert found.findings == expected.findings
    assert_close(found.log_evidence, expected.log_evidence, atol=ENGINE)
    assert_same_marginals(found.tables, expected.tables, atol=ENGINE)
    divided.clear()
    found, expected = fast.posteriors(evidence), slow.posteriors(evidence)
    assert divided
    assert_close(found.log_evidence, expected.log_evidence, atol=ENGINE)
    assert_same_marginals(found.marginals, expected.marginals, atol=ENGINE)


def test_what_a_likelihood_rules_out_has_no_part(always, divided):
    engine = dividing_on(asia(), ("smoke",))
    found = engine.pairwise({"smoke": np.array([0.0, 0.7]), "dysp": 1}, ["smoke", "xray"], ["lung"])
    assert divided == [1]
    alone = engine.pairwise({"smoke": 1, "dysp": 1}, ["xray"], ["lung"])
    assert_close(found.tables["smoke"][0], np.zeros(2), atol=0.0)
    assert_close(found.tables["xray"], alone.tables["xray"], atol=1e-12)
    assert_close(found.log_evidence, alone.log_evidence + np.log(0.7))


def test_impossible_evidence_is_impossible_in_every_part(always, divided):
    same = [0.0, 1.0]
    bn = make("copies", tabled("a", (), 0.3), tabled("b", ["a"], same), tabled("c", ["a"], same))
    evidence = {"b": np.array([1.0, 0.0]), "c": 1}
    found = dividing_on(bn, ("a",)).pairwise(evidence, None, ["b"])
    assert found.log_evidence == -np.inf
    assert found.tables == {}
    assert not dividing_on(bn, ("a",)).posteriors(evidence).possible
    assert divided == [2, 2]


def test_where_parts_are_as_wide_as_the_whole_the_case_is_answered_at_once(monkeypatch, divided):
    monkeypatch.setattr(conditioning, "WORTH_PARTS", 0)
    monkeypatch.setattr(conditioning, "WORTH_PARTS_ALONE", 0)
    monkeypatch.setattr(conditioning, "UNEVEN", 0.1)
    found = dividing_on(asia(), ("smoke",)).pairwise({"dysp": 1}, None, ["lung"])
    expected = ExactEngine(asia(), "numpy").pairwise({"dysp": 1}, None, ["lung"])
    assert_same_marginals(found.tables, expected.tables, atol=ENGINE)
    found = dividing_on(asia(), ("smoke",)).posteriors({"dysp": 1})
    assert_same_marginals(found.marginals, ExactEngine(asia(), "numpy").posteriors({"dysp": 1}).marginals)
    assert divided == []


def test_a_narrow_case_of_a_wide_network_is_not_divided(divided):
    bn = Differential.load().network
    evidence = {bn.complaint: 1, "age": 2, "sex": 0}
    found = ExactEngine(bn, "numba").pairwise(evidence, ["cold_foot"], list(bn.causes))
    assert list(found.tables) == ["cold_foot"]
    assert divided == []


def test_a_narrow_network_is_not_divided():
    assert conditioning.cutset(ExactEngine(asia())) == ()
