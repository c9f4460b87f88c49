"""Laws of the calibration arithmetic, and its sums over ancestors against the whole joint distribution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from network.calibration import (
    Ancestry,
    contract,
    expit,
    logit,
    relative_risk,
    solve_intercept,
)
from network.cpds import Table
from network.errors import NetworkError
from tests.floats import ROUNDING, assert_close

DRAWS = 3
proportions = st.floats(1e-6, 1 - 1e-6)
log_odds = arrays(float, (DRAWS, 5), elements=st.floats(-4.0, 4.0))
raw_weights = arrays(float, (DRAWS, 5), elements=st.floats(0.0, 1.0))


def normalised(weights: np.ndarray) -> np.ndarray:
    weights = weights + np.eye(1, weights.shape[-1])  # at least one is above 0
    return weights / weights.sum(axis=-1, keepdims=True)


@given(arrays(float, DRAWS, elements=proportions), log_odds, raw_weights)
def test_intercept_returns_the_published_mean(
    target: np.ndarray, offsets: np.ndarray, weights: np.ndarray
) -> None:
    weights = normalised(weights)
    intercept = solve_intercept(target, offsets, weights)
    assert_close((weights * expit(intercept[:, None] + offsets)).sum(axis=-1), target)


@given(arrays(float, DRAWS, elements=proportions), st.floats(-4.0, 4.0), raw_weights)
def test_intercept_is_shifted_by_a_common_offset(
    target: np.ndarray, shift: float, weights: np.ndarray
) -> None:
    offsets = np.full((DRAWS, 5), shift)
    assert_close(solve_intercept(target, offsets, normalised(weights)), logit(target) - shift, atol=1e-9)


def test_a_prevalence_of_zero_or_one_is_structural() -> None:
    target = np.array([0.0, 0.3, 1.0])
    offsets, weights = np.ones((3, 2)), np.full((3, 2), 0.5)
    intercept = solve_intercept(target, offsets, weights)
    assert intercept[0] == -np.inf
    assert intercept[2] == np.inf
    assert_close(expit(intercept[1] + 1.0), 0.3)
    assert expit(intercept[0] + offsets[0]).tolist() == [0.0, 0.0]


def test_each_set_of_beliefs_is_solved_by_itself() -> None:
    rng = np.random.default_rng(5)
    target, offsets = rng.uniform(size=(DRAWS, 4)), rng.normal(size=(DRAWS, 4, 6))
    weights = rng.dirichlet(np.ones(6), size=(DRAWS, 4))
    together = solve_intercept(target, offsets, weights)
    for draw in range(DRAWS):
        alone = solve_intercept(target[draw], offsets[draw], weights[draw])
        assert_close(together[draw], alone)


@given(proportions, st.floats(0.05, 20.0))
def test_relative_risk_gives_the_odds_ratio_back(baseline: float, odds_ratio: float) -> None:
    risk = float(relative_risk(np.array(odds_ratio), np.array(baseline)))
    exposed = risk * baseline
    assert 0 < exposed < 1
    odds = (exposed / (1 - exposed)) / (baseline / (1 - baseline))
    assert odds == pytest.approx(odds_ratio, rel=1e-6)


def test_relative_risk_of_a_common_outcome_by_hand() -> None:
    # 50 % without the drug is odds of 1; an odds ratio of 3 makes them 3, so 75 %: half as many again.
    assert float(relative_risk(np.array(3.0), np.array(0.5))) == pytest.approx(1.5)


@given(proportions)
def test_logit_and_expit_undo_each_other(p: float) -> None:
    assert float(expit(logit(np.array(p)))) == pytest.approx(p, rel=1e-9)


def test_logit_of_zero_is_minus_infinity() -> None:
    assert logit(np.array(0.0)) == -np.inf


PARENTS: dict[str, tuple[str, ...]] = {
    "a": (), "b": ("a",), "c": ("a", "b"), "d": (), "e": ("c", "d"), "f": ("b", "d"), "g": ("e",),
}  # fmt: skip
CARDS = {"a": 4, "b": 2, "c": 3, "d": 2, "e": 2, "f": 2, "g": 2}


def random_tables(seed: int) -> dict[str, np.ndarray]:
    """Tables of shape (draws, states, *parents) for a small network with loops."""
    rng = np.random.default_rng(seed)
    tables = {}
    for node, above in PARENTS.items():
        cards = [CARDS[parent] for parent in above]
        rows = rng.dirichlet(np.ones(CARDS[node]), size=(DRAWS, *cards))
        tables[node] = np.moveaxis(rows, -1, 1)
    return tables


def ancestry_of(tables: dict[str, np.ndarray]) -> Ancestry:
    ancestry = Ancestry()
    for node, table in tables.items():
        ancestry.add(node, PARENTS[node], Table(table, len(PARENTS[node])))
    return ancestry


def brute_force(tables: dict[str, np.ndarray], targets: list[str]) -> np.ndarray:
    """P(targets) by multiplying everything out, one draw after another."""
    names = list(PARENTS)
    result = []
    for draw in range(DRAWS):
        joint = np.ones([CARDS[name] for name in names])
        for node, above in PARENTS.items():
            for state in np.ndindex(*joint.shape):
                at = dict(zip(names, state, strict=True))
                joint[state] *= tables[node][(draw, at[node], *(at[parent] for parent in above))]
        kept = joint.sum(axis=tuple(axis for axis, name in enumerate(names) if name not in targets))
        order = [sorted(targets, key=names.index).index(target) for target in targets]
        result.append(kept.transpose(order))
    return np.stack(result)


TARGETS = [["a"], ["g"], ["e", "f"], ["f", "e"], ["g", "a", "d"], ["d", "a"], ["c", "b", "a", "g"]]


@pytest.mark.parametrize("targets", TARGETS, ids="-".join)
def test_joint_of_some_nodes_equals_brute_force(targets: list[str]) -> None:
    tables = random_tables(11)
    assert_close(ancestry_of(tables).joint(targets), brute_force(tables, targets))


@pytest.mark.parametrize("state", [0, 1])
def test_distribution_given_a_state_equals_brute_force(state: int) -> None:
    tables = random_tables(12)
    joint = brute_force(tables, ["a", "f", "g"])[..., state]
    expected = joint / joint.sum(axis=(1, 2), keepdims=True)
    assert_close(ancestry_of(tables).given(["a", "f"], "g", state), expected)


def test_three_draws_together_equal_three_single_runs() -> None:
    tables = random_tables(13)
    together = ancestry_of(tables)
    for draw in range(DRAWS):
        alone = ancestry_of({node: table[draw : draw + 1] for node, table in tables.items()})
        for targets in TARGETS:
            assert_close(together.joint(targets)[draw], alone.joint(targets)[0], atol=ROUNDING)
        assert_close(together.given(["a"], "g", 1)[draw], alone.given(["a"], "g", 1)[0], atol=ROUNDING)


def test_nothing_below_the_targets_is_summed() -> None:
    ancestry = ancestry_of(random_tables(14))
    ancestry.tables["g"] = np.full((DRAWS, 2, 2), np.nan)
    assert np.isfinite(ancestry.joint(["e", "f"])).all()


def test_a_sum_with_too_large_a_table_on_the_way_is_refused_before_it_is_made() -> None:
    wide = np.ones((1, *(2,) * 12))
    operands = [wide, list(range(13)), wide, [0, *range(13, 25)]]
    with pytest.raises(NetworkError, match="fewer parents"):
        contract(operands, list(range(25)))
    assert contract([wide, list(range(13))], [0]) == 2**12
