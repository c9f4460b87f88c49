"""Cases that would not fit into memory as a whole are answered in parts, and the parts add up to it."""

import numpy as np
import pytest

from model.engine import ExactEngine
from model.engine.columns import run_columns
from model.engine.conditioning import MOST_CHOSEN_PARTS, dividing_nodes, mixed
from model.engine.fast import Variants
from network.errors import TooWide
from tests.floats import ENGINE, assert_close, assert_same_marginals
from tests.networks import consultation, sampled_evidence


@pytest.mark.parametrize("seed", range(4))
def test_the_parts_of_a_case_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    engine = ExactEngine(consultation(), "numpy")
    evidence = sampled_evidence(engine.network, seed, 6)
    whole = engine.posteriors(evidence)
    entries = engine.plan(evidence).entries
    monkeypatch.setattr("model.engine.plan.LARGEST_PLAN", entries // 2)
    monkeypatch.setattr("model.engine.conditioning.SMALL_ENOUGH", entries // 4)
    hard, _ = engine.compiled.read_evidence(evidence)
    first = engine.found_first(hard, {}, None)
    with pytest.raises(TooWide):
        engine.by_numpy(hard, {}, first)
    nodes = dividing_nodes(engine, hard, {}, first)
    assert nodes
    assert not {engine.compiled.names[node] for node in nodes} & set(evidence)
    assert np.prod([engine.compiled.cards[node] for node in nodes]) <= MOST_CHOSEN_PARTS
    parts = engine.posteriors(evidence)
    assert_close(parts.log_evidence, whole.log_evidence, atol=ENGINE)
    assert_same_marginals(parts.marginals, whole.marginals, atol=1e-11)
    assert all(parts.marginals[node][state] == 1.0 for node, state in evidence.items())


@pytest.mark.parametrize("seed", range(4))
def test_pairs_in_parts_add_up_to_those_of_the_whole(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    bn = consultation()
    engine = ExactEngine(bn, "numpy")
    evidence = sampled_evidence(bn, seed, 6)
    free = next(node.id for node in bn.nodes if node.id not in evidence)
    evidence |= {free: 0.3 + 0.2 * np.arange(len(bn.node(free).states))}
    targets = [node for node in bn.causes if node not in evidence]
    whole = engine.pairwise(evidence, None, targets)
    entries = engine.plan(evidence).entries
    monkeypatch.setattr("model.engine.plan.LARGEST_PLAN", entries // 2)
    monkeypatch.setattr("model.engine.conditioning.SMALL_ENOUGH", entries // 4)
    hard, soft = engine.compiled.read_evidence(evidence)
    with pytest.raises(TooWide):
        run_columns(engine, hard, soft, [engine.positions(targets)], [Variants.of([{}], 4)])
    parts = engine.pairwise(evidence, None, targets)
    assert_close(parts.log_evidence, whole.log_evidence, atol=ENGINE)
    assert_same_marginals(parts.tables, whole.tables, atol=1e-11)


def test_what_is_certain_in_every_part_stays_certain() -> None:
    shares = np.full(10, 0.1)
    assert shares.sum() != 1.0 or np.tensordot(shares, np.ones((10, 1)), axes=1)[0] != 1.0
    answers = np.stack([np.array([1.0, 0.0, 0.3])] * 10)
    assert mixed(shares, answers).tolist() == [1.0, 0.0, pytest.approx(0.3)]


def test_impossible_evidence_is_impossible_in_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ExactEngine(consultation(), "numpy")
    evidence = {"poor_circulation": 1, "due_to_arterial_insufficiency": 0, "night_leg_pain": 1}
    entries = engine.plan({"night_leg_pain": 1}).entries
    monkeypatch.setattr("model.engine.plan.LARGEST_PLAN", entries // 4)
    monkeypatch.setattr("model.engine.conditioning.SMALL_ENOUGH", entries // 8)
    answer = engine.posteriors(evidence)
    assert answer.log_evidence == -np.inf
    assert answer.marginals == {}


def test_what_no_few_parts_make_small_enough_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ExactEngine(consultation(), "numpy")
    monkeypatch.setattr("model.engine.plan.LARGEST_PLAN", 10)
    monkeypatch.setattr("model.engine.conditioning.LARGEST_PLAN", 10)
    monkeypatch.setattr("model.engine.conditioning.MOST_CHOSEN_PARTS", 2)
    with pytest.raises(TooWide, match="numbers"):
        engine.posteriors({"night_leg_pain": 1})
