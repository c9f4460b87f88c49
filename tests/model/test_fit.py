"""Do they fit: conflict against its definition, the smallest clash by trying all groups, the alarms."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import UNKNOWN, Differential, Likelihood
from model.evidence import Evidence
from model.explanation import DECIBANS_PER_NAT
from model.fit import CLASH_DECIBANS, SURPRISING
from network.errors import ImpossibleEvidence
from network.structure import PRESENT
from tests import oracles
from tests.floats import ENGINE
from tests.networks import any_of, asia, consultation, draw_case, make, noisy, tabled

CONSULTATION = Differential.of(consultation())
LEG_PAIN = Differential.load()
CLASHING = {"typical_claudication": "present", "calf_pain_on_walking": "absent", "age": 40}


def random_findings(seed: int) -> dict[str, Any]:
    """Return up to four findings at random, likely or not, one of them at times a likelihood."""
    rng = np.random.default_rng(seed)
    names = ["age", "diabetes", "relief_by_dangling_legs", "worse_on_standing", "absent_pulses", "joint_xray"]
    found: dict[str, Any] = {}
    for name in rng.choice(names, size=rng.integers(0, 5), replace=False):
        node = CONSULTATION.network.node(str(name))
        found[node.id] = str(rng.choice(node.states))
        if len(node.states) == 2 and rng.random() < 0.2:
            found[node.id] = Likelihood(float(rng.uniform(0.1, 10.0)))
    return found


def log_p(findings: dict[str, Any]) -> float:
    """Return log P(findings, complaint) by enumeration."""
    observed = Evidence.of(CONSULTATION.network, findings).observed()
    return oracles.posteriors(CONSULTATION.network, {**observed, "night_leg_pain": PRESENT}).log_evidence


def conflict(findings: dict[str, Any]) -> float:
    """Return the conflict in decibans by its definition."""
    ground = log_p({})
    alone = sum(log_p({node: value}) - ground for node, value in findings.items())
    return (alone - (log_p(findings) - ground)) * DECIBANS_PER_NAT


@given(st.integers(0, 10**6))
def test_conflict_is_what_it_is_defined_to_be(seed: int) -> None:
    findings = random_findings(seed)
    found = CONSULTATION.fit(findings)
    expected = conflict(findings) if len(findings) > 1 else 0.0
    assert found.conflict_decibans == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 10**6))
def test_surprises_are_those_of_enumeration(seed: int) -> None:
    findings = random_findings(seed)
    surprising = {one.finding: one for one in CONSULTATION.fit(findings).surprising}
    for node, value in findings.items():
        rest = {other: one for other, one in findings.items() if other != node}
        expected, alone = np.exp(log_p(findings) - log_p(rest)), np.exp(log_p({node: value}) - log_p({}))
        observation = CONSULTATION.network.node(node).kind in ("symptom", "sign", "test")
        less = np.log(alone / expected) * DECIBANS_PER_NAT >= 1.0
        if isinstance(value, Likelihood) or not observation or expected >= SURPRISING or not less:
            assert node not in surprising
        else:
            assert surprising[node].probability == pytest.approx(expected, abs=ENGINE)
            assert surprising[node].alone == pytest.approx(alone, abs=ENGINE)


def independent() -> Differential:
    """Return a complaint with findings that have nothing to do with each other."""
    return Differential.of(
        make(
            "independent",
            tabled("other_cause", [], 0.3, "due_to"),
            any_of("pain", "other_cause", kind="complaint"),
            *(tabled(name, [], p, "symptom") for name, p in (("a", 0.1), ("b", 0.6), ("c", 0.001))),
            complaint="pain",
        )
    )


def test_independent_findings_are_in_no_conflict() -> None:
    found = independent().fit(dict.fromkeys("abc", "present"))
    assert found.conflict_decibans == pytest.approx(0.0, abs=1e-9)
    assert found.clash is None
    assert found.surprising == ()  # rare, but not because of the others
    assert "about as likely" in found.account[0]


def three_that_clash() -> Differential:
    """Return three signs of which any two go together, all three hardly ever: the third is their parity."""
    nodes = (
        tabled("due_to_x", [], 0.5, "due_to"),
        any_of("pain", "due_to_x", kind="complaint"),
        tabled("a", [], 0.5, "sign"),
        tabled("b", [], 0.5, "sign"),
        tabled("c", ["a", "b"], [[0.001, 0.999], [0.999, 0.001]], "sign"),
        tabled("d", [], 0.5, "sign"),
    )
    return Differential.of(make("parity", *nodes, complaint="pain"))


def test_a_clash_of_three_is_found_where_no_two_clash() -> None:
    found = three_that_clash().fit(dict.fromkeys("abcd", "present"))
    assert found.clash is not None
    assert found.clash.findings == ("a", "b", "c")
    assert found.clash.decibans == pytest.approx(10.0 * np.log10(0.5 / 0.001), abs=1e-6)
    pairs = three_that_clash().fit(dict.fromkeys("acd", "present"))
    assert pairs.clash is None


@given(st.integers(0, 10**6))
def test_the_clash_is_a_smallest_and_the_worst_of_its_size(seed: int) -> None:
    findings = random_findings(seed)
    found = CONSULTATION.fit(findings).clash
    by_size = [
        [conflict({node: findings[node] for node in group}) for group in combinations(findings, size)]
        for size in range(2, len(findings) + 1)
    ]
    clashing = [max(weights) for weights in by_size if max(weights) >= CLASH_DECIBANS]
    if not clashing:
        assert found is None
        return
    assert found is not None
    assert found.decibans == pytest.approx(clashing[0], abs=1e-9)
    smaller = [weight for weights in by_size[: len(found.findings) - 2] for weight in weights]
    assert all(weight < CLASH_DECIBANS for weight in smaller)


def test_findings_that_contradict_each_other_clash_and_surprise() -> None:
    found = LEG_PAIN.fit(CLASHING)
    assert found.clash is not None
    assert set(found.clash.findings) == {"typical_claudication", "calf_pain_on_walking"}
    assert {one.finding for one in found.surprising} == {"typical_claudication", "calf_pain_on_walking"}
    assert found.conflict_decibans > CLASH_DECIBANS


def test_textbook_findings_fit_together() -> None:
    found = LEG_PAIN.fit({"urge_to_move": "present", "relief_by_movement": "present", "sex": "female"})
    assert found.conflict_decibans < -1.0
    assert found.clash is None
    assert not found.out_of_scope


def test_the_alarm_sounds_where_unlisted_causes_lead() -> None:
    found = LEG_PAIN.fit({"constant_unremitting_pain": "present", "fever_or_weight_loss": "present"})
    assert found.out_of_scope
    assert found.other_cause == pytest.approx(found.answer.due_to("other_cause"), abs=ENGINE)
    assert found.other_cause_before == pytest.approx(LEG_PAIN.query().due_to("other_cause"), abs=ENGINE)


def test_without_the_complaint_there_is_nothing_to_lie_outside_of() -> None:
    for found in (
        LEG_PAIN.fit({"fever_or_weight_loss": "present"}, complaint=False),
        LEG_PAIN.fit({"night_leg_pain": "absent", "fever_or_weight_loss": "present"}),
    ):
        assert found.other_cause is None
        assert not found.out_of_scope


def test_fewer_than_two_findings_have_nothing_to_fit() -> None:
    for evidence in ({}, {"cold_foot": "present"}, {"cold_foot": "present", "low_back_pain": UNKNOWN}):
        found = LEG_PAIN.fit(evidence)
        assert found.conflict_decibans == 0.0
        assert found.clash is None
        assert len(found.account) == 1


def test_a_network_without_a_complaint_is_answered() -> None:
    found = Differential.of(asia()).fit({"smoke": "absent", "lung": "present", "xray": "absent"})
    assert found.conflict_decibans > 0.0
    assert found.other_cause is None


def test_impossible_findings_are_refused() -> None:
    with pytest.raises(ImpossibleEvidence):
        LEG_PAIN.fit({"osteoarthritis": "absent", "due_to_osteoarthritis": "present"})


def test_groups_too_many_for_the_engine_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.coalitions.MOST_SUBSETS", 5)
    assert three_that_clash().fit(dict.fromkeys("abcd", "present")).clash is None


def test_pgmpy_says_the_same() -> None:
    findings = {"age": 70, "relief_by_dangling_legs": "present", "absent_pulses": "absent"}
    theirs = Differential.of(CONSULTATION.network, "pgmpy").fit(findings)
    assert theirs.conflict_decibans == pytest.approx(CONSULTATION.fit(findings).conflict_decibans, abs=1e-9)


def test_text_and_json_hold_the_same() -> None:
    found = LEG_PAIN.fit(CLASHING)
    plain = found.to_plain()
    assert found.clash is not None
    assert plain["clash"]["findings"] == list(found.clash.findings)
    assert plain["account"] == list(found.account)
    assert "deciban" in found.account[-1]
    assert "calf pain that stops with rest and calf pain on walking (no)" in str(found)
    assert str(found).endswith(LEG_PAIN.network.notice[-1])


def test_likelihoods_enter_the_conflict_whatever_their_scale() -> None:
    base: dict[str, Any] = {"age": 70, "absent_pulses": Likelihood(absent=0.2, present=0.6)}
    scaled = {"age": 70, "absent_pulses": Likelihood(absent=2.0, present=6.0)}
    one, other = CONSULTATION.fit(base), CONSULTATION.fit(scaled)
    assert one.conflict_decibans == pytest.approx(other.conflict_decibans, abs=1e-9)


def test_draws_of_the_network_hardly_ever_clash() -> None:
    rng = np.random.default_rng(0)
    nodes = ("age", "relief_by_dangling_legs", "worse_on_standing", "absent_pulses", "joint_xray")
    clashes = 0
    for _ in range(100):
        case = draw_case(CONSULTATION.network, rng)
        findings = {node: CONSULTATION.network.node(node).states[case[node]] for node in nodes}
        clashes += CONSULTATION.fit(findings, complaint=False).clash is not None
    assert clashes < 5


def test_noisy_findings_of_one_cause_support_each_other() -> None:
    ddx = Differential.of(
        make(
            "two signs of one cause",
            tabled("due_to_x", [], 0.1, "due_to"),
            tabled("due_to_y", [], 0.1, "due_to"),
            any_of("pain", "due_to_x", "due_to_y", kind="complaint"),
            noisy("a", {"due_to_x": 0.8}, 0.05),
            noisy("b", {"due_to_x": 0.8}, 0.05),
            complaint="pain",
        )
    )
    assert ddx.fit({"a": "present", "b": "present"}).conflict_decibans < 0.0
    assert ddx.fit({"a": "present", "b": "absent"}).conflict_decibans > 0.0
