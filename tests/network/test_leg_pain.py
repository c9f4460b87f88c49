"""The embedded network: complete, worded, traceable and calibrated."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from network.assemble import Assembly
from network.cpds import AnyOf, Logistic, NoisyOr
from network.knowledge import Knowledge, due_to_id
from network.references import uses
from network.structure import BINARY, EVIDENCE_KINDS, FINDING_KINDS, Network, check_sound
from tests.floats import TABLE, assert_close

CLAIMS = {
    *(f"V{i}" for i in range(1, 6)), *(f"N{i}" for i in range(1, 6)), *(f"R{i}" for i in range(1, 6)),
    *(f"S{i}" for i in range(1, 6)), *(f"C{i}" for i in range(1, 6)), *(f"M{i}" for i in range(1, 6)),
    *(f"J{i}" for i in range(1, 5)), *(f"P{i}" for i in range(1, 6)), *(f"D{i}" for i in range(1, 6)),
    "Q1", *(f"T{i}" for i in range(1, 8)),
}  # fmt: skip
"""Every claim of the source article."""

CONDITIONS = {
    "arterial_insufficiency", "venous_insufficiency", "nocturnal_hypotension", "deep_vein_thrombosis",
    "lumbar_spinal_stenosis", "foraminal_stenosis", "disc_herniation", "piriformis_syndrome",
    "peripheral_nerve_entrapment", "restless_legs_syndrome", "periodic_limb_movements",
    "peripheral_neuropathy", "nocturnal_leg_cramps", "osteoarthritis", "inflammatory_arthritis",
    "statin_myalgia",
}  # fmt: skip
HEADINGS = {
    "vascular_insufficiency": {
        "arterial_insufficiency", "venous_insufficiency", "nocturnal_hypotension", "deep_vein_thrombosis",
    },
    "nerve_compression": {
        "lumbar_spinal_stenosis", "foraminal_stenosis", "disc_herniation", "piriformis_syndrome",
        "peripheral_nerve_entrapment",
    },
    "restless_legs": {"restless_legs_syndrome"},
    "spinal_stenosis": {"lumbar_spinal_stenosis", "foraminal_stenosis"},
    "muscle_cramps": {"nocturnal_leg_cramps"},
    "nocturnal_myoclonus": {"periodic_limb_movements"},
    "joint_inflammation": {"osteoarthritis", "inflammatory_arthritis"},
    "poor_circulation": {"arterial_insufficiency", "venous_insufficiency"},
}  # fmt: skip
DRUGS = {
    "drug_induced_restless_legs_syndrome": {"antidepressant"},
    "drug_induced_periodic_limb_movements": {"antidepressant"},
    "drug_induced_nocturnal_leg_cramps": {"diuretic", "statin"},
    "drug_induced_nocturnal_hypotension": {"vasodilator"},
}


# What is there


def test_every_condition_has_a_node_and_a_node_for_being_the_cause(leg_pain: Network) -> None:
    assert {node.id for node in leg_pain.of_kind("condition")} == CONDITIONS
    assert {of or node for node, of in leg_pain.causes.items()} == {*CONDITIONS, "other_cause"}
    assert leg_pain.complaint == "night_leg_pain"
    assert set(leg_pain.node("night_leg_pain").parents) == set(leg_pain.causes)


def test_headings_roll_up_what_the_design_says(leg_pain: Network) -> None:
    rolled = {node.id: set(node.parents) for node in leg_pain.of_kind("heading")}
    drugs = rolled.pop("medication_side_effect")
    assert rolled == {heading: set(map(due_to_id, under)) for heading, under in HEADINGS.items()}
    assert drugs == {"due_to_statin_myalgia", *DRUGS}


def test_drug_attribution_hangs_on_the_cause_and_its_drugs(leg_pain: Network) -> None:
    assert {node.id for node in leg_pain.of_kind("drug_induced")} == set(DRUGS)
    for node, drugs in DRUGS.items():
        cause = due_to_id(node.removeprefix("drug_induced_"))
        assert {cause, *drugs} <= set(leg_pain.node(node).parents) <= {cause, *drugs, "age"}


def test_headings_and_complaint_are_deterministic(leg_pain: Network) -> None:
    for node in leg_pain.of_kind("heading", "complaint"):
        assert isinstance(node.cpd, AnyOf)


def test_parents_stand_before_their_children(leg_pain: Network) -> None:
    position = leg_pain.index
    assert all(position[parent] < position[node.id] for node in leg_pain.nodes for parent in node.parents)


def test_states_are_in_the_agreed_order(leg_pain: Network) -> None:
    graded = {node.id: node.states for node in leg_pain.nodes if node.states != BINARY}
    assert graded == {
        "age": ("under_40", "40_to_59", "60_to_74", "75_plus"),
        "sex": ("female", "male"),
        "smoking": ("never", "former", "current"),
        "neuropathy_type": ("none", "small_fibre", "large_fibre"),
        "morning_stiffness": ("none", "under_30_min", "over_30_min"),
        "seen_in": (
            "written_case",
            "seeks_advice",
            "community",
            "primary_care",
            "sleep_clinic",
            "vascular_clinic",
            "spine_clinic",
        ),
    }


def test_every_row_of_every_table_is_a_distribution(leg_pain: Network) -> None:
    check_sound(leg_pain, TABLE)


# What a person reads


def test_every_node_is_worded(leg_pain: Network) -> None:
    for node in leg_pain.nodes:
        assert node.text.label, node.id
        assert node.text.clinical_term, node.id
        assert node.text.question or node.text.description, node.id
        assert node.kind != "node", node.id
    assert [
        label for label, count in Counter(node.label for node in leg_pain.nodes).items() if count > 1
    ] == []


def test_what_can_be_asked_says_what_and_why(leg_pain: Network) -> None:
    for node in leg_pain.of_kind(*EVIDENCE_KINDS):
        assert node.text.question.endswith("?"), node.id
        assert node.text.why, node.id
        assert node.text.group, node.id
    for item in leg_pain.safety_items:
        assert item.question.endswith("?") and item.why and item.label and item.clinical_term, item.id


def test_every_finding_says_what_it_costs_to_find_out(leg_pain: Network) -> None:
    cost = {"symptom": "question", "sign": "examination", "test": "test"}
    for node in leg_pain.of_kind(*FINDING_KINDS):
        assert node.text.cost == cost[node.kind], node.id


def test_states_are_worded_where_they_are_not_yes_or_no(leg_pain: Network) -> None:
    for node in leg_pain.nodes:
        if node.states != BINARY:
            labels = [node.state_label(state) for state in node.states]
            assert len(set(labels)) == len(labels)
            assert not [label for label in labels if "_" in label], node.id


def test_every_flag_has_a_reason_and_an_action(leg_pain: Network) -> None:
    assert leg_pain.red_flags
    for flag in leg_pain.red_flags:
        assert flag.reason and flag.action, flag.id


# Where it comes from


def test_every_claim_of_the_article_is_represented(knowledge: Knowledge, leg_pain: Network) -> None:
    assert {claim.id for claim in knowledge.claims} == CLAIMS
    named = {claim for node in leg_pain.nodes for claim in node.text.claims}
    named |= {claim for option in knowledge.management for claim in option.claims}
    named |= {claim for flag in knowledge.red_flags.flags for claim in flag.claims}
    assert named == CLAIMS
    assert all(claim.represented_by and claim.note for claim in knowledge.claims)


def test_every_number_of_a_node_is_a_figure(knowledge: Knowledge, leg_pain: Network) -> None:
    named = {figure for node in leg_pain.nodes for _, figure in node.figures}
    assert named == {use.figure for use in uses(knowledge) if use.role != "any"}
    for node in leg_pain.nodes:
        assert bool(node.figures) == (not isinstance(node.cpd, AnyOf)), node.id
        words = [word for word, _ in node.figures]
        assert len(set(words)) == len(words), f"{node.id} names one parameter twice: {words}"


def test_every_source_behind_a_number_is_confirmed(knowledge: Knowledge, leg_pain: Network) -> None:
    for node in leg_pain.nodes:
        for _, figure_id in node.figures:
            source = knowledge.sources.get(knowledge.figures[figure_id].source)
            assert source is None or source.citable, (node.id, figure_id)


# What is calibrated


def test_the_published_prevalence_of_every_band_comes_back(knowledge: Knowledge, assembly: Assembly) -> None:
    for condition in knowledge.conditions:
        assert isinstance(condition.prevalence, dict)
        joint = assembly.ancestry.joint((*condition.by, condition.id))[0]
        implied = joint[..., 1] / joint.sum(axis=-1)
        states = assembly.states[condition.by[0]]
        wanted = [knowledge.figures[condition.prevalence[state]].value for state in states]
        assert_close(implied, wanted)


def test_the_share_that_explains_the_pain_comes_back(knowledge: Knowledge, assembly: Assembly) -> None:
    """Averaged over the modifiers as they occur among people with the condition."""
    for condition in knowledge.conditions:
        implied = assembly.ancestry.given([due_to_id(condition.id)], condition.id, 1)[0, 1]
        share = knowledge.figures[condition.due_to.share].value
        assert implied == pytest.approx(share), condition.id


def test_a_drug_is_to_blame_for_the_attributable_fraction(knowledge: Knowledge, leg_pain: Network) -> None:
    node = leg_pain.node("drug_induced_nocturnal_leg_cramps")
    assert node.parents == ("due_to_nocturnal_leg_cramps", "diuretic", "statin")
    diuretic, statin = (knowledge.figures[f"mus_nlc_rr_{drug}"].value for drug in ("diuretic", "statin"))
    assert_close(node.cpd.table()[1, 0], np.zeros((2, 2)))
    assert_close(
        node.cpd.table()[1, 1],
        [[0.0, 1 - 1 / statin], [1 - 1 / diuretic, 1 - 1 / (diuretic * statin)]],
    )


def test_an_odds_ratio_of_a_drug_becomes_a_relative_risk_in_each_band(
    knowledge: Knowledge, leg_pain: Network, assembly: Assembly
) -> None:
    node = leg_pain.node("drug_induced_nocturnal_hypotension")
    assert node.parents == ("due_to_nocturnal_hypotension", "vasodilator", "age")
    ratio = knowledge.figures["noct_hypo_or_vasodilator"].value
    joint = assembly.ancestry.joint(("age", "vasodilator", "nocturnal_hypotension"))[0]
    rate_without = joint[:, 0, 1] / joint[:, 0].sum(axis=-1)
    risk = ratio / (1 - rate_without + rate_without * ratio)
    assert_close(node.cpd.table()[1, 1, 1], 1 - 1 / risk)
    assert_close(node.cpd.table()[1, 1, 0], np.zeros(4))


def test_every_published_sensitivity_comes_back(knowledge: Knowledge, assembly: Assembly) -> None:
    """In the context that `network.findings` states, also where findings stand between."""
    for finding in (*knowledge.network.latents, *knowledge.observations):
        cpd = assembly.parts[finding.id].cpd
        if not isinstance(cpd, NoisyOr):
            continue
        links = dict(zip(assembly.parts[finding.id].parents, cpd.links, strict=True))
        for link in finding.links:
            subject = link.of or link.parent
            state = 1 if link.of else assembly.states[link.parent].index(link.state)
            silent = (1 - cpd.leak) * assembly.around.expectation(links, subject, state)
            wanted = knowledge.figures[link.sensitivity or ""].value
            assert 1 - silent[0] == pytest.approx(wanted, abs=1e-9), (finding.id, link.parent)


def test_a_prevalence_of_zero_is_structural(leg_pain: Network) -> None:
    pregnancy = leg_pain.node("pregnancy")
    male = pregnancy.cpd.table()[1].take(1, axis=pregnancy.parents.index("sex"))
    assert (male == 0.0).all()
    statin = leg_pain.node("statin_myalgia")
    assert isinstance(statin.cpd, Logistic)
    assert statin.cpd.intercepts[0] == -np.inf
    assert statin.cpd.table()[1, 0] == 0.0


def test_nothing_is_due_to_a_condition_that_is_absent(leg_pain: Network) -> None:
    for condition in CONDITIONS:
        node = leg_pain.node(due_to_id(condition))
        assert node.parents[0] == condition
        assert (node.cpd.table()[1, 0] == 0.0).all(), node.id
