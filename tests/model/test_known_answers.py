"""What must come out of the real network: each cause and heading can lead, and the design's own examples."""

from __future__ import annotations

import pytest

from model import Differential
from tests.model.differential_cases import HEADING_ABOVE_HALF, TO_THE_TOP

LEG_PAIN = Differential.load()


@pytest.mark.parametrize("condition", TO_THE_TOP)
def test_every_condition_can_be_brought_to_the_top(condition: str) -> None:
    findings = TO_THE_TOP[condition]
    assert 3 <= len(findings) <= 8
    answer = LEG_PAIN.query(findings)
    assert answer.ranking[0].condition == condition, str(answer)
    assert answer.ranking[0].due_to > 1.3 * answer.ranking[1].due_to


@pytest.mark.parametrize("heading", HEADING_ABOVE_HALF)
def test_every_heading_can_be_brought_above_one_half(heading: str) -> None:
    findings = HEADING_ABOVE_HALF[heading]
    assert 3 <= len(findings) <= 8
    assert LEG_PAIN.query().headings[heading] < 0.5
    assert LEG_PAIN.query(findings).headings[heading] > 0.5


def test_there_is_a_set_for_every_cause_and_every_heading() -> None:
    assert {of or node for node, of in LEG_PAIN.network.causes.items()} == set(TO_THE_TOP)
    assert {node.id for node in LEG_PAIN.network.of_kind("heading")} == set(HEADING_ABOVE_HALF)


def test_an_old_smoker_who_dangles_the_leg_has_arterial_pain() -> None:
    answer = LEG_PAIN.query(
        {"age": 78, "smoking": "current", "relief_by_dangling_legs": "present", "urge_to_move": "absent"}
    )
    assert answer.ranking[0].condition == "arterial_insufficiency"


def test_an_urge_to_move_with_iron_deficiency_is_restless_legs() -> None:
    answer = LEG_PAIN.query(
        {
            "sex": "female", "iron_deficiency": "present", "urge_to_move": "present",
            "relief_by_movement": "present", "evening_worsening": "present",
        }
    )  # fmt: skip
    assert answer.ranking[0].condition == "restless_legs_syndrome"
    assert answer.due_to("restless_legs_syndrome") > 0.7


def test_cramps_on_a_diuretic_show_the_share_of_the_drug() -> None:
    findings = TO_THE_TOP["nocturnal_leg_cramps"]
    answer = LEG_PAIN.query(findings)
    without = LEG_PAIN.query({**findings, "diuretic": "absent"})
    assert answer.ranking[0].condition == "nocturnal_leg_cramps"
    assert answer.headings["medication_side_effect"] > 0.2
    assert without.headings["medication_side_effect"] < answer.headings["medication_side_effect"] / 2


def test_sciatica_with_a_positive_straight_leg_raise_is_a_herniated_disc() -> None:
    answer = LEG_PAIN.query(
        {
            "age": 45, "radiating_pain_below_knee": "present", "low_back_pain": "present",
            "positive_straight_leg_raise": "present",
        }
    )  # fmt: skip
    assert answer.ranking[0].condition == "disc_herniation"


def test_an_incidental_finding_proves_presence_and_not_responsibility() -> None:
    before = LEG_PAIN.query({"age": 78})
    after = LEG_PAIN.query({"age": 78, "joint_xray_osteoarthritis": "present"})
    assert after.present("osteoarthritis") > before.present("osteoarthritis") + 0.15
    assert after.due_to("osteoarthritis") < after.present("osteoarthritis") / 2
    assert after.due_to("osteoarthritis") > before.due_to("osteoarthritis")


def test_causes_compete_once_the_complaint_is_explained() -> None:
    before = LEG_PAIN.query({"age": 70})
    after = LEG_PAIN.query(TO_THE_TOP["deep_vein_thrombosis"])
    assert after.due_to("restless_legs_syndrome") < before.due_to("restless_legs_syndrome")
    assert after.due_to("other_cause") < before.due_to("other_cause")


def test_the_clinic_changes_the_differential_and_no_prior() -> None:
    plain = LEG_PAIN.query({"age": 66})
    sleep = LEG_PAIN.query({"age": 66, "seen_in": "sleep_clinic"})
    assert sleep.due_to("restless_legs_syndrome") > plain.due_to("restless_legs_syndrome")
    population = LEG_PAIN.query({"age": 66}, complaint=False)
    clinic = LEG_PAIN.query(
        {"age": 66, "seen_in": "sleep_clinic", "due_to_restless_legs_syndrome": "absent"}, complaint=False
    )
    assert population.present("restless_legs_syndrome") > clinic.present("restless_legs_syndrome")
