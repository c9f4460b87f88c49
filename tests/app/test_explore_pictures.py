"""The pictures of the Explore page: an answer in, a dictionary out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from model import Differential
from views.explore.bars import differential_bars
from views.explore.people import COLUMNS, how_many, people
from views.explore.waterfall import MOST_ROWS, can_be_drawn, steps, waterfall
from views.shared.words import percent

DDX = Differential.load()
CASE = {
    "age": "75_plus",
    "smoking": "current",
    "relief_by_dangling_legs": "present",
    "urge_to_move": "present",
}


def values(spec: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec["data"]["values"]
    return found


def test_room_for_the_intervals_is_kept() -> None:
    answer, start = DDX.query(CASE), DDX.query()
    without = differential_bars(answer, start)
    with_them = differential_bars(answer, start, DDX.credible(CASE, draws=40))
    assert without["height"] == with_them["height"] and without["layer"] == with_them["layer"]
    assert all(row["low"] is None and row["interval"] == "" for row in values(without))
    assert all(row["low"] <= row["high"] and row["interval"] for row in values(with_them))
    assert all(row["interval"] in row["said"] for row in values(with_them))


@pytest.mark.parametrize("against", [None, "restless_legs_syndrome"])
def test_the_fall_leads_from_the_starting_point_to_now(against: str | None) -> None:
    explanation = DDX.explain(CASE, "arterial_insufficiency", against)
    names = [one.label for one in explanation.contributions]
    first, *falls, last = steps(explanation, names)
    assert [fall.start for fall in falls] == pytest.approx(
        [first.start, *(fall.end for fall in falls[:-1])], abs=1e-12
    )
    assert falls[-1].end == pytest.approx(last.start, abs=1e-9)
    moves = [fall.end - fall.start for fall in falls]
    shares = sorted((one.decibans for one in explanation.contributions), reverse=True)
    assert moves == pytest.approx(shares, abs=1e-9)
    assert {fall.label for fall in falls} == set(names)
    if against is None:
        p = 1.0 / (1.0 + 10.0 ** (-last.start / 10.0))
        assert p == pytest.approx(explanation.posterior, abs=1e-9)
        assert last.value == percent(explanation.posterior)
    assert json.dumps(waterfall([first, *falls, last], against is not None))


def test_a_long_fall_keeps_the_strongest_and_adds_up_the_rest() -> None:
    items = [node.id for node in DDX.network.of_kind("symptom") if node.states == ("absent", "present")]
    case = dict.fromkeys(items[: MOST_ROWS + 4], "absent")
    explanation = DDX.explain(case, "restless_legs_syndrome")
    names = [one.label for one in explanation.contributions]
    *_, rest, last = steps(explanation, names)
    assert rest.label == "4 other findings"
    assert rest.end == pytest.approx(last.start, abs=1e-9)


def test_nothing_entered_and_certainty_have_no_fall() -> None:
    assert not can_be_drawn(DDX.explain({}, "restless_legs_syndrome"))
    assert not can_be_drawn(DDX.explain({"restless_legs_syndrome": "absent"}, "restless_legs_syndrome"))
    assert can_be_drawn(DDX.explain(CASE, "restless_legs_syndrome"))


@pytest.mark.parametrize(("before", "after"), [(0.3, 0.92), (0.004, 0.5), (0.0, 1.0), (0.02, 0.9999)])
def test_every_person_is_drawn_once(before: float, after: float) -> None:
    count = how_many(before, after)
    spec = people(before, after, ("Before", "Now"))
    drawn = spec["layer"][0]["data"]["values"]
    assert len(drawn) == 2 * count
    assert len({(person["x"], person["y"]) for person in drawn}) == 2 * count
    first = [person["has"] for person in drawn if person["x"] < COLUMNS[count]]
    second = [person["has"] for person in drawn if person["x"] > COLUMNS[count]]
    assert (sum(first), sum(second)) == (round(before * count), round(after * count))
