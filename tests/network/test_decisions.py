"""Red flags, management options and costs as data: what they rest on, and mistakes in their files."""

from __future__ import annotations

import json
import re

import pytest

from network.build import load_network
from network.decisions import (
    ACUTE,
    PLANNED,
    SELF,
    UNCERTAIN,
    VERDICTS,
    Decisions,
    from_plain,
    to_plain,
)
from network.knowledge import Knowledge
from network.structure import Network
from tests.knowledge_files import Mistake, faults_of, with_mistakes

BN = load_network()

MISTAKES = [
    Mistake(
        "a threshold that is no probability", "management.yaml",
        "useful:\n  above: 0.1\n", "useful:\n  above: 1.5\n",
        "management.yaml [useful.above]",
    ),
    Mistake(
        "a threshold without its reason", "management.yaml",
        "  reason: A judgement. Below one in ten", "  raison: A judgement. Below one in ten",
        "management.yaml [useful.raison]",
    ),
    Mistake(
        "stakes that do not say who should look", "network.yaml",
        "    look: Someone", "    looks: Someone",
        "network.yaml [asking.stakes.looks]",
    ),
    Mistake(
        "a cost of nothing", "network.yaml",
        "    - id: question\n      weight: 1\n", "    - id: question\n      weight: 0\n",
        "network.yaml question [weight]",
    ),
    Mistake(
        "a limit that is no number", "network.yaml",
        "    below: 18\n    says: This", "    below: eighteen\n    says: This",
        "network.yaml [refused.1.below]",
    ),
    Mistake(
        "a contradiction without its question", "network.yaml",
        "    question: Is the pain there day and night, or never by day?\n", "",
        "network.yaml constant_but_never_by_day [question]",
    ),
    Mistake(
        "a turn of an unknown way", "management.yaml",
        "        then: not_for_you\n        says: Do not raise",
        "        then: never\n        says: Do not raise",
        "management.yaml leg_elevation [turns.2.then]",
    ),
    Mistake(
        "a kind of care that is none", "management.yaml",
        "    label: Raise the legs\n    care: self\n", "    label: Raise the legs\n    care: home\n",
        "management.yaml leg_elevation [care]",
    ),
    Mistake(
        "a level of urgency that is none", "management.yaml",
        "    - levels: [emergency, same_day]\n      then: take_care",
        "    - levels: [at_once]\n      then: take_care",
        "management.yaml [turns_of.acute.0.levels.0]",
    ),
    Mistake(
        "a verdict that is none", "management.yaml",
        "      verdict: disputed\n", "      verdict: false\n",
        "management.yaml hydration_and_electrolytes [evidence.verdict]",
    ),
    Mistake(
        "a basis that is none", "red_flags.yaml",
        "    basis: guidance\n    guidance:\n      - title: BSR 2020",
        "    basis: hearsay\n    guidance:\n      - title: BSR 2020",
        "red_flags.yaml threat_to_sight [basis]",
    ),
    Mistake(
        "a count that is none", "red_flags.yaml",
        "          - {count: 1, of: [unable_to_bear_weight=present, new_leg_weakness=present]}",
        "          - {count: 0.5, of: [unable_to_bear_weight=present, new_leg_weakness=present]}",
        "red_flags.yaml spinal_or_deep_infection [when.2.at_least.0.count]",
    ),
]  # fmt: skip

