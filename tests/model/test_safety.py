"""What must be asked first, and when asking may stop."""

from __future__ import annotations

from typing import Any

import pytest

from model import UNKNOWN, Differential, Evidence
from model.safety import Known, completing_parts, must_ask_first, open_parts
from model.stopping import Stop
from model.urgency import LEVELS, urgency
from network.build import load_network
from network.decisions import RedFlag

BN = load_network()
LEG_PAIN = Differential.load()
SAFETY = {item.id: item for item in BN.safety_items}
NOTHING = dict.fromkeys(BN.index, 0.0)
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
    rules = [flag for flag in BN.red_flags if item in dict([*flag.all_of, *flag.any_of])]
    assert rules
    everything = dict([*rules[0].all_of, *rules[0].any_of])
    assert rules[0].id in {flag.id for flag in urgency(Evidence.of(BN, everything)).flags}


def rest_of(flag: RedFlag) -> list[tuple[tuple[str, str], dict[str, str]]]:
    """Return each part of a rule with the smallest other evidence that only it completes."""
    first = dict(flag.any_of[:1])
    found = [(part, {**dict(flag.all_of), **first}) for part in flag.all_of]
    found += [(part, dict(flag.all_of)) for part in flag.any_of]
    return [(part, {node: state for node, state in rest.items() if node != part[0]}) for part, rest in found]


PARTS = [
    pytest.param(flag, part, rest, id=f"{flag.id}:{part[0]}")
    for flag in BN.red_flags
    for part, rest in rest_of(flag)
    if rest
]


@pytest.mark.parametrize(("flag", "part", "rest"), PARTS)
def test_the_missing_part_of_a_rule_is_asked_when_the_rest_holds(
    flag: RedFlag, part: tuple[str, str], rest: dict[str, str]
) -> None:
    evidence = Evidence.of(BN, rest)
    assert part in completing_parts(flag, Known.of(evidence))
    node = part[0]
    higher = LEVELS.index(urgency(evidence).level or "routine") > LEVELS.index(flag.level)
    if (node in BN and BN.node(node).text.cost == "test") or higher:
        return  # a test cannot be asked, and a rule that would change nothing is not completed
    assert node in asked(rest)


@pytest.mark.parametrize("flag", BN.red_flags, ids=lambda flag: flag.id)
def test_a_rule_with_a_part_denied_is_not_pursued(flag: RedFlag) -> None:
    for node, state in flag.all_of:
        states = BN.node(node).states if node in BN else ("absent", "present")
        other = next(one for one in states if one != state)
        assert open_parts(flag, Known.of(Evidence.of(BN, {node: other}))) == ()
    if flag.any_of:
        unknown = dict.fromkeys((node for node, _ in flag.any_of), UNKNOWN)
        assert open_parts(flag, Known.of(Evidence.of(BN, unknown))) == ()


@pytest.mark.parametrize("flag", [flag for flag in BN.red_flags if flag.ask_for], ids=lambda flag: flag.id)
def test_a_rule_becomes_relevant_when_its_cause_is_probable_enough(flag: RedFlag) -> None:
    cause = flag.ask_for[0]
    below = asked({}, {**POSSIBLE, cause: flag.ask_above * 0.99})
    above = asked({}, {**POSSIBLE, cause: flag.ask_above})
    new = {item for item, why in above.items() if why == "relevant" and item not in below}
    parts = {
        node
        for node, _ in (*flag.all_of, *flag.any_of)
        if node not in BN or BN.node(node).text.cost != "test"
    }
    assert new
    assert new <= parts


def test_each_item_is_asked_once_the_most_urgent_first() -> None:
    found = must_ask_first(Evidence.of(BN, {"statin": "present", "cancer_history": "present"}), POSSIBLE)
    assert len({ask.item for ask in found}) == len(found)
    ranks = [LEVELS.index(ask.level) for ask in found]
    assert ranks == sorted(ranks, reverse=True)
    assert {ask.item: ask.because for ask in found}["dark_urine"] == ("statin",)


def test_what_cannot_be_is_not_asked() -> None:
    calf = {"unilateral_calf_swelling": "present"}
    assert "recent_childbirth" in asked({**calf, "sex": "female"})
    assert "recent_childbirth" not in asked({**calf, "sex": "male"})
    assert "pregnancy" not in asked({**calf, "sex": "male"}, {**POSSIBLE, "pregnancy": 0.0})


