"""All subsets from few plans give the same numbers as a case for each subset."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import Differential
from model.coalitions import Coalitions, all_subsets
from model.engine import ExactEngine
from model.subsets import LARGEST_CANCELLATION, log_of_all_subsets
from network.structure import Network
from tests import oracles
from tests.floats import ENGINE, assert_close
from tests.networks import asia, consultation

LEG_PAIN = Differential.load().network
TARGETS = ("due_to_arterial_insufficiency", "due_to_nocturnal_leg_cramps")
PLAYERS: dict[str, Any] = {
    "age": 3, "smoking": 2, "diabetes": 1, "relief_by_dangling_legs": 1, "morning_stiffness": 1,
    "absent_foot_pulses": 0, "cold_foot": np.array([1.0, 4.0]),
}  # fmt: skip
WIDE = (
    "joint_pain", "low_back_pain", "worse_standing_or_walking", "numbness_or_tingling",
    "calf_pain_on_walking", "evening_worsening", "disturbed_sleep",
)  # fmt: skip


def inside(players: dict[str, Any], row: int) -> dict[str, Any]:
    """Return the players that are in one subset."""
    return {node: value for bit, (node, value) in enumerate(players.items()) if row >> bit & 1}


def of_all(network: Network, players: dict[str, Any], **ground: int) -> np.ndarray:
    """Return the log evidence of all subsets from few plans."""
    return log_of_all_subsets(ExactEngine(network, kernels="numba"), ground, players)


def by_itself(network: Network, players: dict[str, Any], row: int, **ground: int) -> float:
    """Return the log evidence of one subset as a case of its own."""
    engine = ExactEngine(network, kernels="numpy")
    return engine.posteriors({**ground, **inside(players, row)}, ()).log_evidence


@pytest.mark.parametrize("ground", [{}, {TARGETS[0]: 1}, {TARGETS[0]: 0}, {TARGETS[1]: 1}])
def test_every_subset_is_answered_as_a_case_of_its_own(ground: dict[str, int]) -> None:
    found = of_all(LEG_PAIN, PLAYERS, night_leg_pain=1, **ground)
    assert np.isfinite(found).all()
    for row in range(0, 1 << len(PLAYERS), 7):
        assert abs(found[row] - by_itself(LEG_PAIN, PLAYERS, row, night_leg_pain=1, **ground)) < ENGINE


def test_a_finding_with_an_observed_one_below_it_counts_once() -> None:
    players = {"calf_pain_on_walking": 1, "typical_claudication": 0, "daytime_leg_symptoms": 1, "sex": 0,
               "worse_standing_or_walking": np.array([3.0, 1.0])}  # fmt: skip
    found = of_all(LEG_PAIN, players, night_leg_pain=1)
    for row in range(1 << len(players)):
        assert abs(found[row] - by_itself(LEG_PAIN, players, row, night_leg_pain=1)) < ENGINE


def test_present_findings_of_many_parents_lose_no_more_digits_than_is_said() -> None:
    players: dict[str, Any] = {node: 1 for node in WIDE if node in LEG_PAIN}
    assert len(players) >= 5
    found = of_all(LEG_PAIN, players, night_leg_pain=1)
    for row in np.flatnonzero(np.isfinite(found))[::9]:
        error = abs(found[row] - by_itself(LEG_PAIN, players, int(row), night_leg_pain=1))
        assert error < LARGEST_CANCELLATION * 1e-15


def test_small_networks_agree_with_enumeration() -> None:
    players: dict[str, Any] = {
        "age": 2, "diabetes": 0, "relief_by_dangling_legs": 1, "absent_pulses": 0,
        "joint_xray": np.array([2.0, 1.0]),
    }  # fmt: skip
    found = of_all(consultation(), players)
    for row in range(1 << len(players)):
        expected = oracles.posteriors(consultation(), inside(players, row))
        assert abs(found[row] - expected.log_evidence) < ENGINE


def test_what_is_impossible_is_impossible_or_left_to_the_engine() -> None:
    players: dict[str, Any] = {"xray": 1, "dysp": 1, "smoke": 0, "tub": 1, "either": 0}
    found = of_all(asia(), players)
    impossible = all_subsets(5)[:, [3, 4]].all(axis=1)
    assert np.isfinite(found[~impossible]).all()
    assert not np.isfinite(found[impossible]).any()


def test_a_case_answers_subsets_that_lost_their_digits_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Coalitions(ExactEngine(LEG_PAIN, kernels="numba"), {"night_leg_pain": 1}, PLAYERS)
    subsets = all_subsets(len(PLAYERS))
    expected = case.log_joint(subsets, TARGETS[0])
    monkeypatch.setattr("model.subsets.LARGEST_CANCELLATION", 1.0 + 1e-12)
    assert np.isnan(of_all(LEG_PAIN, PLAYERS, night_leg_pain=1)).any()
    assert_close(case.log_joint(subsets, TARGETS[0]), expected, atol=ENGINE)


def test_the_joint_is_evidence_times_posterior() -> None:
    case = Coalitions(ExactEngine(LEG_PAIN, kernels="numba"), {"night_leg_pain": 1}, PLAYERS)
    subsets = all_subsets(len(PLAYERS))
    found = case.posteriors(subsets, TARGETS)
    for target in TARGETS:
        expected = found.log_evidence[:, None] + np.log(found.marginals[target])
        assert_close(case.log_joint(subsets, target), expected, atol=ENGINE)
