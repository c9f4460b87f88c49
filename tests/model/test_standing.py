"""How an option stands: never against the urgency, from what was entered, alike for advice and the stop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import Answer, Differential, Evidence, Likelihood
from model.advice import OptionAdvice, turned
from model.pairwise import Pairs, pairs
from model.questions import askable
from model.standing import FITS, STANDINGS, Facts, restriction, severity
from model.urgency import LEVELS
from model.worth import after_answers, worth
from network.decisions import ACUTE, CHECK_FIRST, NOT_FOR_YOU, NOT_NOW, SELF, TAKE_CARE, Option
from network.errors import ImpossibleEvidence
from network.structure import EVIDENCE_KINDS, Node
from tests.networks import consultation

LEG_PAIN = Differential.load()
BN = LEG_PAIN.network
OPTIONS = {one.id: one for one in BN.decisions.options}
PRESSING = ("emergency", "same_day")
ITEMS = tuple(item.id for item in BN.safety_items)
STATES = {node.id: node.states for node in BN.of_kind(*EVIDENCE_KINDS)} | {
    item: ("absent", "present") for item in ITEMS
}
NOBODY = {node.id: np.eye(len(node.states))[0] for node in BN.nodes}
FULL = {node.id: np.eye(len(node.states))[-1] for node in BN.nodes}
"""Every node in its first state, where nothing is present; and in its last."""
TESTS = tuple(node.id for node in BN.of_kind("test"))

SHOWN_BY = {
    "iron_replacement": ("ferritin_low",),
    "revascularisation": ("arterial_duplex_stenosis", "angiography_stenosis"),
    "vein_treatment": ("venous_duplex_reflux",),
    "clot_treatment": ("compression_ultrasound_dvt",),
    "joint_injection": ("joint_effusion_or_swelling", "joint_xray_osteoarthritis"),
    "decompression_or_surgery": (
        "mri_lumbar_stenosis", "mri_foraminal_stenosis", "mri_disc_herniation", "nerve_conduction_abnormal",
    ),
    "vascular_medicines": ("ankle_brachial_index_low", "arterial_duplex_stenosis", "angiography_stenosis"),
}  # fmt: skip
"""What shows the target of a procedure, a drip or a medicine for something proven."""

ARTERIES = {"age": 76, "sex": "male", "smoking": "current", "diabetes": "present"}
REST_PAIN = {**ARTERIES, "relief_by_dangling_legs": "present"}
VEINS = {"age": 60, "sex": "female", "varicose_veins": "present", "swelling_or_heaviness": "present"}
RESTLESS = {"age": 45, "sex": "female", "urge_to_move": "present", "relief_by_movement": "present"}
CRAMPS = {"age": 65, "sudden_cramp": "present", "relief_by_stretching": "present"}
JOINTS = {"age": 68, "joint_pain": "present", "crepitus_or_limited_motion": "present"}
SPINE = {"age": 68, "low_back_pain": "present", "worse_standing_or_walking": "present",
         "relief_bending_forward": "present"}  # fmt: skip
CLOT = {
    "age": 65,
    "prior_dvt": "present",
    "immobility_or_recent_surgery": "present",
    "d_dimer_raised": "present",
}


@st.composite
def cases(draw: st.DrawFn) -> dict[str, str]:
    """Draw findings of the real network: a few of everything, tests and safety items as often as the rest."""
    plain = [node for node in STATES if node not in (*ITEMS, *TESTS)]
    chosen = [
        *draw(st.lists(st.sampled_from(plain), max_size=5, unique=True)),
        *draw(st.lists(st.sampled_from(TESTS), max_size=4, unique=True)),
        *draw(st.lists(st.sampled_from(ITEMS), max_size=2, unique=True)),
    ]
    return {node: draw(st.sampled_from(STATES[node])) for node in chosen}


# Urgency


@pytest.mark.parametrize("level", [None, *LEVELS])
@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda one: one.id)
def test_urgency_holds_back_all_but_acute_care(option: Option, level: str | None) -> None:
    found = turned(option, Evidence.of(BN, {}), NOBODY, level)
    held_back = any(one.turn.levels and one.then == NOT_NOW for one in found)
    assert held_back == (level in PRESSING and option.care != ACUTE)
    place = max((severity(one.then) for one in found), default=0)
    if level in PRESSING and option.care == SELF:
        assert STANDINGS[place] in (NOT_NOW, NOT_FOR_YOU)
    if level in PRESSING and option.care == ACUTE:
        assert any("no separate appointment" in one.says for one in found)


def test_self_care_and_acute_care_are_marked() -> None:
    care = {
        kind: {one.id for one in OPTIONS.values() if one.care == kind}
        for kind in ("self", "planned", "acute")
    }
    assert {"leg_elevation", "calf_stretching", "walking_exercise", "compression"} <= care["self"]
    assert {"seek_medical_advice", "clot_treatment"} <= care["acute"]
    assert {"physical_therapy", "joint_injection"} <= care["planned"]
    assert sum(map(len, care.values())) == len(OPTIONS)


TOO_SLOW = ("book an appointment", "within days", "ask for an appointment")


@settings(max_examples=15)
@given(cases())
def test_advice_never_contradicts_the_urgency_and_stands_by_its_turns(findings: dict[str, str]) -> None:
    try:
        found = LEG_PAIN.advice(findings)
    except ImpossibleEvidence:
        return
    level, pressing = found.urgency.level, found.urgency.level in PRESSING
    actions = " ".join(flag.action for flag in found.urgency.flags if flag.level == level)
    for one in found.options:
        stands_by_its_turns(one)
        if one.option.care == ACUTE:
            told = " ".join([one.text, *(turn.says for turn in one.turns)]).lower()
            assert not (pressing and any(words in told for words in TOO_SLOW)), one.id
        else:
            assert one.withheld == pressing
            assert one.text == (actions if pressing else one.option.text)
            assert not pressing or one.standing in (NOT_NOW, NOT_FOR_YOU)
    assert bool(found.waiting) == pressing
    if level not in (None, "routine"):
        assert found["seek_medical_advice"].turns, "how soon is said beside the doctor"


def stands_by_its_turns(one: OptionAdvice) -> None:
    """Hold that the standing is that of the most restricting turn; without one, that it fits if probable."""
    places = [severity(turn.then) for turn in one.turns]
    assert places == sorted(places, reverse=True)
    assert one.standing not in (NOT_NOW, NOT_FOR_YOU) or min(places) >= severity(NOT_NOW)
    assert one.probable == (one.target >= BN.decisions.useful.above)
    if places and places[0]:
        assert one.standing == one.turns[0].then
    else:
        assert one.standing == (FITS if one.probable else None)


def restricted(option: str, findings: dict[str, str]) -> str:
    """Return the standing of an option by what was entered alone, whatever the probabilities."""
    found = turned(OPTIONS[option], Evidence.of(BN, findings), NOBODY, None)
    return STANDINGS[max((severity(one.then) for one in found), default=0)]


@given(cases())
def test_a_leg_that_a_rule_says_not_to_raise_or_press_is_not_advised_to_be(findings: dict[str, str]) -> None:
    """Signs of poor arteries hold both back until a test has shown that they are sound."""
    signs = {"relief_by_dangling_legs": "present", "cold_foot": "present", "absent_foot_pulses": "present"}
    normal = ("ankle_brachial_index_low", "arterial_duplex_stenosis", "angiography_stenosis")
    unclear = {node: state for node, state in findings.items() if node not in normal} | signs
    for option in ("leg_elevation", "compression"):
        assert restricted(option, unclear) in (NOT_NOW, NOT_FOR_YOU)


# What was entered


@given(cases())
def test_no_procedure_fits_before_a_test_has_shown_its_target(findings: dict[str, str]) -> None:
    for option, tests in SHOWN_BY.items():
        if restricted(option, findings) == FITS:
            assert any(findings.get(test) == "present" for test in tests), option


@pytest.mark.parametrize(("option", "tests"), SHOWN_BY.items())
def test_a_procedure_whose_tests_were_all_normal_is_no_longer_to_be_checked(
    option: str, tests: tuple[str, ...]
) -> None:
    normal = dict.fromkeys(tests, "absent")
    found = turned(OPTIONS[option], Evidence.of(BN, normal), NOBODY, None)
    assert found[0].then in (NOT_NOW, NOT_FOR_YOU)
    assert CHECK_FIRST not in {one.then for one in found}


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda one: one.id)
def test_nothing_is_to_be_checked_that_has_been_checked(option: Option) -> None:
    """A check that a probability or an open question asks for ends with either result of its test."""
    for turn in option.turns:
        if turn.then != CHECK_FIRST or turn.given or turn.levels:
            continue
        results: dict[str, set[str]] = {}
        for node, state in turn.unless:
            results.setdefault(node, set()).add(state)
        assert results, turn.says
        for node, states in results.items():
            assert states == set(STATES[node]), (turn.says, node)


ENTERED = [
    (RESTLESS, {"ferritin_low": "present"}, "iron_replacement", FITS),
    (RESTLESS, {}, "iron_replacement", CHECK_FIRST),
    (RESTLESS, {"ferritin_low": "absent"}, "iron_replacement", NOT_FOR_YOU),
    (RESTLESS, {"ferritin_low": "absent", "heart_failure": "present"}, "iron_replacement", CHECK_FIRST),
    (RESTLESS, {"ferritin_low": "present"}, "restless_legs_medicines", NOT_NOW),
    (RESTLESS, {"ferritin_low": "absent"}, "restless_legs_medicines", FITS),
    (ARTERIES, {"absent_foot_pulses": "present"}, "leg_elevation", NOT_NOW),
    (ARTERIES, {"absent_foot_pulses": "present"}, "compression", NOT_FOR_YOU),
    (ARTERIES, {"ankle_brachial_index_low": "present"}, "leg_elevation", NOT_FOR_YOU),
    (ARTERIES, {"ankle_brachial_index_low": "present"}, "compression", NOT_FOR_YOU),
    (REST_PAIN, {"arterial_duplex_stenosis": "present"}, "revascularisation", FITS),
    (REST_PAIN, {"ankle_brachial_index_low": "present"}, "revascularisation", CHECK_FIRST),
    (REST_PAIN, {"ankle_brachial_index_low": "present"}, "vascular_medicines", FITS),
    (VEINS, {}, "compression", CHECK_FIRST),
    (VEINS, {"ankle_brachial_index_low": "absent"}, "compression", FITS),
    (VEINS, {"stocking_sensory_loss": "present"}, "compression", NOT_FOR_YOU),
    (VEINS, {"arterial_duplex_stenosis": "absent"}, "leg_elevation", FITS),
    (VEINS, {}, "vein_treatment", CHECK_FIRST),
    (VEINS, {"venous_duplex_reflux": "present"}, "vein_treatment", FITS),
    (CRAMPS, {"electrolytes_abnormal": "absent"}, "hydration_and_electrolytes", NOT_FOR_YOU),
    (CRAMPS, {"electrolytes_abnormal": "present"}, "hydration_and_electrolytes", NOT_NOW),
    (CRAMPS, {"diuretic": "present"}, "hydration_and_electrolytes", CHECK_FIRST),
    (JOINTS, {}, "joint_injection", CHECK_FIRST),
    (JOINTS, {"joint_xray_osteoarthritis": "present"}, "joint_injection", FITS),
    (JOINTS, {"joint_xray_osteoarthritis": "present", "prosthetic_joint": "present"}, "joint_injection",
     NOT_FOR_YOU),
    (SPINE, {}, "decompression_or_surgery", CHECK_FIRST),
    (SPINE, {"mri_lumbar_stenosis": "present"}, "decompression_or_surgery", CHECK_FIRST),
    ({**SPINE, "reduced_ankle_or_knee_reflex": "present"}, {"mri_lumbar_stenosis": "present"},
     "decompression_or_surgery", FITS),
    (CLOT, {"compression_ultrasound_dvt": "present"}, "clot_treatment", FITS),
]  # fmt: skip


@pytest.mark.parametrize(("base", "entered", "option", "expected"), ENTERED)
def test_what_was_entered_moves_the_standing(
    base: dict[str, Any], entered: dict[str, str], option: str, expected: str
) -> None:
    assert LEG_PAIN.advice({**base, **entered})[option].standing == expected


KNOWN = [
    ("pregnancy", "analgesia_anti_inflammatory", NOT_NOW),
    ("pregnancy", "restless_legs_medicines", NOT_NOW),
    ("pregnancy", "vein_treatment", NOT_NOW),
    ("pregnancy", "vascular_medicines", CHECK_FIRST),
    ("pregnancy", "position_change_and_pillow", TAKE_CARE),
    ("pregnancy", "joint_injection", TAKE_CARE),
    ("recent_childbirth", "restless_legs_medicines", CHECK_FIRST),
    ("recent_childbirth", "vein_treatment", NOT_NOW),
    ("chronic_kidney_disease", "analgesia_anti_inflammatory", CHECK_FIRST),
    ("chronic_kidney_disease", "hydration_and_electrolytes", CHECK_FIRST),
    ("chronic_kidney_disease", "restless_legs_medicines", CHECK_FIRST),
    ("chronic_kidney_disease", "revascularisation", TAKE_CARE),
    ("heart_failure", "analgesia_anti_inflammatory", CHECK_FIRST),
    ("heart_failure", "hydration_and_electrolytes", CHECK_FIRST),
    ("heart_failure", "compression", CHECK_FIRST),
    ("heart_failure", "walking_exercise", CHECK_FIRST),
    ("heart_failure", "leg_elevation", TAKE_CARE),
    ("liver_disease", "analgesia_anti_inflammatory", CHECK_FIRST),
    ("liver_disease", "hydration_and_electrolytes", CHECK_FIRST),
    ("liver_disease", "restless_legs_medicines", CHECK_FIRST),
    ("anticoagulant", "analgesia_anti_inflammatory", CHECK_FIRST),
    ("anticoagulant", "vascular_medicines", CHECK_FIRST),
    ("anticoagulant", "joint_injection", TAKE_CARE),
    ("anticoagulant", "calf_stretching", TAKE_CARE),
    ("fragile_bones", "walking_exercise", TAKE_CARE),
    ("unable_to_bear_weight", "walking_exercise", NOT_NOW),
    ("foot_ulcer_or_gangrene", "walking_exercise", NOT_NOW),
    ("foot_ulcer_or_gangrene", "compression", NOT_NOW),
    ("age=75_plus", "analgesia_anti_inflammatory", TAKE_CARE),
    ("age=75_plus", "restless_legs_medicines", TAKE_CARE),
    ("age=75_plus", "hydration_and_electrolytes", CHECK_FIRST),
]


@pytest.mark.parametrize(("fact", "option", "then"), KNOWN)
def test_an_illness_a_pregnancy_or_age_turns_what_it_makes_unsafe(fact: str, option: str, then: str) -> None:
    node, _, state = fact.partition("=")
    found = turned(OPTIONS[option], Evidence.of(BN, {node: state or "present"}), NOBODY, None)
    because = [one for one in found if one.because == f"{node}={state or 'present'}"]
    assert then in {one.then for one in because}
    assert all(one.reason for one in because)


def test_a_suspicion_turns_the_advice_but_does_not_clear_it() -> None:
    def thens(finding: str, ratio: float) -> set[str]:
        evidence = Evidence.of(BN, {finding: Likelihood(ratio)})
        return {one.then for one in turned(OPTIONS["compression"], evidence, FULL, None)}

    assert NOT_FOR_YOU in thens("absent_foot_pulses", 4.0)
    assert NOT_FOR_YOU not in thens("absent_foot_pulses", 0.25)
    assert CHECK_FIRST in thens("ankle_brachial_index_low", 0.25)


# The same rule for the signal to stop


@pytest.mark.parametrize("base", [VEINS, ARTERIES, JOINTS], ids=["veins", "arteries", "joints"])
def test_the_stop_signal_reads_turns_after_an_answer_as_advice_would(base: dict[str, Any]) -> None:
    evidence = Evidence.of(BN, base)
    answer, items, table = asked(evidence)
    now = Facts.of(evidence, answer.posteriors.marginals, answer.urgency.level)
    facts, shape = after_answers(now, items, table), table.answers.shape
    foreseen = {name: np.broadcast_to(restriction(one.turns, facts), shape) for name, one in OPTIONS.items()}
    for row, node in enumerate(items):
        for column, state in enumerate(node.states):
            after = {
                target: np.array([1.0 - p, p])
                for target, p in zip(table.targets, table.after[row, column], strict=True)
            }
            then = Facts.of(evidence.with_finding(node.id, state), after, now.level)
            for name, one in OPTIONS.items():
                assert foreseen[name][row, column] == restriction(one.turns, then), (name, node.id, state)


def asked(evidence: Evidence) -> tuple[Answer, tuple[Node, ...], Pairs]:
    """Return the answer to a case, what can still be asked, and how turns go together with it."""
    answer, items = LEG_PAIN.query(evidence), askable(BN, evidence)
    watched = [turn.node for one in OPTIONS.values() for turn in one.turns if turn.node]
    targets = list(dict.fromkeys([*BN.causes, *watched]))
    return answer, items, pairs(LEG_PAIN.engine, answer.observed(), [node.id for node in items], targets)


def test_a_test_that_an_option_waits_for_is_worth_something() -> None:
    """An open ferritin keeps iron from fitting."""
    answer, items, table = asked(Evidence.of(BN, RESTLESS))
    gains = dict(zip((node.id for node in items), worth(LEG_PAIN, answer, table, items).advice, strict=True))
    assert gains["ferritin_low"] > 0.0 == gains["ankle_tinel"]


def test_a_network_that_knows_no_options_never_waits_for_advice() -> None:
    assert Differential.of(consultation()).next_questions({"age": "75_plus"}).stop.because != "advice"
