"""The rules of urgency against worked cases that were written from guidelines, apart from the rules."""

from __future__ import annotations

import pytest

from docs.urgency_cases import PAGE, page, wanted
from model import Differential
from model.urgency import LEVELS as RAISED
from tests.spec.cases import FILE, LEVELS, Case, parse, read

CASES = read()
TEXT = FILE.read_text(encoding="utf-8")
FIRST = CASES.syndromes[0].cases[0]


@pytest.fixture(scope="module")
def ddx() -> Differential:
    return Differential.load()


@pytest.mark.parametrize(
    "case", [case for group in CASES.groups for case in group.cases], ids=lambda case: case.title
)
def test_urgency_is_what_a_careful_clinician_signs(ddx: Differential, case: Case):
    urgency = ddx.query(case.evidence).urgency
    raised = ", ".join(flag.id for flag in urgency.flags) or "no rule"
    said = f"{urgency.level or LEVELS[0]} by {raised}; wanted: {wanted(case)}"
    assert case.allows(urgency.level), said


def test_levels_are_those_of_the_rules():
    assert LEVELS[1:] == RAISED


def test_the_page_is_printed_from_the_cases(ddx: Differential):
    assert PAGE.read_text(encoding="utf-8") == page(CASES, ddx.network), "make docs prints it anew"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (f"title: {FIRST.title}", f"titel: {FIRST.title}"),
        ("level: emergency", "level: urgent"),
        ("level: emergency", "level: emergency\n        at_most: emergency"),
        ("level: emergency", "at_least: emergency\n        at_most: soon"),
        ("age: 71, sex: male", "age: 71"),
        (TEXT[TEXT.index(f"      - title: {FIRST.title}") : TEXT.index("  - name: Chronic limb")], ""),
        ("    because: A leg whose artery", "    because: twice\n    because: A leg whose artery"),
        ("https://doi.org/10.1016/j.ejvs.2019.09.006", "10.1016/j.ejvs.2019.09.006"),
        ("- name: Chronic limb-threatening ischaemia", "- name: Acute limb ischaemia"),
    ],
    ids=["field", "level", "two answers", "range", "sex", "no cases", "twice", "address", "same name"],
)
def test_what_is_wrong_in_the_file_is_a_fault(right: str, wrong: str):
    assert right in TEXT
    with pytest.raises(ValueError):
        parse(TEXT.replace(right, wrong, 1))
