"""What asking is worth, the list of questions, and when asking may stop: laws on small and real networks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import UNKNOWN, Differential
from model.questions import NextQuestions, Question
from model.stopping import DONE, UNSURE, Stop
from network.decisions import Stakes
from network.structure import ASKED_KINDS, Network
from tests import oracles
from tests.floats import ENGINE
from tests.networks import consultation, make, noisy, tabled

LEG_PAIN = Differential.load()
BN = LEG_PAIN.network
SAFETY = {item.id: "absent" for item in BN.safety_items}
CRAMPS: dict[str, Any] = {**SAFETY, "age": 66, "sex": "female", "sudden_cramp": "present"}
RESTLESS: dict[str, Any] = {**SAFETY, "age": 30, "sex": "male", "urge_to_move": "present"}


def staked(network: Network, **stakes: Any) -> Differential:
    """Return a differential of the network with other stakes."""
    return Differential.of(replace(network, decisions=replace(network.decisions, stakes=Stakes(**stakes))))


def small(**stakes: Any) -> Differential:
    """Return the small consultation with stakes, a symptom more, and a copy of it that is always like it."""
    base = consultation()
    more = (
        noisy("sore_knee", {"due_to_osteoarthritis": 0.8}, 0.05),
        tabled("sore_knee_again", ["sore_knee"], [0.0, 1.0], "symptom"),
    )
    return staked(make("copied", *base.nodes, *more, complaint=base.complaint), **stakes)


def equal(value: float, network: Network = BN) -> dict[str, Any]:
    """Return stakes of which all causes have the same."""
    return {"causes": tuple((cause, value) for cause in network.causes)}


def cases() -> st.SearchStrategy[dict[str, str]]:
    """Return some answers of the small consultation."""
    network = small().network
    asked = [node for node in network.of_kind(*ASKED_KINDS) if node.id != "sore_knee_again"]
    answers = {node.id: st.sampled_from(node.states) for node in asked}
    return st.fixed_dictionaries({}, optional=answers)


def position(asked: NextQuestions, item: str) -> int:
    """Return where a question stands."""
    return [one.item for one in asked.questions].index(item)


# The order


@pytest.mark.parametrize("value", [1.0, 3.0])
def test_with_equal_stakes_questions_are_weighed_by_their_total_gain(value: float) -> None:
    asked = staked(BN, **equal(value)).next_questions({"age": 66})
    for question in asked.questions:
        assert question.weighted_bits == pytest.approx(question.gain_bits, rel=1e-12)
    rates = [question.gain_bits / question.cost for question in asked.questions]
    assert rates == sorted(rates, reverse=True)


def test_a_cause_with_a_higher_stake_brings_its_questions_forward() -> None:
    plain = staked(BN, **equal(1.0)).next_questions({"age": 66})
    arteries = {**dict(equal(1.0)["causes"]), "due_to_arterial_insufficiency": 10.0}
    weighed = staked(BN, causes=tuple(arteries.items())).next_questions({"age": 66})
    assert position(weighed, "relief_by_dangling_legs") < position(plain, "relief_by_dangling_legs")


@pytest.mark.parametrize("state", ["absent", "present"])
def test_a_duplicate_of_an_answered_question_tells_nothing_and_is_never_first(state: str) -> None:
    asked = small().next_questions({"age": "60_to_74", "sore_knee": state})
    assert asked["sore_knee_again"].weighted_bits == pytest.approx(0.0, abs=ENGINE)
    assert asked.questions[0].item != "sore_knee_again"


def test_in_a_list_a_duplicate_of_one_above_comes_last() -> None:
    asked = small().next_questions({"age": "60_to_74"})
    pair = {"sore_knee", "sore_knee_again"}
    assert {one.item for one in asked.by_gain[:2]} == pair
    listed = [one.item for one in asked.in_turn(len(asked.questions))]
    assert listed[0] in pair and listed[-1] in pair
    assert sorted(listed) == sorted(one.item for one in asked.questions)


def test_the_second_of_a_list_tells_most_after_the_first() -> None:
    ddx = small()
    asked = ddx.next_questions({"age": "60_to_74"})
    first, second = asked.in_turn(2)

    def left(other: Question) -> float:
        """Return the gain given the first, from the joint distribution: I(C; F, G) - I(C; F)."""
        observed, bits = asked.answer.observed(), 0.0
        for cause in ddx.network.causes:
            joint = oracles.joint_posterior(ddx.network, observed, [cause, first.item, other.item])
            joint = joint / joint.sum()
            bits += mutual(joint.reshape(2, -1)) - mutual(joint.sum(axis=2))
        return bits / other.cost

    best = max((one for one in asked.questions if one is not first), key=left)
    assert left(second) == pytest.approx(left(best), abs=ENGINE)


def mutual(joint: np.ndarray) -> float:
    """Return the mutual information of rows and columns in bits."""
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    kept = joint > 0.0
    return float((joint[kept] * np.log2(joint[kept] / apart[kept])).sum())


def test_near_duplicates_are_not_listed_one_after_the_other() -> None:
    """Cramp, knot and short attacks hang on one thing: the list takes one of them."""
    asked = LEG_PAIN.next_questions({"age": 40, "sex": "female"})
    attack = {"sudden_cramp", "brief_episodes", "muscle_knot_in_attack"}
    assert len(attack & {one.item for one in asked.questions[:6]}) > 1
    assert len(attack & {one.item for one in asked.in_turn(6)}) == 1


# What an answer is worth


@given(cases())
def test_the_best_item_is_worth_its_expected_utility_beyond_its_cost(findings: dict[str, str]) -> None:
    stakes = {"due_to_arterial_insufficiency": 4.0, "due_to_osteoarthritis": 1.0, "other_cause": 2.0}
    ddx = small(causes=tuple(stakes.items()), question=0.001)
    asked = ddx.next_questions(findings)

    def utility(due_to: dict[str, float]) -> float:
        names = {of or cause: stake for cause, stake in stakes.items() for of in [ddx.network.causes[cause]]}
        return max(names[name] * p for name, p in due_to.items())

    now = utility({cause.condition: cause.due_to for cause in asked.answer.ranking})
    beyond = {
        one.item: sum(out.probability * utility(out.due_to) for out in one.outcomes) - now - 0.001 * one.cost
        for one in asked.questions
    }
    worth_it = {item for item, value in beyond.items() if value > 1e-8}
    assert worth_it <= set(asked.stop.items) <= {item for item, value in beyond.items() if value > -1e-8}
    assert asked.stop.stop == (not asked.stop.items)
    if asked.stop.items:
        assert asked.stop.expected == pytest.approx(max(beyond.values()), abs=1e-8)


@given(cases(), st.floats(0.0, 0.1), st.floats(0.0, 0.1))
def test_what_stops_stops_at_any_higher_cost(findings: dict[str, str], one: float, other: float) -> None:
    cheap, dear = sorted((one, other))
    at_first = small(question=cheap).next_questions(findings).stop
    at_last = small(question=dear).next_questions(findings).stop
    assert set(at_last.items) <= set(at_first.items)
    assert at_last.stop or not at_first.stop


# Stopping


def stop(findings: dict[str, Any], kind: str | None = None) -> Stop:
    """Return the signal."""
    return LEG_PAIN.next_questions(findings, kind).stop


@pytest.mark.parametrize("findings", [{"age": 70}, {"age": 30, "urge_to_move": "present"}])
def test_asking_never_stops_while_a_safety_question_is_open(findings: dict[str, Any]) -> None:
    asked = staked(BN, question=1e9).next_questions(findings)
    assert asked.must_ask
    assert (asked.stop.stop, asked.stop.because) == (False, "ask_first")
    assert asked.stop.items == tuple(ask.item for ask in asked.must_ask)


def test_where_only_urgency_is_open_it_is_asked_first() -> None:
    levels = tuple((level, 1000.0) for level in ("soon", "same_day", "emergency"))
    answered = answered_first(staked(BN, urgency=levels), CRAMPS)
    asked = staked(BN, urgency=levels).next_questions(answered)
    assert asked.stop.because == "urgency"
    assert asked.questions[0].item in asked.stop.items


def answered_first(ddx: Differential, findings: dict[str, Any]) -> dict[str, Any]:
    """Return the findings with everything that must be asked first answered by no."""
    for _ in range(60):
        must = ddx.next_questions(findings).must_ask
        if not must:
            break
        findings = {**findings, **{ask.item: "absent" for ask in must}}
    return findings


def test_asking_stops_when_everything_was_asked_and_says_who_should_look_when_unsure() -> None:
    everything = {node.id: UNKNOWN for node in BN.of_kind(*ASKED_KINDS)}
    unsure = stop({**SAFETY, **everything})
    assert (unsure.stop, unsure.because, unsure.items) == (True, UNSURE, ())
    assert BN.decisions.stakes.look in unsure.reason
    sure = stop({**SAFETY, **everything, "due_to_nocturnal_leg_cramps": "present"})
    assert (sure.stop, sure.because, sure.items) == (True, DONE, ())


@pytest.mark.parametrize("start", [CRAMPS, RESTLESS], ids=["cramps", "restless"])
def test_asking_what_it_names_leads_to_a_stop(start: dict[str, Any]) -> None:
    findings = dict(start)
    for _ in range(40):
        asked = LEG_PAIN.next_questions(findings, "question")
        if asked.stop.stop:
            break
        item = asked.stop.items[0]
        findings[item] = "absent" if item in SAFETY else usual(asked[item])
    assert asked.stop.stop


def usual(question: Question) -> str:
    """Return the most probable answer."""
    return max(question.outcomes, key=lambda outcome: outcome.probability).state
