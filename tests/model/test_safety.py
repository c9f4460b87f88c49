"""What must be asked first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import UNKNOWN, Evidence
from model.safety import (
    MOST_ASKED,
    Known,
    completing_parts,
    must_ask_first,
    open_parts,
    parts_to_ask,
)
from model.urgency import LEVELS, urgency
from network.build import load_network
from network.decisions import Picture, RedFlag

BN = load_network()
SAFETY = {item.id: item for item in BN.safety_items}
PICTURES = [
    picture for flag in BN.red_flags for picture in flag.pictures if picture.trigger is None and picture.needs
]
CLAUSES = sorted({clause for flag in BN.red_flags for clause in flag.clauses})
POSSIBLE = dict.fromkeys(BN.index, 0.001)


def asked(findings: dict[str, Any], present: dict[str, float] | None = None) -> dict[str, str]:
    """Return why each item is to be asked first."""
    found = must_ask_first(Evidence.of(BN, findings), present or POSSIBLE)
    return {ask.item: ask.why for ask in found}


# Red flags, one by one


@pytest.mark.parametrize("item", [item.id for item in BN.safety_items if item.always_ask])
def test_an_emergency_item_is_asked_until_it_is_answered(item: str) -> None:
    assert asked({})[item] == "always"
    for answer in ("absent", "present", UNKNOWN):
        assert item not in asked({item: answer})


@pytest.mark.parametrize("item", list(SAFETY))
def test_every_safety_item_can_raise_the_urgency_by_some_rule(item: str) -> None:
    [picture, *_] = [one for one in PICTURES if item in dict(one.clauses)]
    everything = Evidence.of(BN, dict(picture.clauses))
    assert item in {node for flag in urgency(everything).flags for node, _ in flag.because}


def rest_of(picture: Picture) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    """Yield each part of a picture with the smallest other evidence that only it completes."""
    first = {clause: None for need in picture.needs for clause in need.of[: need.count]}
    for part in first:
        rest = dict(clause for clause in first if clause != part)
        if part[0] not in rest:
            yield part, rest


PARTS = [
    pytest.param(picture, part, rest, id=f"{part[0]}:{'+'.join(rest)}")
    for picture in PICTURES
    for part, rest in rest_of(picture)
    if rest
]


@pytest.mark.parametrize(("picture", "part", "rest"), PARTS)
def test_the_missing_part_of_a_picture_completes_it(
    picture: Picture, part: tuple[str, str], rest: dict[str, str]
) -> None:
    known = Known.of(Evidence.of(BN, rest))
    assert part in completing_parts(picture, known)
    for also in completing_parts(picture, known):
        assert completing_parts(picture, Known.of(Evidence.of(BN, {**rest, also[0]: also[1]}))) == ()


@given(st.lists(st.sampled_from(CLAUSES), max_size=5), st.booleans())
def test_what_completes_a_syndrome_does_raise_the_level(
    entered: list[tuple[str, str]], asked_all: bool
) -> None:
    findings = {**({item.id: "absent" for item in BN.safety_items if item.always_ask} if asked_all else {})}
    evidence = Evidence.of(BN, {**findings, **dict(entered)})
    found = must_ask_first(evidence, POSSIBLE)
    assert len(found) == len({ask.item for ask in found}) <= MOST_ASKED
    before = urgency(evidence).level or "routine"
    for ask in found:
        assert LEVELS.index(ask.level) > LEVELS.index(before)
        assert ask.item not in evidence
        if ask.why == "completes":
            states = {state for node, state in CLAUSES if node == ask.item}
            raised = [urgency(evidence.with_finding(ask.item, state)).level or "routine" for state in states]
            assert ask.level in raised or max(map(LEVELS.index, raised)) > LEVELS.index(ask.level)


def test_an_answer_that_meets_two_needs_at_once_completes_them() -> None:
    calm = {item.id: "absent" for item in BN.safety_items if item.always_ask}
    half = {**calm, "recent_onset": "present", "numbness_or_tingling": "present"}
    assert urgency(Evidence.of(BN, {**half, "cold_foot": "present"})).level == "emergency"
    [picture] = [
        one for one in PICTURES
        if {"recent_onset", "cold_foot"} <= dict(one.clauses).keys() and len(one.needs) == 3
        and sum(("cold_foot", "present") in need.of for need in one.needs) == 2
    ]  # fmt: skip
    parts = completing_parts(picture, Known.of(Evidence.of(BN, half)))
    assert ("cold_foot", "present") in parts and ("new_leg_weakness", "present") not in parts


def test_a_syndrome_half_told_is_completed_by_the_next_question() -> None:
    calm = {item.id: "absent" for item in BN.safety_items if item.always_ask}
    assert "dark_urine" in asked({**calm, "statin": "present"})
    assert "bladder_or_saddle_symptoms" in asked({"low_back_pain": "present"})
    cold = asked({**calm, "absent_foot_pulses": "present", "cold_foot": "present"})
    assert set(cold) <= {
        "new_leg_weakness", "leg_weakness", "unable_to_bear_weight", "tense_painful_muscle", "recent_onset",
        "palpitations", "atrial_fibrillation", "severe_or_worsening_pain",
    }  # fmt: skip
    assert len(cold) == MOST_ASKED
    assert asked({**calm, "age": 80, "sex": "male"}) == {}, "age and sex complete nothing"
    assert set(asked({**calm, "cancer_history": "present"})) <= {
        "new_leg_weakness", "unsteady_or_numb_trunk", "unable_to_bear_weight",
    }  # fmt: skip


@pytest.mark.parametrize("picture", PICTURES, ids=lambda one: "+".join(node for node, _ in one.clauses[:4]))
def test_a_picture_that_cannot_hold_is_not_pursued(picture: Picture) -> None:
    for need in picture.needs:
        denied = dict.fromkeys((node for node, _ in need.of[need.count - 1 :]), UNKNOWN)
        assert open_parts(picture, Known.of(Evidence.of(BN, denied))) == ()


@pytest.mark.parametrize("flag", [flag for flag in BN.red_flags if flag.ask_for], ids=lambda flag: flag.id)
def test_a_rule_becomes_relevant_when_its_cause_is_probable_enough(flag: RedFlag) -> None:
    cause = flag.ask_for[0]
    calm = {item.id: "absent" for item in BN.safety_items if item.always_ask}
    silent = {**POSSIBLE, **dict.fromkeys(BN.causes, 0.0)}
    below = asked(calm, {**silent, cause: flag.ask_above * 0.99})
    above = asked(calm, {**silent, cause: flag.ask_above})
    new = {item for item, why in above.items() if why == "relevant" and item not in below}
    assert new
    assert new <= {
        node
        for one in BN.red_flags
        if cause in one.ask_for
        for node, _ in one.clauses
        if node not in BN or BN.node(node).text.cost != "test"
    }


def test_each_item_is_asked_once_what_is_always_asked_first_then_the_most_urgent() -> None:
    found = must_ask_first(Evidence.of(BN, {"statin": "present", "cancer_history": "present"}), POSSIBLE)
    assert [ask.why for ask in found] == ["always"] * MOST_ASKED
    calm = {item.id: "absent" for item in BN.safety_items if item.always_ask}
    found = must_ask_first(Evidence.of(BN, {**calm, "statin": "present"}), POSSIBLE)
    assert len({ask.item for ask in found}) == len(found) <= MOST_ASKED
    ranks = [LEVELS.index(ask.level) for ask in found]
    assert ranks == sorted(ranks, reverse=True)
    assert {ask.item: ask.because for ask in found}["dark_urine"] == ("statin",)


def test_what_cannot_be_is_not_asked() -> None:
    flag = next(one for one in BN.red_flags if one.id == "ill_around_birth")
    for sex in ("female", "male"):
        evidence = Evidence.of(
            BN, {"fever_or_weight_loss": "present", "low_back_pain": "present", "sex": sex}
        )
        possible = {**POSSIBLE, "pregnancy": 0.0 if sex == "male" else 0.01}
        parts = {ask.item for ask in parts_to_ask(flag, BN, Known.of(evidence), possible)}
        assert parts == ({"recent_childbirth", "pregnancy"} if sex == "female" else set())


def test_no_test_has_to_be_asked_first() -> None:
    everything = {node.id: 1.0 for node in BN.nodes}
    for item in asked({}, everything):
        assert item in SAFETY or BN.node(item).text.cost != "test"


def test_in_an_emergency_nothing_has_to_be_asked_first() -> None:
    evidence = Evidence.of(BN, {"sudden_cold_pale_numb_leg": "present"})
    assert must_ask_first(evidence, dict.fromkeys(BN.index, 1.0)) == ()
