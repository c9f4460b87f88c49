"""Why: shares that add up, are fair and can be recomputed; contrast; what is missing; what is settled."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import UNKNOWN, Differential, Likelihood
from model.coalitions import MOST_SUBSETS
from model.evidence import Evidence
from model.explanation import DECIBANS_PER_NAT, Explanation
from network.errors import DiagnosisError, ImpossibleEvidence, NoComplaint, UnknownNode
from network.structure import EVIDENCE_KINDS, PRESENT
from tests import oracles
from tests.floats import ENGINE, assert_close
from tests.networks import any_of, asia, consultation, draw_case, make, noisy, tabled

SUM = 1e-9
CONSULTATION = Differential.of(consultation())
LEG_PAIN = Differential.load()
ARTERIES, JOINT = "arterial_insufficiency", "osteoarthritis"
TYPICAL: dict[str, Any] = {
    "age": 78, "sex": "male", "smoking": "current", "relief_by_dangling_legs": "present",
    "cold_foot": Likelihood(4.0), "absent_foot_pulses": "absent", "urge_to_move": "absent",
    "morning_stiffness": "under_30_min",
}  # fmt: skip


def log_odds(p: float) -> float:
    """Return the natural log of the odds."""
    return float(np.log(p) - np.log1p(-p))


def findings_of(ddx: Differential, seed: int, most: int) -> dict[str, str]:
    """Return findings of one person drawn from the network, the complaint left open."""
    rng = np.random.default_rng(seed)
    case = draw_case(ddx.network, rng)
    nodes = [node.id for node in ddx.network.of_kind(*EVIDENCE_KINDS)]
    chosen = rng.choice(nodes, size=rng.integers(0, most + 1), replace=False)
    return {str(node): ddx.network.node(node).states[case[node]] for node in chosen}


def explained(ddx: Differential, findings: dict[str, Any], cause: str, **more: Any) -> Explanation | None:
    """Return the explanation, None where the findings are impossible."""
    try:
        return ddx.explain(findings, cause, **more)
    except ImpossibleEvidence:
        return None


# Shares


@given(st.integers(0, 10**6), st.sampled_from([ARTERIES, JOINT, "other_cause"]))
def test_shares_add_up_to_the_change_of_the_log_odds(seed: int, cause: str) -> None:
    found = explained(CONSULTATION, findings_of(CONSULTATION, seed, 6), cause)
    if found is None or found.settled:
        return
    change = log_odds(found.posterior) - log_odds(found.baseline)
    assert abs(found.change_decibans / DECIBANS_PER_NAT - change) < SUM


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_shares_add_up_on_the_network_of_leg_pain(seed: int) -> None:
    causes = list(LEG_PAIN.network.causes)
    found = explained(LEG_PAIN, findings_of(LEG_PAIN, seed, 5), causes[seed % len(causes)])
    if found is None or found.settled:
        return
    change = log_odds(found.posterior) - log_odds(found.baseline)
    assert abs(found.change_decibans / DECIBANS_PER_NAT - change) < SUM


@given(st.integers(0, 10**6))
def test_a_share_is_the_mean_effect_over_all_orders_by_enumeration(seed: int) -> None:
    findings = findings_of(CONSULTATION, seed, 3)
    found = explained(CONSULTATION, findings, JOINT)
    if found is None or found.settled:
        return
    network = CONSULTATION.network
    observed = Evidence.of(network, findings).observed()

    def worth(nodes: tuple[str, ...]) -> float:
        evidence = {"night_leg_pain": PRESENT, **{node: observed[node] for node in nodes}}
        absent, present = oracles.posteriors(network, evidence).marginals["due_to_osteoarthritis"]
        return float(np.log(present / absent))

    orders = list(permutations(findings))
    shares = dict.fromkeys(findings, 0.0)
    for order in orders:
        for k, node in enumerate(order):
            shares[node] += (worth(order[: k + 1]) - worth(order[:k])) / len(orders)
    for one in found.contributions:
        assert one.decibans / DECIBANS_PER_NAT == pytest.approx(shares[one.finding], abs=SUM)


def twins() -> Differential:
    """Return a network with two findings alike, and one that has nothing to do with the causes."""
    return Differential.of(
        make(
            "twins",
            tabled("illness", [], 0.2, "condition"),
            tabled("due_to_illness", ["illness"], [0.0, 0.5], "due_to"),
            tabled("other_cause", [], 0.3, "due_to"),
            any_of("pain", "due_to_illness", "other_cause", kind="complaint"),
            noisy("left", {"due_to_illness": 0.6}, 0.1),
            noisy("right", {"due_to_illness": 0.6}, 0.1),
            noisy("rarer", {"due_to_illness": 0.4}, 0.1),
            tabled("apart", [], 0.4, "symptom"),
            complaint="pain",
        )
    )


def test_findings_alike_share_equally_and_one_apart_gets_nothing() -> None:
    found = twins().explain(dict.fromkeys(("left", "apart", "rarer", "right"), "present"), "illness")
    shares = {one.finding: one.decibans for one in found.contributions}
    assert shares["left"] == pytest.approx(shares["right"], abs=SUM)
    assert shares["left"] > shares["rarer"] > 1.0
    assert shares["apart"] == pytest.approx(0.0, abs=SUM)
    assert [one.finding for one in found.neutral] == ["apart"]
    assert {one.finding for one in found.for_it} == {"left", "right", "rarer"}
    assert found.against_it == ()


def test_contributions_stand_strongest_first() -> None:
    sizes = [abs(one.decibans) for one in LEG_PAIN.explain(TYPICAL, ARTERIES).contributions]
    assert sizes == sorted(sizes, reverse=True)


def test_sampled_shares_agree_with_exact_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = {one.finding: one for one in LEG_PAIN.explain(TYPICAL, ARTERIES).contributions}
    monkeypatch.setattr("model.coalitions.MOST_SUBSETS", 200)
    sampled = LEG_PAIN.explain(TYPICAL, ARTERIES)
    assert sampled.sampled
    for one in sampled.contributions:
        assert one.standard_error > 0.0
        assert abs(one.decibans - exact[one.finding].decibans) < 4.0 * one.standard_error
        assert one.without == pytest.approx(exact[one.finding].without, abs=ENGINE)
    change = log_odds(sampled.posterior) - log_odds(sampled.baseline)
    assert abs(sampled.change_decibans / DECIBANS_PER_NAT - change) < SUM


def test_all_subsets_are_used_up_to_twelve_findings() -> None:
    assert MOST_SUBSETS == 1 << 12


def test_more_findings_than_an_integer_has_bits_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.coalitions.MOST_SUBSETS", 200)
    findings = {node.id: node.states[0] for node in LEG_PAIN.network.of_kind("symptom", "sign", "test")[:70]}
    found = LEG_PAIN.explain(findings, ARTERIES)
    assert len(found.contributions) == 70
    change = log_odds(found.posterior) - log_odds(found.baseline)
    assert found.change_decibans / DECIBANS_PER_NAT == pytest.approx(change, abs=SUM)


# One finding taken away


def test_leave_one_out_is_the_same_as_two_queries() -> None:
    found = LEG_PAIN.explain(TYPICAL, ARTERIES)
    assert found.posterior == pytest.approx(LEG_PAIN.query(TYPICAL).due_to(ARTERIES), abs=ENGINE)
    assert found.baseline == pytest.approx(LEG_PAIN.query().due_to(ARTERIES), abs=ENGINE)
    for one in found.contributions:
        rest = {node: value for node, value in TYPICAL.items() if node != one.finding}
        without = LEG_PAIN.query(rest).due_to(ARTERIES)
        assert one.without == pytest.approx(without, abs=ENGINE)
        ratio = np.exp(log_odds(found.posterior) - log_odds(without))
        assert one.likelihood_ratio == pytest.approx(ratio, rel=SUM)


def test_the_ratio_is_how_many_times_as_frequent_the_finding_is() -> None:
    found = CONSULTATION.explain({"age": 70, "relief_by_dangling_legs": "present"}, ARTERIES)
    (relief,) = (one for one in found.contributions if one.finding == "relief_by_dangling_legs")
    table = oracles.joint_posterior(
        CONSULTATION.network,
        {"age": 2, "night_leg_pain": 1},
        ["due_to_arterial_insufficiency", "relief_by_dangling_legs"],
    )
    frequency = table[:, 1] / table.sum(axis=1)
    assert relief.likelihood_ratio == pytest.approx(frequency[1] / frequency[0], rel=SUM)


def test_what_is_expected_but_missing_is_what_the_cause_would_bring() -> None:
    found = LEG_PAIN.explain(TYPICAL, ARTERIES)
    assert [one.finding for one in found.expected_but_missing] == ["absent_foot_pulses"]
    rest = {node: value for node, value in TYPICAL.items() if node != "absent_foot_pulses"}
    asked = LEG_PAIN.query({**rest, "due_to_arterial_insufficiency": "present"})
    assert found.expected_but_missing[0].expected == pytest.approx(
        asked.present("absent_foot_pulses"), abs=ENGINE
    )


def test_nothing_is_missed_that_people_without_the_cause_have_as_often() -> None:
    # Arterial disease makes missing pulses likely whatever explains the pain; cramps have no part in that.
    found = LEG_PAIN.explain(TYPICAL, "nocturnal_leg_cramps")
    assert found.expected_but_missing == ()


# Contrast


@given(st.integers(0, 10**6))
def test_contrast_is_antisymmetric(seed: int) -> None:
    findings = findings_of(CONSULTATION, seed, 4)
    one = explained(CONSULTATION, findings, ARTERIES, against=JOINT)
    if one is None or one.settled:
        return
    other = CONSULTATION.explain(findings, JOINT, ARTERIES)
    shares = {found.finding: found for found in other.contributions}
    for found in one.contributions:
        assert found.decibans == pytest.approx(-shares[found.finding].decibans, abs=SUM)
        assert found.likelihood_ratio * shares[found.finding].likelihood_ratio == pytest.approx(1.0, abs=SUM)
    assert one.posterior_against is not None
    assert one.baseline_against is not None
    change = np.log(one.posterior / one.posterior_against) - np.log(one.baseline / one.baseline_against)
    assert abs(one.change_decibans / DECIBANS_PER_NAT - change) < SUM


# Settled, and other corners


def test_an_absent_condition_settles_the_matter() -> None:
    found = LEG_PAIN.explain({"age": 70, "cold_foot": "present", ARTERIES: "absent"}, ARTERIES)
    assert found.posterior == 0.0
    assert found.contributions == ()
    assert [(one.certain, one.by) for one in found.settled] == [(False, (ARTERIES,))]


def test_what_settles_the_matter_is_needed_whole() -> None:
    rest = [node for node in CONSULTATION.network.causes if node != "due_to_osteoarthritis"]
    found = CONSULTATION.explain({"age": 70, **dict.fromkeys(rest, "absent"), "joint_xray": "present"}, JOINT)
    assert found.posterior == 1.0
    assert [(one.certain, set(one.by)) for one in found.settled] == [(True, set(rest))]


def test_a_cause_that_is_entered_is_settled_by_itself() -> None:
    found = CONSULTATION.explain({"due_to_osteoarthritis": "present", "age": 70}, JOINT)
    assert found.settled[0].entered
    assert found.settled[0].certain


def test_a_complaint_that_is_absent_settles_every_cause_from_the_start() -> None:
    found = CONSULTATION.explain({"night_leg_pain": "absent", "age": 70}, JOINT)
    assert found.baseline == found.posterior == 0.0
    assert [(one.certain, one.by) for one in found.settled] == [(False, ())]


def test_a_contrast_says_of_each_cause_whether_it_is_settled() -> None:
    found = CONSULTATION.explain({ARTERIES: "absent", JOINT: "absent"}, ARTERIES, JOINT)
    assert [(one.cause, one.by) for one in found.settled] == [(ARTERIES, (ARTERIES,)), (JOINT, (JOINT,))]
    certain = CONSULTATION.explain({"due_to_osteoarthritis": "present"}, JOINT, ARTERIES)
    assert certain.settled == ()
    assert certain.contributions[0].decibans > 0.0


def test_no_findings_and_findings_without_effect_explain_nothing() -> None:
    for evidence in ({}, {"low_back_pain": UNKNOWN}):
        found = LEG_PAIN.explain(evidence, JOINT)
        assert found.contributions == ()
        assert found.baseline == found.posterior


def test_paused_findings_do_not_play() -> None:
    evidence = Evidence.of(LEG_PAIN.network, {"cold_foot": "present", "age": 70}).paused_at("cold_foot")
    assert [one.finding for one in LEG_PAIN.explain(evidence, ARTERIES).contributions] == ["age"]


def test_an_explicit_complaint_says_the_same_as_the_assumed_one() -> None:
    assumed = CONSULTATION.explain({"age": 70, "joint_xray": "present"}, JOINT)
    explicit = CONSULTATION.explain({"age": 70, "joint_xray": "present", "night_leg_pain": "present"}, JOINT)
    assert [one.finding for one in explicit.contributions] == [one.finding for one in assumed.contributions]
    assert explicit.change_decibans == pytest.approx(assumed.change_decibans, abs=SUM)


def test_in_population_mode_the_baseline_is_that_of_anyone() -> None:
    found = CONSULTATION.explain({"joint_xray": "present"}, JOINT, complaint=False)
    assert found.baseline == pytest.approx(CONSULTATION.query(complaint=False).due_to(JOINT), abs=ENGINE)


def test_pgmpy_explains_the_same() -> None:
    findings = {"age": 70, "relief_by_dangling_legs": "present", "morning_stiffness": "none"}
    theirs = Differential.of(CONSULTATION.network, "pgmpy").explain(findings, ARTERIES)
    ours = CONSULTATION.explain(findings, ARTERIES)
    assert_close(
        [one.decibans for one in theirs.contributions], [one.decibans for one in ours.contributions], atol=SUM
    )
    assert theirs.produced[0].producers[0].probability == pytest.approx(
        ours.produced[0].producers[0].probability, abs=ENGINE
    )


def test_mistakes_are_told() -> None:
    with pytest.raises(DiagnosisError, match="contrasted with itself"):
        LEG_PAIN.explain({}, JOINT, f"due_to_{JOINT}")
    with pytest.raises(UnknownNode, match="Did you mean 'osteoarthritis'"):
        LEG_PAIN.explain({}, "osteoartritis")
    with pytest.raises(NoComplaint):
        Differential.of(asia()).explain({}, "lung")


def test_json_holds_the_whole_explanation() -> None:
    plain = LEG_PAIN.explain(TYPICAL, ARTERIES, "nocturnal_leg_cramps").to_plain()
    assert plain["cause"] == ARTERIES
    assert plain["against"] == "nocturnal_leg_cramps"
    assert sum(one["decibans"] for one in plain["contributions"]) == pytest.approx(plain["change_decibans"])
    (cold,) = (one for one in plain["contributions"] if one["finding"] == "cold_foot")
    assert cold["value"] == {"likelihood": {"absent": 1.0, "present": 4.0}}
    assert plain["account"]
    assert plain["notice"] == list(LEG_PAIN.network.notice)
