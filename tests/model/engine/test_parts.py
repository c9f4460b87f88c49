"""Cases that would not fit into memory as a whole are answered in parts, and the parts add up to it."""

import numpy as np
import pytest

from model.engine import ExactEngine
from model.engine.parts import MOST_PARTS, dividing_nodes, mixed
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
    monkeypatch.setattr("model.engine.parts.SMALL_ENOUGH", entries // 4)
    with pytest.raises(TooWide):
        engine.by_numpy(evidence, engine.positions(None))
    nodes = dividing_nodes(engine, evidence, engine.compiled.names)
    assert nodes
    assert not {engine.compiled.names[node] for node in nodes} & set(evidence)
    assert np.prod([engine.compiled.cards[node] for node in nodes]) <= MOST_PARTS
    parts = engine.posteriors(evidence)
    assert_close(parts.log_evidence, whole.log_evidence, atol=ENGINE)
    assert_same_marginals(parts.marginals, whole.marginals, atol=1e-11)
    assert all(parts.marginals[node][state] == 1.0 for node, state in evidence.items())


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
    monkeypatch.setattr("model.engine.parts.SMALL_ENOUGH", entries // 8)
    answer = engine.posteriors(evidence)
    assert answer.log_evidence == -np.inf
    assert answer.marginals == {}


def test_what_no_few_parts_make_small_enough_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ExactEngine(consultation(), "numpy")
    monkeypatch.setattr("model.engine.plan.LARGEST_PLAN", 10)
    monkeypatch.setattr("model.engine.parts.LARGEST_PLAN", 10)
    monkeypatch.setattr("model.engine.parts.MOST_PARTS", 2)
    with pytest.raises(TooWide, match="numbers"):
        engine.posteriors({"night_leg_pain": 1})
