"""Influence of figures: the tornado's swings, over simulated patients whose law is the network's own."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from model import Differential
from model.cli import main
from model.influence import Influence, influence
from model.recalibration import NoFigures
from model.simulated import FEWEST, MOST, draw_case, simulated_cases
from network.structure import EVIDENCE_KINDS, PRESENT
from tests.model.believed import calibration, ddx
from tests.networks import asia, consultation

CASES = 2


@pytest.fixture(scope="module")
def found() -> Influence:
    return influence(ddx(), CASES)


def test_figures_are_ranked_and_all_are_counted(found: Influence):
    swings = [figure.mean_swing for figure in found.figures]
    assert swings == sorted(swings, reverse=True)
    assert len(found.figures) + found.idle == len(calibration().movable)
    assert all(figure.largest_swing >= figure.mean_swing > 0.0 for figure in found.figures)
    assert all(0.0 <= figure.reorders <= 1.0 for figure in found.figures)


def test_the_mean_swing_is_that_of_networks_calibrated_anew(found: Influence):
    network, causes = ddx().network, list(ddx().network.causes)
    for figure in (found.figures[0], found.figures[3], found.figures[40]):
        moves = [(figure.figure, x) for x in (figure.low, figure.value, figure.high)]
        columns = calibration().parameters(calibration().moved(moves))
        swings = [
            np.ptp(calibration().engine.posteriors(columns, case, causes).present(causes), axis=1).max()
            for case in simulated_cases(network, CASES)
        ]
        assert figure.mean_swing == pytest.approx(np.mean(swings), abs=1e-9), figure.figure
        assert figure.largest_swing == pytest.approx(max(swings), abs=1e-9), figure.figure


def test_what_was_measured_is_kept_and_only_for_its_seed(found: Influence):
    asked: list[int] = []
    again = influence(ddx(), CASES, progress=lambda done, wanted: asked.append(done))
    assert again == found
    assert asked == []
    other = influence(ddx(), CASES, seed=1)
    assert [figure.figure for figure in other.figures] != [figure.figure for figure in found.figures]


def test_the_grades_share_all_swings(found: Influence):
    shares = found.shares()
    assert sum(share for _, share in shares.values()) == pytest.approx(1.0)
    assert sum(count for count, _ in shares.values()) == len(found.figures)
    assert found.of_grade("A", "B", "C", "D") == found.figures


def test_a_network_without_figures_is_told_so():
    with pytest.raises(NoFigures, match="has no figures"):
        influence(Differential.of(asia()), 1)


# Simulated patients


def test_cases_of_a_seed_are_the_same_and_have_the_complaint():
    network = ddx().network
    cases = list(simulated_cases(network, 5, seed=3))
    assert cases == list(simulated_cases(network, 5, seed=3))
    askable = {node.id for node in network.of_kind(*EVIDENCE_KINDS)}
    for case in cases:
        assert case["night_leg_pain"] == PRESENT
        assert set(case) - {"night_leg_pain"} <= askable
        assert FEWEST <= len(case) - 1 <= MOST


def test_cases_follow_the_law_of_the_network():
    network = consultation()
    exact = Differential.of(network)
    rng = np.random.default_rng(0)
    cases = [draw_case(network, rng) for _ in range(4000)]
    for node in network.nodes:
        wanted = exact.query({}, complaint=False).posterior(node.id)[node.states[1]]
        share = np.mean([case[node.id] == 1 for case in cases])
        assert share == pytest.approx(wanted, abs=4 * np.sqrt(0.25 / len(cases))), node.id


# The shell


def test_the_shell_ranks_and_filters(found: Influence):
    shown = CliRunner().invoke(main, ["sources", "--influence", "--cases", str(CASES), "--top", "3"])
    assert shown.exit_code == 0, shown.output
    for figure in found.figures[:3]:
        assert figure.figure in shown.stdout
    assert found.figures[3].figure not in shown.stdout
    assert f"{CASES} simulated patients (seed 0)" in shown.stdout
    plain = CliRunner().invoke(
        main, ["sources", "--influence", "--cases", str(CASES), "--grade", "A", "--json"]
    )
    ranked = json.loads(plain.stdout)["figures"]
    wanted = [(n, f.figure) for n, f in enumerate(found.figures, start=1) if f.grade == "A"]
    assert [(row["rank"], row["figure"]) for row in ranked] == wanted


def test_one_figure_is_not_ranked():
    result = CliRunner().invoke(main, ["sources", "dangling_sens", "--influence"])
    assert result.exit_code == 2
    assert "give KEY or filters, not both." in result.stderr
