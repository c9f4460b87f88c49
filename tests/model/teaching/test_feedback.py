"""Feedback on one session: fair to whoever stays inside the network's own uncertainty, with reasons."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from model.differential import Differential
from model.teaching.belief import Belief, log_odds
from model.teaching.case_file import parse_cases
from model.teaching.cases import Case
from model.teaching.debrief import Debrief, debrief
from model.teaching.errors import BeliefError, PracticeError
from model.teaching.library import library
from model.teaching.path import path
from model.teaching.practice import PracticeSession
from model.teaching.progress import Progress
from model.teaching.reflection import Reflection, compare
from model.teaching.revisions import (
    FAULTS,
    LIKE,
    LITTLE,
    MOVED_ALONE,
    MUCH,
    STEADY,
    STOOD_STILL,
    WITHIN,
    WRONG_WAY,
    reaction,
    revisions,
)
from model.teaching.scores import expected_brier, score
from model.teaching.track import Track, TrackStep, track
from tests.model.believed import ddx

ARTERIES, CRAMPS = "arterial_insufficiency", "nocturnal_leg_cramps"
DRAWS = 60

pytestmark = pytest.mark.usefixtures("compiled_kernels")


def case(name: str = "foot_over_the_edge") -> Case:
    return library(ddx().network)[name]


def worked(points: list[dict[str, object]], name: str = "foot_over_the_edge") -> PracticeSession:
    """A session in which one finding after the other is revealed and these beliefs are given."""
    session = PracticeSession.start(ddx().network, case(name))
    for step, estimates in enumerate(points):
        session = (session.next_finding() if step else session).commit(Belief.of(ddx().network, estimates))
    return session.stop()


def told(found: Debrief) -> dict[str, str]:
    return {remark.code: remark.text for remark in found.remarks}


def by_hand(before: float, after: float, intervals=None, samples=(None, None)) -> Track:
    """A track of one cause and two steps."""
    evidence = case().evidence(ddx().network, 0)
    ends = [None, None] if intervals is None else [{ARTERIES: one} for one in intervals]
    steps = [
        TrackStep((f"item{n}",), evidence, {ARTERIES: p}, ends[n], (), samples[n])
        for n, p in enumerate((before, after))
    ]
    return Track((ARTERIES,), {ARTERIES: 0.1}, tuple(steps))


def beliefs(before: object, after: object) -> list[Belief]:
    return [Belief.of(ddx().network, {ARTERIES: one}) for one in (before, after)]


@pytest.mark.parametrize(
    ("learner", "network", "verdict"),
    [
        ((0.2, 0.5), (0.2, 0.5), LIKE),
        ((0.2, 0.24), (0.2, 0.8), LITTLE),
        ((0.2, 0.9), (0.2, 0.3), MUCH),
        ((0.5, 0.2), (0.2, 0.5), WRONG_WAY),
        ((0.2, 0.2), (0.2, 0.6), STOOD_STILL),
        ((0.2, 0.6), (0.2, 0.2), MOVED_ALONE),
        ((0.2, 0.21), (0.4, 0.4), STEADY),
    ],
)
def test_a_change_is_compared_with_the_networks(learner, network, verdict: str):
    (one,) = revisions(beliefs(*learner), by_hand(*network))
    assert one.verdict == verdict


@pytest.mark.parametrize("after", [0.3, (0.25, 0.35), (0.05, 0.21)])
def test_a_revision_that_ends_inside_the_networks_interval_is_never_called_wrong(after: object):
    intervals = [(0.1, 0.3), (0.2, 0.9)]
    (one,) = revisions(beliefs(0.6, after), by_hand(0.2, 0.6, intervals))
    assert one.verdict == WITHIN and WITHIN not in FAULTS
    (outside,) = revisions(beliefs(0.6, 0.1), by_hand(0.2, 0.6, intervals))
    assert outside.verdict == WRONG_WAY


def test_a_revision_that_moves_inside_the_interval_of_the_networks_change_is_never_called_wrong():
    """The learner began elsewhere; how far the network itself might move is what counts."""
    rng = np.random.default_rng(0)
    before = 1 / (1 + np.exp(-rng.normal(-1.0, 0.5, (1, 400))))
    shift = rng.normal(1.5, 1.0, (1, 400))
    after = 1 / (1 + np.exp(-(np.log(before / (1 - before)) + shift)))
    beside = by_hand(0.27, 0.62, [(0.15, 0.4), (0.55, 0.7)], (before, after))
    (one,) = revisions(beliefs(0.03, 0.04), beside)  # moves 0.3, the network 1.5 give or take 1.6
    assert one.verdict == WITHIN
    (other,) = revisions(beliefs(0.03, 0.4), beside)  # moves 3.1 where the interval ends
    assert other.verdict in (WITHIN, MUCH)
    (wrong,) = revisions(beliefs(0.4, 0.03), beside)
    assert wrong.verdict == WRONG_WAY


def test_the_verdicts_of_a_real_case_respect_the_networks_real_intervals():
    rng = np.random.default_rng(0)
    points = [{ARTERIES: float(p), CRAMPS: float(q)} for p, q in rng.uniform(0.05, 0.95, (5, 2))]
    session = worked(points)
    beside = track(ddx(), session, draws=DRAWS)
    made = revisions(session.beliefs, beside)
    assert len(made) == 2 * 4
    for one in made:
        low, high = beside.steps[one.step].intervals[one.cause]
        if low <= one.after.point <= high:
            assert one.verdict not in FAULTS


def test_the_reaction_ratio_is_the_slope_of_the_changes():
    exact = reaction([(2.0 * x, x, n) for n, x in enumerate((1.0, -3.0, 2.5, 0.5))])
    assert (exact.ratio, exact.n_changes, exact.n_findings) == (pytest.approx(2.0), 4, 4)
    assert exact.low == pytest.approx(2.0) and exact.high == pytest.approx(2.0)
    noisy = reaction([(1.0, 1.0, 0), (3.0, 2.0, 1), (1.0, 3.0, 2), (2.5, 1.5, 3)])
    assert noisy.low < noisy.ratio < noisy.high
    none = reaction([(1.0, 0.0, 0)])
    assert none.ratio is None and math.isinf(none.high) and none.to_plain()["high"] is None


def test_causes_revised_at_one_finding_count_as_one_piece_of_evidence():
    changes = [(1.0, 1.0), (3.0, 2.0), (1.0, 3.0), (2.5, 1.5)]
    apart = reaction([(y, x, n) for n, (y, x) in enumerate(changes)])
    doubled = reaction([(y, x, n) for n, (y, x) in enumerate(changes) for _ in range(5)])
    assert doubled.ratio == pytest.approx(apart.ratio)
    assert doubled.high - doubled.low == pytest.approx(apart.high - apart.low)


def test_the_range_of_a_slope_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(300):
        x = rng.normal(size=20)
        groups = np.repeat(np.arange(10), 2)
        y = 0.7 * x + 0.5 * rng.normal(size=10)[groups] + 0.3 * rng.normal(size=20)
        found = reaction(list(zip(y, x, groups, strict=True)))
        hits += found.low <= 0.7 <= found.high
    assert 0.82 <= hits / 300 <= 0.95


def test_scores_are_least_for_who_says_what_is_true():
    """Over outcomes drawn from q, the mean scores are least at p = q: both rules are proper."""
    q, grid = 0.3, np.linspace(0.02, 0.98, 49)
    brier = [q * score({"x": p}, ["x"]).brier_mean + (1 - q) * score({"x": p}, []).brier_mean for p in grid]
    bits = [q * score({"x": p}, ["x"]).log_bits + (1 - q) * score({"x": p}, []).log_bits for p in grid]
    assert grid[np.argmin(brier)] == pytest.approx(q) and grid[np.argmin(bits)] == pytest.approx(q)
    assert min(brier) == pytest.approx(expected_brier({"x": q}))


def test_the_log_score_ends_at_one_per_cent():
    assert (
        score({"x": 0.0}, ["x"]).log_bits
        == score({"x": 0.01}, ["x"]).log_bits
        == pytest.approx(6.644, abs=1e-3)
    )
    assert log_odds(0.0) == pytest.approx(-math.log(99)) and log_odds(1.0) == pytest.approx(math.log(99))


def test_a_case_is_debriefed_with_the_answer_its_reasons_and_the_notice():
    found = debrief(ddx(), worked([{ARTERIES: 0.1, CRAMPS: 0.9}, {ARTERIES: 0.05, CRAMPS: 0.9}]), DRAWS)
    text = told(found)
    assert "narrowed arteries" in text["answer"]
    assert "network" in found.notice and "judgement" in found.notice
    assert "Relief by dangling" in text["missed"]
    assert text["score"].endswith("One case says little about you.")
    assert found.scores.learner.brier_mean > found.scores.network.brier_mean
    assert found.remarks[-1].code == "score"
    record = found.record("2026-11-22")
    assert set(record.stated) == {ARTERIES, CRAMPS} and record.brier == found.scores.learner.brier_mean
    assert Progress((record,)).reaction().ratio == found.reaction.ratio


def test_stopping_too_early_is_pointed_out_and_stopping_when_nothing_matters_is_not():
    early = debrief(ddx(), worked([{ARTERIES: 0.5}]), DRAWS)
    assert early.closure is not None
    assert set(early.closure.items) <= {one.item for one in case().hidden}
    session = PracticeSession.start(ddx().network, case())
    belief = Belief.of(ddx().network, {ARTERIES: 0.9})
    for _ in case().later:
        session = session.commit(belief).next_finding()
    safety = [item.id for item in ddx().network.safety_items]
    for item in [*safety, *(one.item for one in case().findings if one.when == "asked")]:
        session = session.commit(belief).ask(item)
    late = debrief(ddx(), session.commit(belief).stop(), 0)
    assert late.closure is None and "closure" not in told(late)
    assert "always" not in {must.why for must in late.safety}, "what is left only completes what was found"


def test_safety_items_that_were_not_asked_are_named_whatever_the_probability():
    found = debrief(ddx(), worked([{ARTERIES: 0.9}]), 0)
    assert {"sudden_cold_pale_numb_leg", "breathless_or_chest_pain"} <= {one.item for one in found.safety}
    asked = PracticeSession.start(ddx().network, case()).commit(Belief.of(ddx().network, {ARTERIES: 0.9}))
    asked = asked.ask("breathless_or_chest_pain").commit(asked.belief).stop()
    assert "breathless_or_chest_pain" not in {one.item for one in debrief(ddx(), asked, 0).safety}


def test_what_is_there_but_not_responsible_is_said():
    name = "knee_on_the_film"
    found = debrief(ddx(), worked([{"osteoarthritis": 0.9}], name), 0)
    assert "not what hurts" in told(found)["distractor"]


def test_the_networks_own_path_asks_only_what_the_case_answers_and_safety_first():
    found = path(ddx(), case())
    items = [step.item for step in found.steps]
    assert len(items) == len(set(items)) and found.cost == sum(step.cost for step in found.steps)
    known = {one.item for one in case().findings} | {item.id for item in ddx().network.safety_items}
    assert set(items) <= known and not set(items) & {one.item for one in case().start}
    safety_parts = {node for flag in ddx().network.red_flags for node, _ in flag.clauses}
    always = {item.id for item in ddx().network.safety_items if item.always_ask}
    assert set(items[: len(always)]) == always
    # An answer may bring up a warning sign that nobody had to ask for before; nothing else is without gain.
    assert {step.item for step in found.steps if step.gain_bits is None} <= safety_parts
    assert found.steps[-1].due_to[ARTERIES] == max(found.steps[-1].due_to.values()) > 0.5


def test_findings_that_clash_are_reported_and_the_rest_goes_on():
    text = """
