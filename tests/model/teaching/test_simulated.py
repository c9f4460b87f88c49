"""Learners with known habits are known by them; one who answers as the network does is told that he does."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from model.teaching.habits import ANCHORING, BASE_RATE_NEGLECT, CONSERVATISM, OVER_REACTION
from model.teaching.progress import Progress
from model.teaching.scores import expected_brier
from model.teaching.simulated import SimulatedLearner, anchored, base_rate_neglect, conservative, perfect
from tests.model.teaching.pool import pool, record

N_CASES, CLASSES = 30, 10
NOISE = 0.5

pytestmark = pytest.mark.usefixtures("compiled_kernels")


def progress(learner: SimulatedLearner, seed: int, n_cases: int = N_CASES) -> Progress:
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(pool()), n_cases, replace=False)
    return Progress(tuple(record(learner, *pool()[place], rng) for place in chosen))


def test_a_perfect_reasoner_gets_a_reaction_ratio_of_one():
    exact = progress(SimulatedLearner(perfect, rounded=False), seed=0).reaction()
    assert exact.ratio == pytest.approx(1.0, abs=1e-9)
    assert (exact.low, exact.high) == (pytest.approx(1.0, abs=1e-9), pytest.approx(1.0, abs=1e-9))
    rounded = progress(SimulatedLearner(perfect), seed=0).reaction()
    assert rounded.ratio == pytest.approx(1.0, abs=0.05) and rounded.wrong_way == 0


def test_a_perfect_reasoner_gets_the_score_that_the_network_expects():
    """Over cases drawn from the network the mean Brier score is that of q(1 - q), but for luck."""
    learner = SimulatedLearner(perfect, rounded=False)
    rng = np.random.default_rng(0)
    scored = np.array([record(learner, case, beside, rng).brier for case, beside in pool()])
    expected = np.array([expected_brier(beside.steps[-1].due_to) for _, beside in pool()])
    error = (scored - expected).std(ddof=1) / np.sqrt(len(scored))
    print(f"\nBrier {scored.mean():.4f}, expected {expected.mean():.4f}, standard error {error:.4f}")
    assert abs(scored.mean() - expected.mean()) < 3 * error
    assert error < expected.mean() / 2  # the law could fail


def test_the_network_beats_the_complaint_alone_and_a_habit_costs():
    rng = np.random.default_rng(1)
    mean = {}
    for name, habit in (("perfect", perfect), ("neglect", base_rate_neglect), ("anchored", anchored(0.2))):
        records = [record(SimulatedLearner(habit), case, beside, rng) for case, beside in pool()]
        mean[name] = np.mean([one.brier for one in records])
        mean["start"] = np.mean([one.start_brier for one in records])
    assert mean["perfect"] < min(mean["neglect"], mean["anchored"], mean["start"])


@pytest.mark.parametrize(
    ("name", "habit", "expected"),
    [
        ("perfect", perfect, ()),
        ("base-rate neglect", base_rate_neglect, (BASE_RATE_NEGLECT,)),
        ("conservatism, half the weight", conservative(0.5), (CONSERVATISM,)),
        ("anchoring, half the weight", anchored(0.5), (ANCHORING,)),
        ("over-reaction, half more", conservative(1.5), (OVER_REACTION,)),
    ],
)
def test_a_known_habit_is_found_over_thirty_cases(name: str, habit, expected: tuple[str, ...]):
    learner = SimulatedLearner(habit, NOISE)
    found = Counter(progress(learner, seed).habits().found for seed in range(CLASSES))
    rates = ", ".join(f"{' + '.join(what) or 'none'} {count / CLASSES:.0%}" for what, count in found.items())
    print(f"\n{name}: over {N_CASES} cases, {CLASSES} learners with noise {NOISE}: {rates}")
    assert found[expected] >= 0.9 * CLASSES


def test_no_habit_is_named_from_few_cases():
    few = progress(SimulatedLearner(base_rate_neglect), seed=0, n_cases=4).habits()
    assert not few.enough and few.found == () and "4" in few.texts[0]


def test_a_conservative_reasoner_reacts_by_that_much():
    half = progress(SimulatedLearner(conservative(0.5), rounded=False), seed=3).reaction()
    assert half.ratio == pytest.approx(0.5, abs=0.02)
    against = progress(SimulatedLearner(anchored(-0.5), rounded=False), seed=3).reaction()
    assert against.ratio < -0.4 and against.wrong_way > 0