def test_no_test_has_to_be_asked_first() -> None:
    everything = {node.id: 1.0 for node in BN.nodes}
    for item in asked({}, everything):
        assert item in SAFETY or BN.node(item).text.cost != "test"


def test_rules_below_the_urgency_already_reached_are_left_alone() -> None:
    found = must_ask_first(
        Evidence.of(BN, {"sudden_cold_pale_numb_leg": "present"}), dict.fromkeys(BN.index, 1.0)
    )
    assert {ask.level for ask in found} == {"emergency"}


# Stopping

ASKED = {item: "absent" for item in SAFETY}


def stop(findings: dict[str, Any]) -> Stop:
    return LEG_PAIN.next_questions(findings).stop


def test_asking_goes_on_while_a_safety_question_is_open() -> None:
    found = stop({"age": 70})
    assert (found.stop, found.because) == (False, "ask_first")
    assert "breathless_or_chest_pain" in found.items


def test_asking_goes_on_while_an_answer_could_raise_the_urgency() -> None:
    findings = {**ASKED, "age": 40, "urge_to_move": "present", "relief_by_movement": "present"}
    found = stop(findings)
    assert not found.stop
    if found.because == "urgency":
        for item in found.items:
            state = (
                "present" if item not in BN or "present" in BN.node(item).states else BN.node(item).states[-1]
            )
            raised = urgency(Evidence.of(BN, {**findings, item: state})).level
            assert LEVELS.index(raised or "routine") > 0


def test_items_said_to_change_the_order_do_change_it() -> None:
    findings = {
        **ASKED, "age": 50, "sex": "female", "fever_or_weight_loss": "absent", "leg_weakness": "absent",
        "constant_unremitting_pain": "absent", "unilateral_calf_swelling": "absent",
        "calf_warmth_or_redness": "absent", "foot_ulcer_or_gangrene": "absent", "foot_drop": "absent",
        "cancer_history": "absent", "hip_girdle_stiffness": "absent",
    }  # fmt: skip
    asked_next = LEG_PAIN.next_questions(findings)
    assert asked_next.stop.because == "order"
    leading = [
        cause.condition for cause in asked_next.answer.ranking if cause.due_to >= BN.decisions.leading.above
    ]
    for item in asked_next.stop.items:
        orders = {
            tuple(sorted(outcome.due_to, key=lambda name: -outcome.due_to[name])[: len(leading)])
            for outcome in asked_next[item].outcomes
            if outcome.probability >= BN.decisions.unlikely.above
        }
        assert orders != {tuple(leading)}, item


def test_asking_stops_when_everything_was_asked() -> None:
    everything = {
        node.id: UNKNOWN
        for node in BN.nodes
        if node.kind in ("risk_factor", "symptom", "sign", "test", "context")
    }
    found = stop({**ASKED, **everything})
    assert found.stop
    assert found.because == "done"
    assert found.items == ()
    assert "several together might" in found.reason


def test_a_stop_holds_what_it_says() -> None:
    """Ask what the signal names until it stops; then no likely answer changes order, urgency or advice."""
    findings: dict[str, Any] = {**ASKED, "age": 30, "sex": "male", "urge_to_move": "present"}
    findings |= {"relief_by_movement": "present", "evening_worsening": "present", "ferritin_low": "present"}
    for _ in range(60):
        found = LEG_PAIN.next_questions(findings)
        if found.stop.stop:
            break
        findings[found.stop.items[0]] = "absent" if found.stop.items[0] in SAFETY else usual(found, findings)
    assert found.stop.stop
    before = LEG_PAIN.query(findings)
    advice = LEG_PAIN.advice(findings)
    fitting = {one.id: one.standing for one in advice.options if one.probable}
    for question in found.by_gain[:12]:
        for outcome in question.outcomes:
            if outcome.probability < BN.decisions.unlikely.above:
                continue
            after = {**findings, question.item: outcome.state}
            answer = LEG_PAIN.query(after)
            assert answer.ranking[0].condition == before.ranking[0].condition, question.item
            turned = LEG_PAIN.advice(after)
            for option, standing in fitting.items():
                if turned[option].probable:
                    assert turned[option].standing == standing, (question.item, option)


def usual(found: Any, findings: dict[str, Any]) -> str:
    """Return the most probable answer of the first item that the stop signal names."""
    question = found[found.stop.items[0]]
    return max(question.outcomes, key=lambda outcome: outcome.probability).state