BROKEN = [
    Mistake(
        "a stake that is no utility", "conditions.yaml",
        "    stake: due_to_deep_vein_thrombosis__stake\n", "    stake: pad_prev_under_40\n",
        "conditions.yaml deep_vein_thrombosis [stake]: figure 'pad_prev_under_40' is of kind prevalence",
    ),
    Mistake(
        "a turn at a node that is not there", "management.yaml",
        "      - node: due_to_arterial_insufficiency\n        above: 0.2\n",
        "      - node: due_to_arterial\n        above: 0.2\n",
        "management.yaml legs_down [turns]: no node with a probability is called 'due_to_arterial'.",
    ),
    Mistake(
        "a turn that holds in two ways", "management.yaml",
        "      - levels: [soon]\n", "      - levels: [soon]\n        given: [age=75_plus]\n",
        "management.yaml seek_medical_advice [turns]: holds in more than one way.",
    ),
    Mistake(
        "a turn that holds always", "management.yaml",
        "      - unless: [venous_duplex_reflux=present, venous_duplex_reflux=absent]\n        then:",
        "      - then:",
        "management.yaml vein_treatment [turns]: holds always.",
    ),
    Mistake(
        "a verdict without anything published", "management.yaml",
        "      verdict: uncertain\n      reason: Described in guidance",
        "      verdict: supported\n      reason: Described in guidance",
        "management.yaml legs_down [evidence]: supported, but no published figure, source or guidance",
    ),
    Mistake(
        "a turn with a source that is not there", "management.yaml",
        "        sources: [rodenburg2014]\n        guidance:\n          - title: 'NPS",
        "        sources: [rodenburg]\n        guidance:\n          - title: 'NPS",
        "management.yaml hydration_and_electrolytes [turns]: no source has the key 'rodenburg'.",
    ),
    Mistake(
        "evidence with a source that is not confirmed", "management.yaml",
        "      sources: [kakkos2018]\n", "      sources: [padexercise2011]\n",
        "management.yaml compression [evidence.sources]: source 'padexercise2011' is not verified",
    ),
    Mistake(
        "a turn without a threshold", "management.yaml",
        "      - node: nocturnal_hypotension\n        above: 0.3\n", "      - node: nocturnal_hypotension\n",
        "management.yaml leg_elevation [turns]: needs both node and above, or neither.",
    ),
    Mistake(
        "a turn on a state that is not there", "management.yaml",
        "given: [smoking=never, smoking=former]", "given: [smoking=rarely]",
        "management.yaml smoking_cessation [turns]: 'smoking=rarely': states are never, former, current.",
    ),
    Mistake(
        "help for something unknown", "management.yaml",
        "    helps: [restless_legs_syndrome, periodic_limb_movements]\n    may_harm: []\n    caution: Some "
        "of these",
        "    helps: [restless_legs]\n    may_harm: [restless_legs]\n    caution: Some of these",
        "management.yaml restless_legs_medicines [may_harm]: no condition is called 'restless_legs'.",
    ),
    Mistake(
        "a source that is not there", "red_flags.yaml",
        "sources: [pomp_2008]", "sources: [pomp_2009]",
        "red_flags.yaml pregnancy_and_swollen_calf [sources]: no source has the key 'pomp_2009'.",
    ),
    Mistake(
        "a source that is not confirmed", "red_flags.yaml",
        "sources: [rodenburg2014]", "sources: [fpnotebook_nlc]",
        "red_flags.yaml electrolytes_with_cramps [sources]: source 'fpnotebook_nlc' is not verified",
    ),
    Mistake(
        "a basis that names nothing", "red_flags.yaml",
        "    basis: source\n    sources: [goodacre_2005_us]\n", "    basis: source\n",
        "red_flags.yaml confirmed_clot [basis]: rests on source but names none.",
    ),
    Mistake(
        "a cause that is not there", "red_flags.yaml",
        "      due_to: [statin_myalgia]\n", "      due_to: [statin_myalgie]\n",
        "red_flags.yaml muscle_breakdown [ask_when.due_to]: no condition is called 'statin_myalgie'.",
    ),
    Mistake(
        "more than there are", "red_flags.yaml",
        "          - {count: 1, of: [unable_to_bear_weight=present, new_leg_weakness=present]}",
        "          - {count: 3, of: [unable_to_bear_weight=present, new_leg_weakness=present]}",
        "red_flags.yaml spinal_or_deep_infection [when.at_least]: 3 of 2 cannot hold.",
    ),
    Mistake(
        "a threshold that is no threshold", "red_flags.yaml",
        "above: urgent_rest_pain}", "above: dvt_or_surgery}",
        "red_flags.yaml probable_rest_pain [when.probable]: figure 'dvt_or_surgery' is of kind odds_ratio",
    ),
    Mistake(
        "a threshold on both sides", "red_flags.yaml",
        "below: urgent_unexplained}", "above: urgent_clot, below: urgent_unexplained}",
        "red_flags.yaml severe_and_unexplained [when.probable]: needs either above or below.",
    ),
    Mistake(
        "a posterior that is not told", "red_flags.yaml",
        "reason: 'What was entered makes {cause} too likely to wait: {probability}.'",
        "reason: 'What was entered makes a clot too likely to wait.'",
        "red_flags.yaml probable_clot [reason]: names {cause} and {probability} in a rule with a probability",
    ),
    Mistake(
        "an exception that is not there", "red_flags.yaml",
        "not_for: [sex=male,", "not_for: [sex=man,",
        "red_flags.yaml recent_childbirth [not_for]: 'sex=man': states are female, male.",
    ),
    Mistake(
        "a number of a node that is not there", "network.yaml",
        "  - node: age\n    below: 0\n", "  - node: aeg\n    below: 0\n",
        "network.yaml aeg [refused]: no node is called 'aeg'. Did you mean 'age'?",
    ),
    Mistake(
        "a number refused without a limit", "network.yaml",
        "    below: 18\n    says: This", "    says: This",
        "network.yaml age [refused]: needs below, above or both. Say from where on a number is refused.",
    ),
    Mistake(
        "a contradiction of a node that is not there", "network.yaml",
        "    all: [hot_swollen_joint=present]\n", "    all: [hot_swolen_joint=present]\n",
        "network.yaml hot_joint_or_not [all]: no node or item is called 'hot_swolen_joint'. "
        "Did you mean 'hot_swollen_joint'?",
    ),
    Mistake(
        "a contradiction of a state that is not there", "network.yaml",
        "    any: [sex=male, age=60_to_74,", "    any: [sex=man, age=60_to_74,",
        "network.yaml birth_by_sex_and_age [any]: 'sex=man': states are female, male. Write node=state.",
    ),
    Mistake(
        "a contradiction of one finding", "network.yaml",
        "    all: [leg_weakness=absent]\n", "    all: []\n",
        "network.yaml weak_or_not [all]: names no two findings that could contradict each other. "
        "Name two or more, at least one under all.",
    ),
    Mistake(
        "a contradiction that cannot be", "network.yaml",
        "    all: [pregnancy=present, recent_childbirth=present]\n",
        "    all: [pregnancy=present, pregnancy=absent]\n",
        "network.yaml pregnant_or_delivered [all]: 'pregnancy' stands twice, and a finding has one state. "
        "Keep one.",
    ),
    Mistake(
        "a contradiction of a node with itself", "network.yaml",
        "      - relief_bending_forward=present\n", "      - constant_unremitting_pain=absent\n",
        "network.yaml constant_but_eased [all]: 'constant_unremitting_pain' stands twice, and a finding has "
        "one state. Keep one.",
    ),
    Mistake(
        "two contradictions of one name", "network.yaml",
        "  - id: iron_or_not\n", "  - id: minerals_or_not\n",
        "network.yaml minerals_or_not [id]: 2 contradictions have this id. Give each its own.",
    ),
    Mistake(
        "a cost that stands twice", "network.yaml",
        "    - id: examination\n      weight: 4\n", "    - id: question\n      weight: 4\n",
        "network.yaml question [asking.costs]: the cost stands twice. Keep one.",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what is reported of a folder with all mistakes of form."""
    return [str(fault) for fault in faults_of(with_mistakes(tmp_path_factory.mktemp("form"), MISTAKES))]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what is reported of a folder with all broken references."""
    return [str(fault) for fault in faults_of(with_mistakes(tmp_path_factory.mktemp("references"), BROKEN))]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_of_form_is_reported(mistake: Mistake, reported: list[str]) -> None:
    assert any(fault.startswith(mistake.report) for fault in reported), reported


@pytest.mark.parametrize("mistake", BROKEN, ids=lambda mistake: mistake.name)
def test_a_broken_reference_is_reported(mistake: Mistake, followed: list[str]) -> None:
    assert any(fault.startswith(mistake.report) for fault in followed), followed


def test_decisions_travel_through_json_unchanged() -> None:
    assert from_plain(json.loads(json.dumps(to_plain(BN.decisions)))) == BN.decisions
    again = Network.from_plain(json.loads(json.dumps(BN.to_plain())))
    assert again.red_flags == BN.red_flags
    assert again.safety_items == BN.safety_items
    assert again.refused == BN.refused != ()
    assert again.contradictions == BN.contradictions != ()
    assert again.hash == BN.hash


def test_what_an_earlier_version_wrote_is_read_without_the_rules_of_entry() -> None:
    plain = BN.to_plain()
    del plain["refused"], plain["contradictions"]
    read = Network.from_plain(plain)
    assert read.refused == read.contradictions == ()


def test_without_knowledge_everything_costs_the_same_and_counts() -> None:
    none = Decisions()
    assert (none.cost("question"), none.cost("test")) == (1.0, 1.0)
    assert none.useful.above == none.stakes.question == none.stakes.enough == 0.0
    assert none.stakes.of("due_to_anything") == 1.0
    assert none.option("compression") is None


@pytest.mark.parametrize("flag", BN.red_flags, ids=lambda flag: flag.id)
def test_every_rule_says_what_it_rests_on(flag: object, knowledge: Knowledge) -> None:
    rule = next(one for one in BN.red_flags if one is flag)
    assert rule.basis in ("source", "guidance", "judgement")
    assert rule.source_note
    assert (rule.basis == "source") <= bool(rule.sources)
    assert (rule.basis == "guidance") <= bool(rule.guidance)
    assert all(knowledge.sources[key].citable for key in rule.sources)
    assert all(address.startswith("https://") for _, address in rule.guidance)


def test_what_helps_is_a_cause_a_heading_or_a_drug_share() -> None:
    kinds = {BN.node(node).kind for option in BN.decisions.options for node in option.helps}
    assert kinds <= {"due_to", "heading", "drug_induced"}
    harmed = {BN.node(node).kind for option in BN.decisions.options for node in option.may_harm}
    assert harmed == {"condition"}


def test_every_option_says_in_which_care_it_is_and_what_is_known_of_its_effect(knowledge: Knowledge) -> None:
    for option in BN.decisions.options:
        assert option.care in (SELF, PLANNED, ACUTE)
        assert option.evidence.verdict in VERDICTS
        assert option.evidence.reason
        assert all(knowledge.sources[key].citable for key in option.evidence.sources)
        for turn in option.turns:
            assert all(knowledge.sources[key].citable for key in turn.sources)
    for verdict in VERDICTS:
        assert any(option.evidence.verdict == verdict for option in BN.decisions.options)


def test_a_network_written_before_options_had_a_kind_of_care_is_still_read() -> None:
    plain = to_plain(BN.decisions)
    for option in plain["options"]:
        del option["care"], option["evidence"]
        for turn in option["turns"]:
            del turn["levels"], turn["sources"], turn["guidance"]
    found = from_plain(json.loads(json.dumps(plain)))
    assert {option.care for option in found.options} == {SELF}
    assert {option.evidence.verdict for option in found.options} == {UNCERTAIN}


def test_what_to_do_never_raises_a_leg_that_another_rule_says_not_to_raise() -> None:
    """Rules can be raised together, and their actions stand side by side."""
    for flag in BN.red_flags:
        told = flag.action.lower().replace("do not raise", "").replace("not to raise", "")
        assert not re.search(r"\braised?\b[^.]*\bleg|\bleg[^.]*\braised?\b", told), flag.id


def test_no_rule_tells_the_patient_to_take_or_to_leave_out_a_dose() -> None:
    for flag in BN.red_flags:
        for sentence in re.split(r"[.;,]", flag.action.lower()):
            assert "dose" not in sentence or "ask" in sentence, flag.id
