"""Agreement with pyAgrum and pgmpy, both filled from our arrays."""

import numpy as np
import pytest

from model.engine import ExactEngine
from network.build import load_network
from network.structure import Network
from tests import oracles
from tests.floats import ENGINE, assert_close
from tests.networks import SHAPES, asia, random_evidence, sampled_evidence

LARGEST_FOR_PYAGRUM = 20_000
"""Table entries of our plan up to which pyAgrum answers within a second; half of the cases have more."""


def leg_pain_case(bn: Network, seed: int) -> dict:
    """Return 0 to 40 findings, some as likelihoods, with and without the complaint.

    At most one finding is wide: pyAgrum needs minutes for a case with several.
    """
    rng = np.random.default_rng(seed)
    nodes = bn.of_kind("risk_factor", "symptom", "sign", "test")
    wide = [node.id for node in nodes if node.kind != "risk_factor" and len(node.parents) > 4]
    asked = [node.id for node in nodes if node.id not in wide] + [str(rng.choice(wide))]
    choose = sampled_evidence if seed % 2 else random_evidence
    evidence = choose(bn, rng, int(rng.integers(0, 41)), among=asked)
    for node in list(evidence):
        if rng.random() < 0.15:
            evidence[node] = rng.uniform(0.05, 1.0, size=len(bn.node(node).states))
    if seed % 3:
        evidence["night_leg_pain"] = 1
    return evidence


def assert_agrees(
    bn: Network, peer: oracles.PyAgrum, engines: list[ExactEngine], evidence: dict, targets: list[str]
) -> None:
    expected = peer.posteriors(evidence, targets)
    if expected.log_evidence == -np.inf:
        assert not any(engine.posteriors(evidence, targets).possible for engine in engines)
        return
    for engine in engines:
        actual = engine.posteriors(evidence, targets)
        assert_close(actual.log_evidence, expected.log_evidence, atol=ENGINE, rtol=ENGINE)
        for target in targets:
            assert_close(actual.marginals[target], expected.marginals[target], atol=ENGINE)


@pytest.fixture(scope="module")
def leg_pain() -> tuple[Network, oracles.PyAgrum, list[ExactEngine]]:
    bn = load_network()
    return bn, oracles.PyAgrum(bn, max_parents=3), [ExactEngine(bn, "numba"), ExactEngine(bn, "numpy")]


@pytest.fixture(scope="module")
def leg_pain_for_pgmpy(leg_pain):
    return oracles.to_pgmpy(leg_pain[0], max_parents=3)


def manageable_cases(bn: Network, readable: ExactEngine, n: int, first: int) -> list[dict]:
    """Return n cases, drawn from seed `first` on, that pyAgrum can be waited for."""
    asked = [node.id for node in bn.of_kind("due_to", "condition")]
    found: list[dict] = []
    seed = first
    while len(found) < n:
        evidence = leg_pain_case(bn, seed)
        if readable.plan(evidence, asked).entries <= LARGEST_FOR_PYAGRUM:
            found.append(evidence)
        seed += 1
    return found


def targets_of(bn: Network) -> list[str]:
    """Return the nodes asked for: pyAgrum needs minutes for all at once."""
    return [node.id for node in bn.of_kind("due_to", "condition", "heading", "drug_induced")]


@pytest.fixture(scope="module")
def cases_for_pyagrum(leg_pain) -> list[dict]:
    bn, _, engines = leg_pain
    return manageable_cases(bn, engines[1], 200, 0)


@pytest.mark.parametrize("block", range(10))
def test_the_leg_pain_network_agrees_with_pyagrum(leg_pain, cases_for_pyagrum, block):
    bn, peer, engines = leg_pain
    for evidence in cases_for_pyagrum[20 * block : 20 * (block + 1)]:
        assert_agrees(bn, peer, engines, evidence, targets_of(bn))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(40))
def test_the_leg_pain_network_agrees_with_pyagrum_two_thousand_times(leg_pain, block):
    bn, peer, engines = leg_pain
    leaves = [node.id for node in bn.nodes if not bn.children[node.id] and len(node.parents) < 4]
    cases = manageable_cases(bn, engines[1], 50, 1000 * (block + 1))
    for number, evidence in enumerate(cases):
        some = np.random.default_rng(number).choice(leaves, 4, replace=False).tolist()
        assert_agrees(bn, peer, engines[:1], evidence, targets_of(bn) + some)


@pytest.mark.parametrize("shape", ["asia", *SHAPES])
def test_generated_networks_agree_with_pyagrum(shape):
    bn = asia() if shape == "asia" else SHAPES[shape](7) if shape != "leg_pain_shaped" else SHAPES[shape](0)
    peer = oracles.PyAgrum(bn, max_parents=3)
    engines = [ExactEngine(bn, "numba"), ExactEngine(bn, "numpy")]
    targets = (
        [node.id for node in bn.nodes if bn.children[node.id]] if len(bn) > 60 else [n.id for n in bn.nodes]
    )
    for seed in range(3 if len(bn) > 60 else 12):
        assert_agrees(bn, peer, engines, sampled_evidence(bn, seed, seed), targets)


@pytest.mark.parametrize("shape", ["asia", "grid", "layered_noisy_or", "high_cardinality"])
def test_generated_networks_agree_with_pgmpy(shape):
    bn = asia() if shape == "asia" else SHAPES[shape](7)
    engine = ExactEngine(bn)
    for seed in range(3):
        evidence = sampled_evidence(bn, seed, 3)
        targets = [node.id for node in bn.nodes if node.id not in evidence][::4]
        expected = oracles.pgmpy_posteriors(bn, evidence, targets)
        actual = engine.posteriors(evidence, targets).marginals
        for target in targets:
            assert_close(actual[target], expected[target], atol=ENGINE)


@pytest.mark.parametrize("block", range(10))
def test_the_leg_pain_network_agrees_with_pgmpy(leg_pain, leg_pain_for_pgmpy, block):
    bn, _, engines = leg_pain
    causes = [node.id for node in bn.of_kind("due_to")]
    for seed in range(10 * block, 10 * block + 10):
        evidence = {k: v for k, v in leg_pain_case(bn, seed).items() if not isinstance(v, np.ndarray)}
        evidence |= {"age": seed % 4, "sex": seed % 2}
        target = causes[seed % len(causes)]
        actual = engines[0].posteriors(evidence, [target])
        if actual.possible:  # pgmpy answers impossible evidence with NaN
            expected = oracles.pgmpy_posteriors(bn, evidence, [target], leg_pain_for_pgmpy)
            assert_close(actual.marginals[target], expected[target], atol=ENGINE)
