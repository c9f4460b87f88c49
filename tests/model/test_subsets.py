"""Many subsets from few plans give the same numbers as a case for each subset."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import Differential
from model.coalitions import all_subsets
from model.engine import ExactEngine
from model.engine.many import ManyPosteriors
from model.subsets import by_columns
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


def of_subsets(network: Network, players: dict[str, Any], targets: Any, **ground: int) -> ManyPosteriors:
    """Return the answers of all subsets, which must not be left to another way."""
    engine = ExactEngine(network, kernels="numba")
    found = by_columns(engine, ground, players, all_subsets(len(players)), targets)
    assert found is not None
    return found


def test_every_subset_is_answered_as_a_case_of_its_own() -> None:
    found = of_subsets(LEG_PAIN, PLAYERS, TARGETS, night_leg_pain=1)
    engine = ExactEngine(LEG_PAIN, kernels="numpy")
    for row in range(0, 1 << len(PLAYERS), 7):
        subset = all_subsets(len(PLAYERS))[row]
        inside = {node: value for (node, value), there in zip(PLAYERS.items(), subset, strict=True) if there}
        expected = engine.posteriors({"night_leg_pain": 1, **inside}, TARGETS)
        assert found.log_evidence[row] == pytest.approx(expected.log_evidence, abs=ENGINE)
        for target in TARGETS:
            assert_close(found.marginals[target][row], expected.marginals[target], atol=ENGINE)


def test_small_networks_agree_with_enumeration() -> None:
    players: dict[str, Any] = {
        "age": 2, "diabetes": 0, "relief_by_dangling_legs": 1, "absent_pulses": 0,
        "joint_xray": np.array([2.0, 1.0]),
    }  # fmt: skip
    found = of_subsets(consultation(), players, ["morning_stiffness"])
    for row, subset in enumerate(all_subsets(len(players))):
        inside = {node: value for (node, value), there in zip(players.items(), subset, strict=True) if there}
        expected = oracles.posteriors(consultation(), inside)
        assert found.log_evidence[row] == pytest.approx(expected.log_evidence, abs=ENGINE)
        assert_close(
            found.marginals["morning_stiffness"][row], expected.marginals["morning_stiffness"], atol=ENGINE
        )


def test_impossible_subsets_are_marked_or_left_to_the_other_way() -> None:
    engine = ExactEngine(asia(), kernels="numba")
    players: dict[str, Any] = {"xray": 1, "dysp": 1, "smoke": 0, "tub": 1, "either": 0}
    found = by_columns(engine, {}, players, all_subsets(5), ["lung"])
    possible = ~all_subsets(5)[:, [3, 4]].all(axis=1)
    if found is not None:
        assert (found.possible == possible).all()
        assert np.isnan(found.marginals["lung"][~possible]).all()
        assert np.isfinite(found.marginals["lung"][possible]).all()


def test_it_stands_back_where_a_case_each_is_better() -> None:
    subsets = all_subsets(len(PLAYERS))
    with_kernels, without = ExactEngine(LEG_PAIN, kernels="numba"), ExactEngine(LEG_PAIN, kernels="numpy")
    assert by_columns(without, {}, PLAYERS, subsets, TARGETS) is None
    assert by_columns(with_kernels, {}, PLAYERS, subsets[:4], TARGETS) is None
    assert by_columns(with_kernels, {}, PLAYERS, subsets, ["cold_foot"]) is None
    assert by_columns(with_kernels, {"other_cause": 1}, PLAYERS, subsets, ["other_cause"]) is None
