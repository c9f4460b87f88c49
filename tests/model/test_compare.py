"""Scenarios side by side and sweeps."""

from __future__ import annotations

from typing import Any

import pytest

from model import Differential, Likelihood
from model.compare import ratios
from network.errors import EvidenceError, NotModifiable, UnknownNode
from tests.floats import ENGINE, ROUNDING

LEG_PAIN = Differential.load()
CASE: dict[str, Any] = {"age": 70, "sex": "female", "sudden_cramp": "present", "diuretic": "present"}


def test_scenarios_stand_side_by_side_with_the_case_as_entered() -> None:
    changes = {"no cramp": {"sudden_cramp": "absent"}, "older": {"age": 80}}
    found = LEG_PAIN.compare(CASE, changes)
    assert found.due_to("nocturnal_leg_cramps") == {
        "as entered": pytest.approx(LEG_PAIN.query(CASE).due_to("nocturnal_leg_cramps")),
        "no cramp": pytest.approx(
            LEG_PAIN.query({**CASE, "sudden_cramp": "absent"}).due_to("nocturnal_leg_cramps")
        ),
        "older": pytest.approx(LEG_PAIN.query({**CASE, "age": 80}).due_to("nocturnal_leg_cramps")),
    }
    assert set(found.to_plain()["scenarios"]) == set(changes)


def test_a_sweep_takes_every_state_in_turn() -> None:
    found = LEG_PAIN.sweep(CASE, {"smoking": None})
    assert found.shape == (3,)
    assert found.axes[0].labels == ("never", "former", "current")
    for state, p in zip(found.axes[0].labels, found.values("due_to_arterial_insufficiency"), strict=True):
        assert p == pytest.approx(LEG_PAIN.query({**CASE, "smoking": state}).due_to("arterial_insufficiency"))


def test_a_sweep_over_two_variables_runs_the_last_one_fastest() -> None:
    found = LEG_PAIN.sweep({}, {"age": ["under_40", 80], "smoking": ["never", "current"]})
    assert found.shape == (2, 2)
    values = found.values("due_to_arterial_insufficiency")
    assert values[1] == pytest.approx(
        LEG_PAIN.query({"age": "under_40", "smoking": "current"}).due_to("arterial_insufficiency"),
        abs=ROUNDING,
    )
    assert len(found.to_plain()["due_to"]) == 4


def test_a_sweep_over_likelihood_ratios_rises_and_passes_through_no_information() -> None:
    found = LEG_PAIN.sweep({"age": 70}, {"relief_by_dangling_legs": ratios(0.1, 10.0, 5)})
    values = [value for value in found.values("due_to_arterial_insufficiency") if value is not None]
    assert values == sorted(values)
    assert len(values) == 5
    assert values[2] == pytest.approx(
        LEG_PAIN.query({"age": 70}).due_to("arterial_insufficiency"), abs=ENGINE
    )
    assert found.axes[0].labels == ("0.1", "0.316228", "1", "3.16228", "10")


def test_combinations_that_cannot_be_are_left_empty() -> None:
    found = LEG_PAIN.sweep({}, {"sex": None, "pregnancy": None})
    assert found.values("due_to_deep_vein_thrombosis")[3] is None
    assert found.answers[2] is not None
    assert found.to_plain()["due_to"][3] is None


def test_a_sweep_can_intervene() -> None:
    found = LEG_PAIN.sweep(CASE, {"diuretic": None}, do=True)
    absent, present = found.values("night_leg_pain")
    result = LEG_PAIN.what_if(CASE, {"diuretic": "absent"}, do=True)
    assert (present, absent) == pytest.approx(result.headline, abs=ENGINE)
    with pytest.raises(NotModifiable):
        LEG_PAIN.sweep(CASE, {"age": None}, do=True)


@pytest.mark.parametrize(
    ("over", "error", "message"),
    [
        ({}, EvidenceError, "one or two variables, not 0"),
        ({"age": None, "sex": None, "smoking": None}, EvidenceError, "not 3"),
        ({"age": []}, EvidenceError, "has no finding"),
        ({"agee": None}, UnknownNode, "Did you mean 'age'"),
        (
            {"cold_foot": ratios(0.1, 10, 60), "burning_feet": ratios(0.1, 10, 60)},
            EvidenceError,
            "at most 2500",
        ),
    ],
)
def test_a_sweep_that_cannot_be_run_says_why(
    over: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        LEG_PAIN.sweep({}, over)


def test_ratios_need_a_range() -> None:
    assert ratios(0.5, 2.0, 2) == (Likelihood(0.5), Likelihood(2.0))
    for low, high, n in ((0.0, 1.0, 3), (2.0, 1.0, 3), (1.0, 2.0, 1)):
        with pytest.raises(EvidenceError, match="cannot sweep"):
            ratios(low, high, n)
