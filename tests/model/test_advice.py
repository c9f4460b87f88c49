"""Advice: joint probabilities by brute force, every turn, and what is never said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Differential, Evidence
from model.advice import turned
from model.standing import FITS, STANDINGS
from model.urgency import LEVELS
from network.decisions import (
    CHECK_FIRST,
    DISPUTED,
    NOT_FOR_YOU,
    NOT_NOW,
    SUPPORTED,
    TAKE_CARE,
    UNCERTAIN,
    VERDICTS,
    Decisions,
    EffectEvidence,
    Option,
    Threshold,
    Turn,
)
from network.errors import ImpossibleEvidence
from network.structure import EVIDENCE_KINDS, Network
from tests import oracles
from tests.floats import ENGINE, assert_close
from tests.networks import consultation, draw_case

LEG_PAIN = Differential.load()
BN = LEG_PAIN.network
OPTIONS = BN.decisions.options
TURNS = [
    pytest.param(option, turn, id=f"{option.id}:{position}")
    for option in OPTIONS
    for position, turn in enumerate(option.turns)
]


def option(name: str, helps: tuple[str, ...], may_harm: tuple[str, ...] = (), *turns: Turn) -> Option:
    return Option(name, name, "", helps, may_harm, "", (), "", (), turns)


def advised(*options: Option, useful: float = 0.1) -> Differential:
    """Return the small consultation with these options."""
    decisions = Decisions(options=options, useful=Threshold(useful, "for a test"))
    return Differential.of(replace(consultation(), decisions=decisions))


BOTH = option(
    "both",
    ("due_to_arterial_insufficiency", "due_to_osteoarthritis"),
    ("arterial_insufficiency", "osteoarthritis"),
)
SMALL = advised(
    BOTH, option("one", ("due_to_osteoarthritis",), ("arterial_insufficiency",)), option("none", ())
)


def any_present(network: Network, observed: dict[str, Any], nodes: tuple[str, ...]) -> float:
    """Return P(at least one of the nodes is present | evidence) by summing the joint distribution."""
    table = oracles.joint_posterior(network, observed, nodes)
    absent = table[(0,) * len(nodes)]
    return float(1.0 - absent / table.sum())


# P(target) and P(harmed)


@given(st.integers(0, 10**6), st.booleans(), st.data())
def test_target_and_harm_are_joint_probabilities(seed: int, complaint: bool, data: st.DataObject) -> None:
    network = SMALL.network
    case = draw_case(network, np.random.default_rng(seed))
    nodes = [node.id for node in network.of_kind(*EVIDENCE_KINDS)]
    chosen = data.draw(st.lists(st.sampled_from(nodes), max_size=4, unique=True))
    findings = {node: network.node(node).states[case[node]] for node in chosen}
    try:
        found = SMALL.advice(findings, complaint)
    except ImpossibleEvidence:
        return
    observed = found.answer.observed()
    for one in found.options:
        for nodes_of, p in ((one.option.helps, one.target), (one.option.may_harm, one.harmed)):
            expected = any_present(network, observed, nodes_of) if nodes_of else 0.0
            assert p == pytest.approx(expected, abs=ENGINE)
        for node, p in {**one.helped, **one.harmed_by}.items():
            assert p == pytest.approx(any_present(network, observed, (node,)), abs=ENGINE)


@pytest.mark.parametrize(
    "findings",
    [
        {},
        {"age": 78, "smoking": "current", "relief_by_dangling_legs": "present"},
        {"age": 60, "sex": "female", "varicose_veins": "present", "swelling_or_heaviness": "present"},
    ],
)
def test_on_the_real_network_target_is_one_less_all_absent(findings: dict[str, Any]) -> None:
    """1 - P(all absent | e), from two probabilities of evidence."""
    found = LEG_PAIN.advice(findings)
    observed = found.answer.observed()
    for one in found.options:
        for nodes, p in ((one.option.helps, one.target), (one.option.may_harm, one.harmed)):
            none = LEG_PAIN.engine.posteriors({**observed, **dict.fromkeys(nodes, 0)}, []).log_evidence
            expected = 1.0 - np.exp(none - found.answer.log_evidence) if nodes else 0.0
            assert_close(p, expected, atol=1e-9)


def test_target_lies_between_the_largest_part_and_the_sum() -> None:
    for one in LEG_PAIN.advice({"age": 70, "sudden_cramp": "present"}).options:
        for parts, p in ((one.helped, one.target), (one.harmed_by, one.harmed)):
            assert max(parts.values(), default=0.0) - ENGINE <= p <= min(1.0, sum(parts.values())) + ENGINE


def test_both_engines_advise_the_same() -> None:
    findings = {"age": "75_plus", "absent_pulses": "present"}
    slow = Differential.of(SMALL.network, engine="pgmpy").advice(findings)
    for one, other in zip(SMALL.advice(findings).options, slow.options, strict=True):
        assert (one.id, one.standing) == (other.id, other.standing)
        assert one.target == pytest.approx(other.target, abs=ENGINE)
        assert one.harmed == pytest.approx(other.harmed, abs=ENGINE)


def test_a_network_without_options_has_no_advice() -> None:
    assert Differential.of(consultation()).advice({"age": "75_plus"}).options == ()


# Order and standing


def test_options_stand_by_what_is_probable_then_standing_then_evidence_then_balance() -> None:
    found = LEG_PAIN.advice({"age": 78, "smoking": "never", "relief_by_dangling_legs": "present"})
    places = [
        (
            not one.probable,
            STANDINGS.index(one.standing or FITS),
            VERDICTS.index(one.evidence.verdict),
            -one.balance,
        )
        for one in found.options
    ]
    assert places == sorted(places)
    assert {one.standing for one in found.options} == {*STANDINGS, None}
    for one in found.options:
        assert one.balance == one.target - one.harmed


def test_what_the_literature_disputes_stands_below_what_it_supports_however_probable() -> None:
    ddx = advised(
        *(
            replace(option(verdict, helps), evidence=EffectEvidence(verdict, "for a test"))
            for verdict, helps in (
                (DISPUTED, ("other_cause", "due_to_osteoarthritis")),
                (UNCERTAIN, ("other_cause",)),
                (SUPPORTED, ("due_to_osteoarthritis",)),
            )
        ),
        useful=0.0,
    )
    found = ddx.advice({})
    assert [one.id for one in found.options] == [SUPPORTED, UNCERTAIN, DISPUTED]
    assert found[DISPUTED].target > max(found[SUPPORTED].target, found[UNCERTAIN].target)


def test_standing_follows_the_most_restricting_turn() -> None:
    always = Turn(None, None, (("age", "75_plus"),), (), TAKE_CARE, "Care.", "test")
    check, wait, never = (
        replace(always, then=CHECK_FIRST, says="Check."),
        replace(always, then=NOT_NOW, says="Wait."),
        replace(always, then=NOT_FOR_YOU, says="No."),
    )
    helps = ("due_to_osteoarthritis",)
    ddx = advised(
        option("plain", helps),
        option("careful", helps, (), always),
        option("check", helps, (), always, check),
        option("wait", helps, (), check, wait),
        option("never", helps, (), check, wait, never),
    )
    found = ddx.advice({"age": "75_plus"})
    assert found["plain"].target >= 0.1
    assert {name: found[name].standing for name in ("plain", "careful", "check", "wait", "never")} == {
        "plain": FITS, "careful": FITS, "check": CHECK_FIRST, "wait": NOT_NOW, "never": NOT_FOR_YOU,
    }  # fmt: skip
    assert [turn.says for turn in found["never"].turns] == ["No.", "Wait."]
    assert [one.id for one in found.options] == ["plain", "careful", "check", "wait", "never"]


def test_an_option_fits_from_the_threshold_on() -> None:
    target = advised(option("one", ("other_cause",))).advice({})["one"].target
    for useful, standing in ((target, FITS), (target + 1e-6, None)):
        found = advised(option("one", ("other_cause",)), useful=useful).advice({})["one"]
        assert (found.standing, found.probable) == (standing, standing == FITS)


# Turns


@pytest.mark.parametrize(("one", "turn"), TURNS)
def test_every_turn_turns_the_advice(one: Option, turn: Turn) -> None:
    """Urgency turns it, a probability from its threshold on, an entry; an exception takes it back."""
    marginals = {node.id: np.full(len(node.states), 0.0) for node in BN.nodes}

    def says(findings: dict[str, str], p: float = 0.0, level: str | None = None) -> list[str]:
        if turn.node is not None:
            marginals[turn.node] = np.array([1.0 - p, p])
        found = turned(one, Evidence.of(BN, findings), marginals, level)
        return [one.says for one in found if one.turn is turn]

    raised: dict[str, str] = {}
    if turn.levels:
        for level in (None, *LEVELS):
            assert bool(says({}, level=level)) == (level in turn.levels)
    elif turn.node is not None and turn.above is not None:
        assert 0.0 < turn.above < 1.0
        assert turn.says in says({}, turn.above)
        assert turn.says not in says({}, np.nextafter(turn.above, 0.0))
    elif not turn.given:
        assert turn.says in says({})
    else:
        assert turn.says not in says({})
        for node, state in turn.given:
            assert turn.says in says({node: state})
        raised = dict(turn.given[:1])
    for node, state in turn.unless:
        if node not in raised:
            assert turn.says not in says({**raised, node: state}, 1.0)


def test_every_turn_has_its_reason_and_one_way_to_hold() -> None:
    for one in OPTIONS:
        for turn in one.turns:
            assert turn.reason
            assert turn.then in (NOT_FOR_YOU, NOT_NOW, CHECK_FIRST, TAKE_CARE)
            assert (turn.node is None) == (turn.above is None)
            assert bool(turn.levels) + (turn.node is not None) + bool(turn.given) <= 1
    assert BN.decisions.useful.reason


@pytest.mark.parametrize("name", ["leg_elevation", "compression"])
def test_the_index_comes_before_raising_or_compressing_a_leg_that_may_be_short_of_blood(name: str) -> None:
    vein = {
        "age": 76,
        "sex": "female",
        "smoking": "current",
        "varicose_veins": "present",
        "diabetes": "present",
    }
    found = LEG_PAIN.advice(vein)
    turn = next(turn for turn in BN.decisions.option(name).turns if turn.node == "arterial_insufficiency")
    assert found.answer.present("arterial_insufficiency") > turn.above
    assert found[name].standing == CHECK_FIRST
    assert any("ankle-brachial index" in turn.says for turn in found[name].turns)
    assert LEG_PAIN.advice({**vein, "ankle_brachial_index_low": "present"})[name].standing == NOT_FOR_YOU
    cleared = LEG_PAIN.advice({**vein, "ankle_brachial_index_low": "absent"})[name]
    assert not any("ankle-brachial index" in turn.says for turn in cleared.turns)
    young = LEG_PAIN.advice({"age": 30, "sex": "female", "varicose_veins": "present", "smoking": "never"})[
        name
    ]
    assert young.standing in (FITS, None)


def test_the_medicine_line_stands_with_the_review_of_medicines() -> None:
    found = LEG_PAIN.advice({"age": 70, "diuretic": "present", "sudden_cramp": "present"})[
        "medication_review"
    ]
    assert any("change nothing on your own" in turn.says for turn in found.turns)
    assert "Never start, stop or change a medicine on your own" in found.option.caution
    assert found.target == pytest.approx(
        LEG_PAIN.query({"age": 70, "diuretic": "present", "sudden_cramp": "present"}).present(
            "medication_side_effect"
        ),
        abs=ENGINE,
    )


# Effects and words


def test_every_effect_has_a_grade_and_a_source() -> None:
    effects = [effect for one in OPTIONS for effect in one.effects]
    assert effects
    for effect in effects:
        assert effect.grade in "ABCD"
        assert effect.source
        assert effect.measures


MEDICINE = r"(?:statin|diuretic|water tablet|antidepressant|blood thinner|medicine|tablet|drug)s?"
TELLS = re.compile(
    rf"\b(?:start|stop|begin|quit|halve|double|take)\s+(?:a|an|the|your|this|every)?\s*{MEDICINE}", re.I
)
FORBIDS = re.compile(r"\b(?:never|not|nothing|rather than|without)\b", re.I)


def sentences() -> list[str]:
    """Return every sentence that advice can say."""
    texts = [
        text
        for one in OPTIONS
        for text in (one.label, one.text, one.caution, one.evidence.reason, *(t.says for t in one.turns))
    ]
    texts += [text for flag in BN.red_flags for text in (flag.reason, flag.action)]
    return [sentence for text in texts for sentence in re.split(r"(?<=[.;:])\s+", text)]


def test_nothing_tells_to_start_or_stop_a_medicine() -> None:
    assert TELLS.search("Stop the statin.")
    assert TELLS.search("begin a diuretic")
    told = [sentence for sentence in sentences() if TELLS.search(sentence) and not FORBIDS.search(sentence)]
    assert told == []


def test_urgency_stands_first_and_apart() -> None:
    findings = {"age": 40, "breathless_or_chest_pain": "present"}
    found = LEG_PAIN.advice(findings)
    assert found.urgency.level == "emergency"
    assert str(found).startswith("EMERGENCY")
    calm = LEG_PAIN.advice({"age": 40})
    assert {one.id: one.target for one in found.options} == {one.id: one.target for one in calm.options}
    assert found.to_plain()["urgency"]["flags"][0]["action"].startswith("Call the emergency number")


def test_the_advice_becomes_json() -> None:
    plain = LEG_PAIN.advice({"age": 70}).to_plain()
    assert len(plain["options"]) == len(OPTIONS)
    first = plain["options"][0]
    assert set(first) >= {"id", "target", "harmed", "balance", "standing", "turns", "effects", "claims"}
    assert set(first) >= {"care", "probable", "withheld", "evidence"}
    assert plain["notice"] == list(BN.notice)
