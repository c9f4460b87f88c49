"""Intervals: reproducible, around the answer, covering what they say, driven by the figures they name."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from model.differential import Differential
from model.draws import Draws, draws_of
from model.drivers import drivers
from model.engine import ExactEngine
from model.evidence import Evidence, Likelihood
from model.parameter_sets import SetEngine
from model.recalibration import NoFigures
from model.uncertainty import LEVEL, CredibleDifferential, Spread, spread, spread_nodes
from network.cpds import first_draw
from network.errors import DiagnosisError, ImpossibleEvidence, UnknownNode
from network.structure import Network
from tests.floats import ENGINE, assert_close
from tests.model.believed import CASE, DRAWS, calibration, ddx
from tests.model.differential_cases import TO_THE_TOP
from tests.networks import asia


@pytest.fixture(scope="module")
def found() -> CredibleDifferential:
    return ddx().credible(CASE, DRAWS)


def test_the_answer_under_each_draw_is_that_of_a_network_with_the_drawn_numbers():
    draws = draws_of(calibration(), DRAWS)
    observed = ddx().query(CASE).observed()
    nodes = spread_nodes(ddx().network)
    many = calibration().engine.posteriors(draws.parameters, observed, nodes)
    for column in (0, 7, DRAWS - 1):
        engine = ExactEngine(with_parameters(draws, column), kernels="numpy")
        one = engine.posteriors(observed, nodes)
        assert_close(many.log_evidence[column], one.log_evidence, atol=ENGINE)
        for node in nodes:
            assert_close(many.marginals[node][:, column], one.marginals[node], atol=ENGINE)


@pytest.mark.slow
def test_the_kernels_give_the_same_answers_under_each_draw():
    draws = draws_of(calibration(), DRAWS)
    nodes = spread_nodes(ddx().network)
    fast = SetEngine(ddx().network, calibration().layout)
    fast.exact.kernels = "numba"
    for case in (
        CASE,
        *list(TO_THE_TOP.values())[:4],
        {"smoking": Likelihood(never=1.0, current=4.0), "sex": "male"},
    ):
        observed = ddx().query(case).observed()
        mine = fast.posteriors(draws.parameters, observed, nodes)
        readable = calibration().engine.posteriors(draws.parameters, observed, nodes)
        assert_close(mine.log_evidence, readable.log_evidence, atol=ENGINE)
        for node in nodes:
            assert_close(mine.marginals[node], readable.marginals[node], atol=ENGINE)


@pytest.mark.slow
def test_the_kernels_leave_impossible_sets_out():
    fast = SetEngine(ddx().network, calibration().layout)
    fast.exact.kernels = "numba"
    sets = np.repeat(calibration().own, 3, axis=1)
    block = next(b for b in calibration().layout.blocks if b.node == "other_cause")
    sets[block.start : block.stop, 1] = np.repeat([1.0, 0.0], block.size // 2)
    observed = {"other_cause": 1, "age": 2}
    found = fast.posteriors(sets, observed, ["osteoarthritis"])
    assert np.isfinite(found.log_evidence).tolist() == [True, False, True]
    assert np.isnan(found.marginals["osteoarthritis"][:, 1]).all()
    assert_close(found.marginals["osteoarthritis"][:, 0], found.marginals["osteoarthritis"][:, 2])


def with_parameters(draws: Draws, column: int) -> Network:
    """Return the network with the parameters of one draw."""
    network = ddx().network
    cpds = calibration().layout.unpack(draws.parameters[:, [column]])
    return replace(network, nodes=tuple(replace(n, cpd=first_draw(cpds[n.id])) for n in network.nodes))


def test_the_networks_own_parameters_give_its_own_answer():
    answer = ddx().query(CASE)
    nodes = spread_nodes(ddx().network)
    own = calibration().engine.posteriors(calibration().own, answer.observed(), nodes)
    for node in nodes:
        assert_close(own.marginals[node][:, 0], answer.posteriors.marginals[node], atol=ENGINE)
    assert_close(own.log_evidence[0], answer.log_evidence, atol=ENGINE)


def test_the_same_seed_gives_the_same_intervals(found: CredibleDifferential):
    again = ddx().credible(CASE, DRAWS)
    assert again.to_plain() == found.to_plain()
    assert ddx().credible(CASE, 50, seed=1).to_plain() != ddx().credible(CASE, 50, seed=2).to_plain()


def test_causes_stand_in_the_order_of_the_answer(found: CredibleDifferential):
    answer = ddx().query(CASE)
    assert [cause.condition for cause in found.causes] == [cause.condition for cause in answer.ranking]
    assert found.due_to("other_cause").present is None
    assert found.due_to("due_to_restless_legs_syndrome").condition == "restless_legs_syndrome"
    with pytest.raises(UnknownNode):
        found.due_to("gallstones")


def test_spreads_are_in_order_and_around_the_answer(found: CredibleDifferential):
    spreads = [cause.due_to for cause in found.causes]
    spreads += [cause.present for cause in found.causes if cause.present]
    spreads += list(found.headings.values())
    assert len(spreads) == 2 * len(found.causes) - 1 + len(ddx().network.of_kind("heading"))
    for one in spreads:
        assert 0.0 <= one.low <= one.median <= one.high <= 1.0
        assert one.low <= one.mean <= one.high
        assert one.low <= one.point <= one.high


@pytest.mark.parametrize("condition", TO_THE_TOP)
def test_intervals_hold_the_answer_in_typical_cases(condition: str):
    found = ddx().credible(TO_THE_TOP[condition], DRAWS)
    top = found.causes[0]
    assert top.due_to.low <= top.due_to.point <= top.due_to.high
    assert found.possible == DRAWS


def test_places_add_up(found: CredibleDifferential):
    assert_close(sum(cause.first for cause in found.causes), 1.0)
    assert_close(sum(cause.in_first_three for cause in found.causes), 3.0)
    assert all(cause.first <= cause.in_first_three for cause in found.causes)


def test_an_interval_is_the_percentiles_of_the_samples(found: CredibleDifferential):
    for row, cause in enumerate(found.causes):
        assert_close([cause.due_to.low, cause.due_to.high], np.quantile(found.samples[row], [0.05, 0.95]))
        assert_close(cause.due_to.mean, found.samples[row].mean())


def test_intervals_cover_what_is_drawn_from_the_same_figures():
    """Simulated: the truth is the posterior under parameters that the intervals have not seen."""
    cases = list(TO_THE_TOP.values())[:8]
    draws = draws_of(calibration(), 2 * DRAWS)
    hits = []
    for case in cases:
        observed = ddx().query(case).observed()
        nodes = list(ddx().network.causes)
        drawn = calibration().engine.posteriors(draws.parameters, observed, nodes).present(nodes)
        seen, unseen = drawn[:, :DRAWS], drawn[:, DRAWS:]
        low, high = np.quantile(seen, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
        hits.append((low[:, None] <= unseen) & (unseen <= high[:, None]))
    covered = float(np.mean(hits))
    assert abs(covered - LEVEL) < 0.025


def test_intervals_cover_the_truth_behind_simulated_patients():
    """Parameters are drawn, a patient is made from them, and asked about under all the other draws."""
    draws, network = draws_of(calibration(), DRAWS), ddx().network
    findings = (
        "low_back_pain",
        "cold_foot",
        "urge_to_move",
        "radiating_pain_below_knee",
        "evening_worsening",
    )
    rng = np.random.default_rng(5)
    nodes, inside = list(network.causes), []
    for column in rng.choice(DRAWS, 40, replace=False):
        observed: dict[str, int] = {network.complaint: 1}
        for node in ("age", "sex", *findings):  # one after the other, each given those before: a patient
            truth = calibration().engine.posteriors(draws.parameters[:, [column]], observed, [node])
            shares = truth.marginals[node][:, 0]
            observed[node] = int(rng.choice(len(shares), p=shares / shares.sum()))
        drawn = calibration().engine.posteriors(draws.parameters, observed, nodes).present(nodes)
        others = np.delete(drawn, column, axis=1)
        low, high = np.quantile(others, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
        inside.append((low <= drawn[:, column]) & (drawn[:, column] <= high))
    # 40 patients: the share of one cause has a standard error of 5 %, that of all a little less.
    assert abs(float(np.mean(inside)) - LEVEL) < 0.06


def test_without_width_there_is_no_spread():
    own = np.repeat(calibration().own, 5, axis=1)
    answer = ddx().query(CASE)
    found = spread(answer, calibration(), Draws((), np.zeros((0, 5)), own), seed=0)
    assert found.drivers == ()
    for cause in found.causes:
        assert_close([cause.due_to.low, cause.due_to.high], [cause.due_to.point] * 2, atol=ENGINE)
    assert found.causes[0].first == 1.0


def test_drivers_are_the_squared_rank_correlations(found: CredibleDifferential):
    assert found.drivers
    draws = draws_of(calibration(), DRAWS)
    shares = [driver.share for driver in found.drivers]
    assert shares == sorted(shares, reverse=True)
    for driver in found.drivers:
        values = draws.values[draws.figures.index(driver.figure)]
        expected = stats.spearmanr(values, found.samples[0]).statistic
        assert_close(driver.share, expected**2, atol=1e-9)
        assert driver.sign == np.sign(expected)
        assert driver.sets


def test_a_driver_moves_the_answer_the_way_it_says(found: CredibleDifferential):
    """Moved over its interval by itself, the first driver moves the top cause the way its sign says."""
    driver = found.drivers[0]
    row = calibration().knowledge.figures[driver.figure]
    columns = calibration().parameters(calibration().moved([(row.id, row.low), (row.id, row.high)]))
    node = f"due_to_{found.causes[0].condition}"
    low, high = calibration().engine.posteriors(columns, found.answer.observed(), [node]).present([node])[0]
    assert np.sign(high - low) == driver.sign


def test_figures_without_effect_are_not_named_drivers():
    rng = np.random.default_rng(0)
    names = tuple(node.figures[0][1] for node in ddx().network.nodes if node.figures)[:60]
    names = tuple(dict.fromkeys(names))
    draws = Draws(names, rng.random((len(names), 200)), np.zeros((1, 200)))
    samples = rng.random(200)
    assert drivers(calibration().uses, draws, samples, np.ones(200, dtype=bool)) == ()
    samples = draws.values[3] ** 3
    (only,) = drivers(calibration().uses, draws, samples, np.ones(200, dtype=bool))
    assert (only.figure, only.sign) == (names[3], 1)
    assert_close(only.share, 1.0)


def test_draws_under_which_the_evidence_is_impossible_are_left_out():
    answer = ddx().query({"statin": "absent", "age": 50})
    own = np.repeat(calibration().own, 6, axis=1)
    complaint_free = own.copy()
    for block in calibration().layout.blocks:
        if block.node.startswith("due_to_") or block.node == "other_cause":
            table = complaint_free[block.start : block.stop].reshape(*block.shape, 6)
            table[1, ..., :2] = 0.0  # nothing brings on the pain: the complaint cannot be
            table[0, ..., :2] = 1.0
    found = spread(answer, calibration(), Draws((), np.zeros((0, 6)), complaint_free), seed=0)
    assert (found.draws, found.possible) == (6, 4)
    assert "impossible in 2 of 6 draws" in str(found)
    with pytest.raises(DiagnosisError, match="impossible in 2 of 2 draws"):
        spread(answer, calibration(), Draws((), np.zeros((0, 2)), complaint_free[:, :2]), seed=0)


def test_impossible_evidence_is_named():
    with pytest.raises(ImpossibleEvidence, match="osteoarthritis"):
        ddx().credible({"osteoarthritis": "absent", "due_to_osteoarthritis": "present"}, DRAWS)


def test_a_network_without_figures_says_so():
    with pytest.raises(NoFigures, match="built from a knowledge folder"):
        Differential.of(asia()).credible({})


def test_population_mode_is_passed_on():
    found = ddx().credible(CASE, 50, complaint=False)
    assert not found.answer.complaint
    assert found.causes[0].due_to.point == ddx().query(CASE, complaint=False).ranking[0].due_to


def test_likelihoods_and_paused_findings_count_as_in_a_query():
    evidence = Evidence.of(ddx().network, {**CASE, "cold_foot": Likelihood(3.0)}).paused_at("urge_to_move")
    found = ddx().credible(evidence, 50)
    answer = ddx().query(evidence)
    assert found.answer.log_evidence == answer.log_evidence


def test_it_prints_and_turns_into_json(found: CredibleDifferential):
    text = str(found)
    assert f"{found.causes[0].label}: first in {found.causes[0].first:.0%} of draws" in text
    assert "Do not start or stop a medicine" in text
    plain = json.loads(json.dumps(found.to_plain(), allow_nan=False))
    assert plain["schema"] == 1
    assert plain["level"] == LEVEL
    assert set(plain["causes"]) == {cause.condition for cause in found.causes}
    assert set(plain["headings"]) == {node.id for node in ddx().network.of_kind("heading")}
    assert str(Spread(0.5, 0.5, 0.5, 0.25, 0.75)) == "50.0% (25.0% to 75.0%)"


def test_safety_items_are_shown_and_move_nothing(found: CredibleDifferential):
    item = ddx().network.safety_items[0].id
    flagged = ddx().credible({**CASE, item: "present"}, DRAWS)
    assert [cause.due_to for cause in flagged.causes] == [cause.due_to for cause in found.causes]
    assert flagged.to_plain()["urgency"]["level"] == "emergency"
    assert str(flagged).startswith("EMERGENCY")
