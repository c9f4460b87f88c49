"""Tornado: ends, derivatives and tipping points against networks that were really rebuilt."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from model.differential import Differential
from model.recalibration import NoFigures, Recalibration
from model.swings import Swings, _memory, swings_of
from model.tornado import Tornado
from network.build import EMBEDDED, cache_folder
from network.consequences import consequences
from network.distributions import ends
from network.errors import ImpossibleEvidence, KnowledgeError, UnknownNode
from network.figures import foundations
from tests.floats import assert_close
from tests.model.believed import CASE, calibration, ddx, rebuilt
from tests.networks import asia

CLOSE: dict[str, object] = {"age": 78, "low_back_pain": "present", "cold_foot": "present"}
"""The first two causes are near each other."""


@pytest.fixture(scope="module")
def swings() -> Swings:
    return swings_of(calibration())


@pytest.fixture(scope="module")
def found(swings: Swings) -> Tornado:
    return ddx().tornado(CASE, "arterial_insufficiency")


@pytest.fixture(scope="module")
def close(swings: Swings) -> Tornado:
    return ddx().tornado(CLOSE, ddx().query(CLOSE).ranking[0].condition)


def test_bars_are_sorted_and_count_every_figure(found: Tornado):
    swings = [bar.swing for bar in found.bars]
    assert swings == sorted(swings, reverse=True)
    assert len(found.bars) + found.idle == len(calibration().movable)
    assert found.posterior == ddx().query(CASE).due_to("arterial_insufficiency")


@pytest.mark.parametrize("place", [0, 1, 5, 20])
@pytest.mark.parametrize("end", ["low", "high"])
def test_the_ends_are_those_of_a_rebuilt_network(tmp_path: Path, found: Tornado, place: int, end: str):
    for number, bar in enumerate(found.bars[place:]):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            other = rebuilt(folder, {bar.figure: getattr(bar, end)})
        except KnowledgeError:  # a sensitivity below its leak: a folder refuses what a draw takes as no link
            continue
        assert_close(getattr(bar, f"at_{end}"), other.query(CASE).due_to("arterial_insufficiency"), atol=1e-9)
        return


def test_a_share_moves_with_its_neighbours(tmp_path: Path):
    """Without the age, its shares matter; a rebuilt folder needs shares that sum to one."""
    case = {"cold_foot": "present"}
    bar = ddx().tornado(case, "arterial_insufficiency").bar("age__share__75_plus")
    assert bar is not None
    figures = calibration().knowledge.figures
    others = [f"age__share__{band}" for band in ("under_40", "40_to_59", "60_to_74")]
    scale = (1 - bar.high) / sum(figures[name].value for name in others)
    values = {bar.figure: bar.high} | {name: figures[name].value * scale for name in others}
    other = rebuilt(tmp_path, values)
    assert_close(bar.at_high, other.query(case).due_to("arterial_insufficiency"), atol=1e-9)


def test_derivatives_are_those_of_rebuilt_networks(tmp_path: Path, found: Tornado):
    bars = [bar for bar in found.bars if bar.derivative is not None]
    for number, bar in enumerate((bars[0], bars[3], bars[10])):
        step = 1e-4 * min(bar.value, abs(1 - bar.value))
        sides = []
        for sign in (-1, 1):
            folder = tmp_path / f"{number}{sign}"
            folder.mkdir()
            sides.append(
                rebuilt(folder, {bar.figure: bar.value + sign * step}).query(CASE).due_to(found.cause)
            )
        assert_close(bar.derivative, (sides[1] - sides[0]) / (2 * step), atol=1e-9, rtol=1e-6)


def test_every_derivative_matches_a_difference_of_calibrated_networks(found: Tornado):
    bars = [bar for bar in found.bars if bar.derivative is not None]
    steps = np.array([1e-4 * min(bar.value, abs(1 - bar.value) or 1.0) for bar in bars])
    moves = [(bar.figure, bar.value - s) for bar, s in zip(bars, steps, strict=True)]
    moves += [(bar.figure, bar.value + s) for bar, s in zip(bars, steps, strict=True)]
    columns = calibration().parameters(calibration().moved(moves))
    node = f"due_to_{found.cause}"
    below, above = (
        calibration()
        .engine.posteriors(columns, found.answer.observed(), [node])
        .present([node])[0]
        .reshape(2, -1)
    )
    slopes = np.array([bar.derivative for bar in bars])
    assert_close(slopes, (above - below) / (2 * steps), atol=1e-7, rtol=1e-5)


def test_figures_that_are_left_out_have_no_effect(found: Tornado, swings: Swings):
    listed = {bar.figure for bar in found.bars}
    idle = [k for k, name in enumerate(swings.figures) if name not in listed]
    assert len(idle) > 100
    ends = [end for k in idle[::5] for end in (2 * k, 2 * k + 1)]
    columns = swings.at_ends.columns(ends, calibration().own)
    node = f"due_to_{found.cause}"
    drawn = calibration().engine.posteriors(columns, found.answer.observed(), [node]).present([node])[0]
    assert_close(drawn, np.full(len(ends), found.posterior), atol=2e-9)


def test_a_tipping_point_is_where_another_cause_draws_level(tmp_path: Path, close: Tornado):
    assert close.tipping, "choose a case whose first two causes are nearer to each other"
    for number, bar in enumerate(close.tipping[:2]):
        point = bar.tipping
        assert point is not None
        assert bar.low <= point.value <= bar.high
        folder = tmp_path / str(number)
        folder.mkdir()
        answer = rebuilt(folder, {bar.figure: point.value}).query(CLOSE)
        assert_close(answer.due_to(close.top), answer.due_to(point.rival), atol=1e-6)


def test_beyond_a_tipping_point_the_rival_is_first_and_before_it_is_not(close: Tornado):
    for bar in close.tipping:
        point = bar.tipping
        assert point is not None
        direction = np.sign(point.value - bar.value)
        little = 1e-3 * abs(point.value - bar.value)
        moves = [
            (bar.figure, point.value - direction * little),
            (bar.figure, point.value + direction * little),
        ]
        columns = calibration().parameters(calibration().moved(moves))
        nodes = list(ddx().network.causes)
        before, after = (
            calibration().engine.posteriors(columns, close.answer.observed(), nodes).present(nodes).T
        )
        conditions = [of or node for node, of in ddx().network.causes.items()]
        assert conditions[int(np.argmax(before))] == close.top
        assert conditions[int(np.argmax(after))] == point.rival


def test_a_figure_tips_the_order_where_and_only_where_an_end_of_its_interval_does(
    close: Tornado, swings: Swings
):
    nodes = list(ddx().network.causes)
    ends = list(range(2 * len(swings.figures)))
    columns = swings.at_ends.columns(ends, calibration().own)
    drawn = calibration().engine.posteriors(columns, close.answer.observed(), nodes).present(nodes)
    first = int(np.argmax([close.answer.due_to(node) for node in nodes]))
    tips = (np.argmax(drawn, axis=0) != first).reshape(-1, 2).any(axis=1)
    assert {bar.figure for bar in close.tipping} == {swings.figures[k] for k in np.flatnonzero(tips)}


def test_a_clear_case_tips_nowhere():
    case = {"age": 75, "smoking": "current", "relief_by_dangling_legs": "present", "cold_foot": "present",
            "absent_foot_pulses": "present", "ankle_brachial_index_low": "present"}  # fmt: skip
    tornado = ddx().tornado(case, "arterial_insufficiency")
    assert tornado.tipping == ()
    assert "No figure changes the first cause" in str(tornado)


def test_bars_name_source_grade_and_parameters(found: Tornado):
    for bar in found.bars:
        row = calibration().knowledge.figures[bar.figure]
        assert (bar.value, bar.grade) == (row.value, row.grade)
        assert bar.source
        assert bar.sets
        for node, parameter in bar.sets:
            sets = dict(ddx().network.node(node).figures)[parameter]
            assert bar.figure in foundations(calibration().knowledge.figures, [sets])


def test_a_base_moves_every_cause_through_what_is_derived_from_it(found: Tornado):
    """A bar of a row that no node names: its ends are those of the rows that follow from it, set together."""
    figures = calibration().knowledge.figures
    bars = [bar for bar in found.bars if bar.figure not in calibration().figures][:5]
    assert bars
    for bar in bars:
        values = {name: np.array([row.value]) for name, row in figures.items() if not row.formula}
        follows = consequences(figures, values | {bar.figure: np.array([bar.high])}, calibration().figures)
        columns = calibration().parameters({name: follows[name] for name in calibration().figures})
        node = f"due_to_{found.cause}"
        drawn = calibration().engine.posteriors(columns, found.answer.observed(), [node]).present([node])
        assert_close(bar.at_high, drawn[0][0], atol=1e-9)


def test_a_derived_row_has_a_bar_for_its_step_alone(found: Tornado):
    figures = calibration().knowledge.figures
    bars = [bar for bar in found.bars if figures[bar.figure].formula]
    assert bars
    for bar in bars:
        row = figures[bar.figure]
        assert row.step > 1.0
        assert_close([bar.low, bar.high], ends(row))
        assert row.low is not None
        assert row.low <= bar.low or row.low == pytest.approx(bar.low, rel=1e-12)  # bases without a width


def test_swings_are_kept_and_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swings: Swings):
    (path,) = cache_folder().glob(f"swings-{calibration().key}*")
    (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("NOCTURNE_CACHE_DIR", str(tmp_path))
    again = swings_of(Recalibration(ddx().network, EMBEDDED))
    assert again is not swings
    assert again.figures == swings.figures
    for mine, theirs in ((again.at_ends, swings.at_ends), (again.jacobian, swings.jacobian)):
        assert np.array_equal(mine.row, theirs.row)
        assert np.array_equal(mine.value, theirs.value)


def test_damaged_swings_are_refused(swings: Swings):
    from model.swings import _packed, _unpacked

    size = calibration().layout.size
    assert _unpacked(None, size) is None
    whole = _packed(swings)
    assert _unpacked(whole, size) is not None
    for name, wrong in (
        ("value", whole["value"][:-1]),
        ("ends_row", whole["ends_row"] + size),
        ("jacobian_value", whole["jacobian_value"] * np.nan),
        ("ends_column", whole["ends_column"][:-1]),
    ):
        assert _unpacked(whole | {name: wrong}, size) is None
    assert _unpacked({name: array for name, array in whole.items() if name != "low"}, size) is None


def test_the_same_network_asks_for_its_swings_once(swings: Swings):
    assert _memory[calibration()] is swings
    assert swings_of(calibration()) is swings


def test_mistakes_are_named():
    with pytest.raises(UnknownNode, match="no condition is called 'arterial_insuficiency'"):
        ddx().tornado(CASE, "arterial_insuficiency")
    with pytest.raises(ImpossibleEvidence):
        ddx().tornado({"osteoarthritis": "absent", "due_to_osteoarthritis": "present"}, "osteoarthritis")
    with pytest.raises(NoFigures, match="has no figures"):
        Differential.of(asia()).tornado({}, "lung")


def test_it_prints_and_turns_into_json(close: Tornado):
    text = str(close)
    assert close.bars[0].figure in text
    assert "comes first" in text
    plain = json.loads(json.dumps(close.to_plain(), allow_nan=False))
    assert plain["schema"] == 1
    assert plain["top"] == close.top
    assert len(plain["bars"]) == len(close.bars)
    tipping = [bar for bar in plain["bars"] if bar["tipping"]]
    assert {bar["figure"] for bar in tipping} == {bar.figure for bar in close.tipping}
