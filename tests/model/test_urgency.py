"""Red flags: each raised by its pictures, the most urgent first, silenced by nothing.

What the rules should say is tried on cases written by hand, apart from them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Differential, Likelihood
from model.evidence import UNKNOWN, Evidence
from model.phrases import inside, percent
from model.urgency import LEVELS, Urgency, urgency, watched
from network.build import load_network
from network.decisions import Need, Picture, RedFlag, Trigger
from network.knowledge import read_knowledge
from tests.networks import consultation

BN = load_network()
FLAGS = BN.red_flags
CLAUSES = sorted({clause for flag in FLAGS for clause in flag.clauses})
TRIGGERED = [
    (flag, picture, picture.trigger)
    for flag in FLAGS
    for picture in flag.pictures
    if picture.trigger is not None
]
LEG_PAIN = Differential.load()
Clauses = dict[str, str]


def smallest_sets(picture: Picture) -> Iterator[Clauses]:
    """Yield small evidence that meets every need: each clause of each need in turn, beside the first ones."""
    for need in picture.needs or (Need(0, ()),):
        for clause in need.of or (None,):
            first = [one for other in picture.needs for one in other.of[: other.count]]
            yield dict([*first, *([clause] if clause else [])])


def raised(evidence: Evidence) -> set[str]:
    return {flag.id for flag in urgency(evidence).flags}


def holds(picture: Picture, evidence: Evidence) -> bool:
    return picture.trigger is None and all(
        sum(evidence.holds(*clause) for clause in need.of) >= need.count for need in picture.needs
    )


def other_states(node: str, state: str) -> list[str]:
    states = BN.node(node).states if node in BN else ("absent", "present")
    return [other for other in states if other != state]


def level(found: Urgency) -> int:
    return -1 if found.level is None else LEVELS.index(found.level)


CASES = [
    pytest.param(flag, clauses, id=f"{flag.id}:{'+'.join(clauses)}")
    for flag in FLAGS
    for picture in flag.pictures
    if picture.trigger is None
    for clauses in smallest_sets(picture)
]


def test_there_are_flags_of_every_level() -> None:
    assert {flag.level for flag in FLAGS} == set(LEVELS)
    assert len([flag for flag in FLAGS if flag.level != "routine"]) >= 25
    assert {item.id for item in BN.safety_items} <= {node for node, _ in CLAUSES}


@pytest.mark.parametrize(("flag", "clauses"), CASES)
def test_a_flag_is_raised_by_its_evidence(flag: RedFlag, clauses: Clauses) -> None:
    result = urgency(Evidence.of(BN, clauses))
    [found] = [item for item in result.flags if item.id == flag.id]
    assert (found.level, found.reason, found.action) == (flag.level, flag.reason, flag.action)
    assert found.clinician
    assert set(found.because) <= set(clauses.items())
    assert level(result) >= LEVELS.index(flag.level)


@pytest.mark.parametrize(("flag", "clauses"), CASES)
def test_a_flag_is_raised_by_whole_pictures_alone(flag: RedFlag, clauses: Clauses) -> None:
    evidence = Evidence.of(BN, clauses)
    for node, state in clauses.items():
        for less in (
            evidence.without(node),
            evidence.paused_at(node),
            evidence.with_finding(node, UNKNOWN),
            *(evidence.with_finding(node, other) for other in other_states(node, state)),
        ):
            whole = any(holds(picture, less) for picture in flag.pictures)
            assert (flag.id in raised(less)) == whole, (node, less)


@given(st.lists(st.sampled_from(CLAUSES), max_size=8), st.sampled_from(CLAUSES))
def test_more_findings_of_some_syndrome_never_lower_the_level(
    entered: list[tuple[str, str]], further: tuple[str, str]
) -> None:
    before = Evidence.of(BN, dict(entered))
    if further[0] in before:
        return
    found = urgency(before)
    after = urgency(before.with_finding(*further))
    assert level(after) >= level(found)
    assert {flag.id for flag in found.flags} <= {flag.id for flag in after.flags}


@given(st.lists(st.sampled_from(CLAUSES), max_size=8), st.sampled_from(CLAUSES))
def test_what_is_absent_raises_nothing_by_itself(
    entered: list[tuple[str, str]], further: tuple[str, str]
) -> None:
    before = Evidence.of(BN, dict(entered))
    if further[0] in before or further[1] != "present":
        return
    assert urgency(before.with_finding(further[0], "absent")) == urgency(before)


@given(st.permutations(CLAUSES[:6]))
def test_the_order_of_entry_does_not_matter(entered: list[tuple[str, str]]) -> None:
    assert urgency(Evidence.of(BN, dict(entered))) == urgency(Evidence.of(BN, dict(sorted(entered))))


# Posteriors that raise


@pytest.mark.parametrize(
    ("flag", "picture", "trigger"), TRIGGERED, ids=lambda value: getattr(value, "id", "") or "of"
)
def test_a_posterior_raises_from_its_threshold_on_and_is_named(
    flag: RedFlag, picture: Picture, trigger: Trigger
) -> None:
    evidence = Evidence.of(BN, next(smallest_sets(picture)) if picture.needs else {})
    beside = dict.fromkeys(watched(BN), 0.0 if not trigger.below else 1.0)
    step = -1e-9 if trigger.below else 1e-9
    for p, expected in ((trigger.threshold + step, True), (trigger.threshold - step, False)):
        found = urgency(evidence, {**beside, **dict.fromkeys(trigger.nodes, p)})
        named = [one for one in found.flags if one.id == flag.id and one.exceeded is not None]
        assert bool(named) == expected
        for one in named:
            assert one.exceeded is not None
            assert one.exceeded.node in trigger.nodes
            assert percent(p) in one.reason
            assert inside(BN.node(one.exceeded.node).label) in one.reason
    assert flag.id not in raised(evidence), "without a posterior nothing is raised by one"


def test_thresholds_are_rows_with_interval_and_reason() -> None:
    figures = read_knowledge().figures
    for _, _, trigger in TRIGGERED:
        row = figures[trigger.figure]
        assert row.value == trigger.threshold
        assert row.low is not None and row.high is not None and row.low < row.value < row.high
        assert row.note


def test_absent_findings_raise_the_level_by_a_posterior_that_is_named() -> None:
    findings = {"age": 40, "severe_or_worsening_pain": "present"}
    ruled_out = dict.fromkeys(
        ("urge_to_move", "sudden_cramp", "swelling_or_heaviness", "joint_pain"), "absent"
    )
    answer = LEG_PAIN.query({**findings, **ruled_out})
    [found] = [flag for flag in answer.urgency.flags if flag.exceeded and flag.exceeded.node == "other_cause"]
    assert percent(answer.due_to("other_cause")) in found.reason


def test_many_cases_have_the_level_that_each_has_alone() -> None:
    rng = np.random.default_rng(3)
    nodes = sorted({node for node, _ in CLAUSES} - {"age", "sex", "smoking", "morning_stiffness"})
    rows = [
        {str(node): str(rng.choice(["present", "absent"])) for node in rng.choice(nodes, 5, replace=False)}
        for _ in range(12)
    ]
    table = {node: [row.get(node) for row in rows] for node in nodes}
    many = LEG_PAIN.query_many(table)
    for row, found, possible in zip(rows, many.urgency, many.possible, strict=True):
        assert found == LEG_PAIN.urgency(row).level, row
        assert possible or found == urgency(Evidence.of(BN, row)).level


def test_nothing_entered_raises_nothing_and_says_nothing() -> None:
    assert urgency(Evidence.of(BN)).level is None
    assert urgency(Evidence.of(BN)).reasons == ()
    assert urgency(Evidence.of(consultation(), {"age": 80})).level is None
    assert LEG_PAIN.query().urgency.level is None


def everything() -> Evidence:
    return Evidence.of(BN, dict(CLAUSES))


def test_the_highest_level_stands_and_covers_the_others() -> None:
    result = urgency(everything())
    ranks = [LEVELS.index(flag.level) for flag in result.flags]
    assert ranks == sorted(ranks, reverse=True)
    assert result.level == "emergency" == LEVELS[-1]
    assert {flag.level for flag in result.leading} == {"emergency"}
    assert (*result.leading, *result.covered) == result.flags
    assert [line.startswith("EMERGENCY: ") for line in result.lines] == [
        flag.level == "emergency" for flag in result.flags
    ]


def test_flags_of_one_level_keep_the_order_of_the_file() -> None:
    result = urgency(everything())
    order = [flag.id for flag in FLAGS]
    for one in LEVELS:
        found = [flag.id for flag in result.flags if flag.level == one]
        assert found == sorted(found, key=order.index)


CRAMPS = {
    "age": 70, "sudden_cramp": "present", "brief_episodes": "present", "relief_by_stretching": "present",
    "cold_foot": "absent", "relief_by_dangling_legs": "absent",
}  # fmt: skip


@pytest.mark.parametrize("complaint", [True, False])
def test_a_low_posterior_silences_nothing(complaint: bool) -> None:
    answer = LEG_PAIN.query({**CRAMPS, "sudden_cold_pale_numb_leg": "yes"}, complaint=complaint)
    assert answer.due_to("arterial_insufficiency") < 0.05
    assert answer.urgency.level == "emergency"
    assert str(answer).startswith("EMERGENCY: ")


def test_safety_items_change_no_probability() -> None:
    plain = LEG_PAIN.query(CRAMPS)
    flagged = LEG_PAIN.query({**CRAMPS, **{item.id: "present" for item in BN.safety_items}})
    assert flagged.ranking == plain.ranking
    assert flagged.log_evidence == plain.log_evidence
    assert flagged.urgency.level == "emergency"


def test_a_likelihood_that_favours_a_warning_sign_raises_its_flags() -> None:
    certain = raised(Evidence.of(BN, {"foot_drop": "present"}))
    assert raised(Evidence.of(BN, {"foot_drop": Likelihood(2.0)})) == certain != set()
    assert raised(Evidence.of(BN, {"foot_drop": Likelihood(1.0)})) == set()
    assert raised(Evidence.of(BN, {"foot_drop": Likelihood(0.2)})) == set()
