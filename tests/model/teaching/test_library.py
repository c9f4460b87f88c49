"""The written cases, each reviewed against the network; figures may be adjusted without breaking them."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from model.teaching.case_file import parse_cases
from model.teaching.cases import KINDS, Case, all_causes
from model.teaching.library import causes_covered, library
from model.teaching.review import Review, review
from tests.model.believed import ddx
from tests.model.teaching.test_cases import GOOD

CASES = list(library(ddx().network))

pytestmark = pytest.mark.usefixtures("compiled_kernels")


@cache
def reviewed(name: str) -> Review:
    return review(ddx(), library(ddx().network)[name])


def codes(case: Case) -> set[str]:
    return {warning.code for warning in review(ddx(), case).warnings}


def changed(**fields: str) -> Case:
    text = GOOD
    for old, new in fields.values():
        assert old in text
        text = text.replace(old, new)
    return parse_cases(ddx().network, text)[0]


def test_there_are_forty_cases_of_every_kind_and_each_cause_twice():
    kinds = Counter(case.kind for case in library(ddx().network).values())
    assert sum(kinds.values()) >= 40
    assert set(kinds) == set(KINDS) and min(kinds.values()) >= 3
    assert {
        cause for cause in all_causes(ddx().network) if causes_covered(ddx().network).get(cause, 0) < 2
    } == set()


@pytest.mark.parametrize("name", CASES)
def test_the_network_agrees_with_a_written_case(name: str):
    found = reviewed(name)
    assert found.clash == ()
    assert [warning.text for warning in found.warnings] == []
    kind, answer = found.case.kind, found.case.answer
    if kind in ("typical", "outside", "distractor"):
        assert found.rank_of_answer == 1
    elif kind == "atypical":
        assert found.rank_of_answer <= 3
    else:
        assert min(found.final[cause] for cause in answer) >= 0.3
    if found.case.distractor:
        evidence = {one.item: one.state for one in found.case.findings}
        assert ddx().query(evidence).present(found.case.distractor) >= 0.5
        assert found.final[found.case.distractor] <= 0.3


@pytest.mark.parametrize("name", CASES)
def test_a_written_case_teaches_something_and_hides_something(name: str):
    case = library(ddx().network)[name]
    assert case.teaching and len(case.later) >= 3 and len(case.start) >= 3
    assert any(one.when == "asked" for one in case.findings)
    assert len(case.vignette.split()) >= 15


def test_titles_are_told_apart():
    titles = Counter(case.title for case in library(ddx().network).values())
    assert titles.most_common(1)[0][1] == 1


def test_the_trajectory_begins_with_the_complaint_and_adds_up():
    found = reviewed("foot_over_the_edge")
    first, last = found.trajectory[0], found.trajectory[-1]
    assert first.item is None and first.due_to["nocturnal_leg_cramps"] == ddx().query({}).due_to(
        "nocturnal_leg_cramps"
    )
    assert len(found.trajectory) == 1 + len(found.case.findings)
    assert last.due_to == found.final
    assert all(shift == 0 for shift in first.shift_decibans.values())


def test_a_review_warns_where_the_network_disagrees():
    wrong = changed(answer=("[nocturnal_leg_cramps]", "[osteoarthritis]"))
    assert "not_first" in codes(wrong)
    assert codes(changed()) == set()


def test_a_review_warns_where_the_text_gives_it_away_or_says_otherwise():
    restless = ("[nocturnal_leg_cramps]", "[restless_legs_syndrome]")
    assert "title" in codes(changed(a=("A title", "The restless lady"), b=restless))
    assert "vignette" in codes(changed(a=("My calf hurts", "They say that I am restless"), b=restless))
    assert not {"title", "vignette"} & codes(changed(a=("A title", "The restless lady")))
    assert "contradicts" in codes(changed(a=("My calf hurts", "I am 45 and my calf hurts")))
    assert "untold" in codes(changed(a=("My calf hurts", "My calf hurts and I have diabetes")))
    told = ("when: start}\n", "when: start}\n      - {item: diabetes, state: no, when: start}\n")
    text = GOOD.replace("My calf hurts", "My calf hurts and I have diabetes").replace(*told, 1)
    assert "contradicts" in codes(parse_cases(ddx().network, text)[0])


def test_a_review_warns_about_two_causes_and_distractors_that_do_not_hold():
    two = changed(
        k=("typical", "two_causes"), a=("[nocturnal_leg_cramps]", "[nocturnal_leg_cramps, osteoarthritis]")
    )
    assert {"too_low"} <= codes(two)
    there = (
        "answer: [nocturnal_leg_cramps]",
        "answer: [nocturnal_leg_cramps]\n    distractor: disc_herniation",
    )
    assert "distractor_absent" in codes(changed(k=("typical", "distractor"), a=there))
    turned = changed(
        k=("typical", "distractor"),
        a=(
            "answer: [nocturnal_leg_cramps]",
            "answer: [osteoarthritis]\n    distractor: nocturnal_leg_cramps",
        ),
    )
    assert {"distractor_due", "not_first"} <= codes(turned)


def test_findings_that_cannot_hold_together_are_named():
    text = GOOD.replace(
        "{item: sudden_cramp, state: yes, when: start}", "{item: sex, state: male, when: start}"
    )
    text = text.replace(
        "{item: cold_foot, state: absent, says: Not cold.}", "{item: pregnancy, state: present}"
    )
    found = review(ddx(), parse_cases(ddx().network, text)[0])
    assert found.clash and found.final == {} and found.rank_of_answer is None
    assert found.warnings[0].code == "impossible" and "pregnancy" in found.warnings[0].text