cases:
  - id: clash
    title: Two files in one folder
    kind: typical
    setting: General practice
    vignette: I am a man of 70, they wrote.
    findings:
      - {item: sex, state: male, when: start}
      - {item: sudden_cramp, state: present}
      - {item: pregnancy, state: present}
      - {item: muscle_knot_in_attack, state: present}
    answer: [nocturnal_leg_cramps]
"""
    (wrong,) = parse_cases(ddx().network, text)
    session = PracticeSession.start(ddx().network, wrong)
    for p in (0.3, 0.7, 0.7, 0.8):
        session = session.commit(Belief.of(ddx().network, {CRAMPS: p}))
        if session.left:
            session = session.next_finding()
    found = debrief(ddx(), session.stop(), DRAWS)
    assert set(found.contradiction) == {"sex = male", "pregnancy = present"}
    assert "contradiction" in told(found)
    assert [one.step for one in found.revisions] == [1]
    assert found.scores.network is not None


def test_a_session_without_a_belief_has_no_debrief():
    with pytest.raises(PracticeError, match="nothing to say"):
        debrief(ddx(), PracticeSession.start(ddx().network, case()))


def test_a_reflection_is_laid_beside_the_networks_lists():
    evidence = case().evidence(ddx().network)
    mine = Reflection(ARTERIES, for_it=("relief_by_dangling_legs", "sex"), against_it=("smoking",))
    found = compare(ddx(), evidence, mine)
    assert "relief_by_dangling_legs" in found.for_it.agreed
    assert "absent_foot_pulses" in found.for_it.only_network
    assert found.against_it.only_learner == ("smoking",)
    assert found.labels["smoking"] == "Smoking"
    assert Reflection.from_plain(ddx().network, mine.to_plain()) == mine


@pytest.mark.parametrize(
    "plain",
    [
        None,
        {},
        {"cause": "gout"},
        {"cause": ARTERIES, "for_it": ["cold_feet"]},
        {"cause": ARTERIES, "for_it": 3},
    ],
)
def test_a_reflection_that_is_none_is_refused(plain: object):
    with pytest.raises(BeliefError):
        Reflection.from_plain(ddx().network, plain)


def test_a_network_without_figures_gives_feedback_without_intervals():
    bare = Differential.of(
        replace(ddx().network, nodes=tuple(replace(n, figures=()) for n in ddx().network.nodes))
    )
    session = worked([{ARTERIES: 0.5}, {ARTERIES: 0.6}])
    found = debrief(bare, session, DRAWS)
    assert found.track.steps[-1].due_to[ARTERIES] == pytest.approx(
        ddx().query(session.evidence).due_to(ARTERIES)
    )
