"""Questions with nothing, little or the same thing twice in them; columns that share a block."""

import numpy as np
import pytest

from model.engine import ExactEngine
from model.engine.fast import LANES, Variants, ranges
from network.errors import UnknownNode
from tests.floats import assert_close
from tests.networks import asia, leg_pain_shaped, sampled_evidence

KERNELS = ("numpy", "numba")
EVIDENCE = {"dysp": 1, "smoke": np.array([0.2, 0.9])}


@pytest.mark.parametrize("kernels", KERNELS)
def test_many_cases_without_targets_have_the_probability_of_their_evidence(kernels):
    engine = ExactEngine(asia(), kernels)
    states = np.full((3, 8), -1, dtype=np.int8)
    states[1, engine.compiled.index["dysp"]] = 1
    states[2, [engine.compiled.index["either"], engine.compiled.index["lung"]]] = 0, 1
    found = engine.posteriors_many(states, ())
    assert found.marginals == {}
    assert found.possible.tolist() == [True, True, False]
    assert_close(found.log_evidence[:2], [0.0, engine.posteriors({"dysp": 1}, ()).log_evidence])


@pytest.mark.parametrize("kernels", KERNELS)
def test_no_cases_have_no_answers(kernels):
    found = ExactEngine(asia(), kernels).posteriors_many(np.zeros((0, 8), dtype=np.int8), ["lung"])
    assert found.marginals["lung"].shape == (0, 2)
    assert found.log_evidence.shape == (0,)


@pytest.mark.parametrize("kernels", KERNELS)
def test_pairs_without_targets_or_findings_are_empty_tables(kernels):
    engine = ExactEngine(asia(), kernels)
    without_targets = engine.pairwise(EVIDENCE, ["lung", "xray"], ())
    assert [table.shape for table in without_targets.tables.values()] == [(2, 0), (2, 0)]
    without_findings = engine.pairwise(EVIDENCE, (), ["lung"])
    assert without_findings.tables == {}
    for found in (without_targets, without_findings):
        assert_close(found.log_evidence, engine.posteriors(EVIDENCE, ()).log_evidence)


@pytest.mark.parametrize("kernels", KERNELS)
def test_a_target_asked_for_twice_is_answered_like_once(kernels):
    engine = ExactEngine(asia(), kernels)
    once, twice = (
        engine.posteriors(EVIDENCE, names) for names in (["lung", "xray"], ["xray", "lung", "xray"])
    )
    assert list(twice.marginals) == ["xray", "lung"]
    for name, values in once.marginals.items():
        assert_close(twice.marginals[name], values, atol=0.0)


@pytest.mark.parametrize("kernels", KERNELS)
def test_a_finding_asked_for_twice_has_its_table_in_both_places(kernels):
    bn = leg_pain_shaped(1, conditions=5, findings=12)
    engine, targets = ExactEngine(bn, kernels), [node.id for node in bn.of_kind("due_to")]
    findings = [node.id for node in bn.of_kind("symptom", "risk_factor")]
    found = engine.pairwise({"night_leg_pain": 1}, [*findings, *findings], targets)
    half = len(findings)
    assert_close(found.table[:half], found.table[half:], atol=0.0)
    assert_close(found.table[:half].sum(axis=(1, 2)), np.full(half, len(targets)), atol=1e-9)


@pytest.mark.parametrize("kernels", KERNELS)
def test_a_target_that_does_not_exist_is_named(kernels):
    with pytest.raises(UnknownNode, match="lungs"):
        ExactEngine(asia(), kernels).posteriors({}, ["lung", "lungs"])


@pytest.mark.parametrize("sizes", [(1, 1), (LANES + 2, 3), (LANES - 1, 2, LANES), (2 * LANES, 5), (3, 0, 4)])
def test_groups_of_columns_that_share_a_block_all_get_what_they_want(sizes):
    bn = leg_pain_shaped(2, conditions=6, findings=10)
    engine = ExactEngine(bn, "numba")
    hard, soft = engine.compiled.read_evidence(sampled_evidence(bn, 5, 3) | {"night_leg_pain": 1})
    free = [node for node in range(len(bn)) if node not in hard and engine.compiled.cards[node] == 2]
    rng, widest = np.random.default_rng(0), max(engine.compiled.cards)
    columns = [[{int(rng.choice(free)): rng.uniform(size=2)} for _ in range(size)] for size in sizes]
    wanted = [rng.choice(free, 3, replace=False) for _ in sizes]
    variants = [Variants.of(some, widest) for some in columns]
    logs, beliefs, place, status = engine.fast.solve_columns(hard, soft, wanted, variants)
    assert status == 0
    start = 0
    for some, nodes in zip(columns, wanted, strict=True):
        for column, vectors in enumerate(some, start=start):
            names = [bn.nodes[node].id for node in nodes]
            observed = {bn.nodes[node].id: state for node, state in hard.items()}
            observed |= {bn.nodes[node].id: vector for node, vector in vectors.items()}
            expected = ExactEngine(bn, "numpy").posteriors(observed, names)
            assert_close(logs[0, column], expected.log_evidence)
            for node, name in zip(nodes, names, strict=True):
                assert_close(beliefs[0, place[node], :2, column], expected.marginals[name])
        start += len(some)


def test_ranges_stand_in_a_row():
    found = ranges(np.array([5, 0, 7, 2]), np.array([2, 3, 0, 1]))
    assert found.tolist() == [5, 6, 0, 1, 2, 2]
    assert ranges(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)).tolist() == []
