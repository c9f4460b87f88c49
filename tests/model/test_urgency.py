"""Red flags: each raised by exactly its evidence, the most urgent first, and silenced by nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from model import Differential, Likelihood
from model.evidence import UNKNOWN, Evidence
from model.urgency import LEVELS, urgency
from network.build import load_network
from network.structure import RedFlag
from tests.networks import consultation

BN = load_network()
FLAGS = BN.red_flags
Clauses = dict[str, str]


def smallest_sets(flag: RedFlag) -> Iterator[Clauses]:
    """Yield each smallest evidence that meets the flag's rule."""
    for one in flag.any_of or (None,):
        yield dict([*flag.all_of, *([one] if one else [])])


def raised(evidence: Evidence) -> set[str]:
    return {flag.id for flag in urgency(evidence).flags}


def other_states(node: str, state: str) -> list[str]:
    states = BN.node(node).states if node in BN else ("absent", "present")
    return [other for other in states if other != state]


CASES = [
    pytest.param(flag, clauses, id=f"{flag.id}:{'+'.join(clauses)}")
    for flag in FLAGS
    for clauses in smallest_sets(flag)
]


def test_there_are_flags_of_every_level() -> None:
    assert {flag.level for flag in FLAGS} == set(LEVELS)
    assert len(FLAGS) > 15
    assert {item.id for item in BN.safety_items} <= {
        node for flag in FLAGS for node, _ in (*flag.all_of, *flag.any_of)
    }


@pytest.mark.parametrize(("flag", "clauses"), CASES)
def test_a_flag_is_raised_by_its_evidence(flag: RedFlag, clauses: Clauses) -> None:
    result = urgency(Evidence.of(BN, clauses))
    [found] = [item for item in result.flags if item.id == flag.id]
    assert (found.level, found.reason, found.action) == (flag.level, flag.reason, flag.action)
    assert dict(found.because) == clauses
    assert flag.reason in result.reasons
    assert result.level is not None
    assert LEVELS.index(result.level) >= LEVELS.index(flag.level)


@pytest.mark.parametrize(("flag", "clauses"), CASES)
def test_a_flag_is_not_raised_without_all_of_its_evidence(flag: RedFlag, clauses: Clauses) -> None:
    for node, state in clauses.items():
        evidence = Evidence.of(BN, clauses)
        assert flag.id not in raised(evidence.without(node)), f"without {node}"
        assert flag.id not in raised(evidence.paused_at(node)), f"{node} paused"
        assert flag.id not in raised(evidence.with_finding(node, UNKNOWN)), f"{node} unknown"
        for other in other_states(node, state):
            assert flag.id not in raised(evidence.with_finding(node, other)), f"{node} = {other}"


def test_every_flag_of_a_rule_with_alternatives_lists_all_that_met_it() -> None:
    flag = next(flag for flag in FLAGS if len(flag.any_of) > 1 and flag.all_of)
    everything = Evidence.of(BN, dict([*flag.all_of, *flag.any_of]))
    [found] = [item for item in urgency(everything).flags if item.id == flag.id]
    assert found.because == (*flag.all_of, *flag.any_of)


def test_nothing_entered_raises_nothing_and_says_nothing() -> None:
    assert urgency(Evidence.of(BN)).level is None
    assert urgency(Evidence.of(BN)).reasons == ()
    assert urgency(Evidence.of(consultation(), {"age": 80})).level is None


def everything() -> Evidence:
    return Evidence.of(BN, dict(clause for flag in FLAGS for clause in (*flag.all_of, *flag.any_of)))


def test_the_most_urgent_comes_first() -> None:
    result = urgency(everything())
    assert {flag.id for flag in result.flags} == {flag.id for flag in FLAGS}
    ranks = [LEVELS.index(flag.level) for flag in result.flags]
    assert ranks == sorted(ranks, reverse=True)
    assert result.level == "emergency" == LEVELS[-1]


def test_flags_of_one_level_keep_the_order_of_the_file() -> None:
    result = urgency(everything())
    for level in LEVELS:
        assert [flag.id for flag in result.flags if flag.level == level] == [
            flag.id for flag in FLAGS if flag.level == level
        ]


CRAMPS = {
    "age": 70, "sudden_cramp": "present", "brief_episodes": "present", "relief_by_stretching": "present",
    "cold_foot": "absent", "relief_by_dangling_legs": "absent",
}  # fmt: skip


@pytest.mark.parametrize("complaint", [True, False])
def test_a_low_posterior_silences_nothing(complaint: bool) -> None:
    ddx = Differential.load()
    answer = ddx.query({**CRAMPS, "sudden_cold_pale_numb_leg": "yes"}, complaint=complaint)
    assert answer.due_to("arterial_insufficiency") < 0.05
    assert answer.urgency.level == "emergency"
    assert str(answer).startswith("EMERGENCY: ")


def test_safety_items_change_no_probability() -> None:
    ddx = Differential.load()
    plain = ddx.query(CRAMPS)
    flagged = ddx.query({**CRAMPS, **{item.id: "present" for item in BN.safety_items}})
    assert flagged.ranking == plain.ranking
    assert flagged.log_evidence == plain.log_evidence
    assert flagged.urgency.level == "emergency"


def test_a_likelihood_that_favours_a_warning_sign_raises_its_flags() -> None:
    certain = raised(Evidence.of(BN, {"foot_drop": "present"}))
    assert raised(Evidence.of(BN, {"foot_drop": Likelihood(2.0)})) == certain != set()
    assert raised(Evidence.of(BN, {"foot_drop": Likelihood(1.0)})) == set()
    assert raised(Evidence.of(BN, {"foot_drop": Likelihood(0.2)})) == set()
