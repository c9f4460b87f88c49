"""Cases as data: every fault at once, each with its place; what was read is written back the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model.evidence import UNKNOWN
from model.teaching.case_file import parse_cases, to_yaml
from model.teaching.cases import Case
from model.teaching.errors import CaseError
from model.teaching.library import library
from model.teaching.review import review
from tests.model.believed import ddx

ROOT = Path(__file__).resolve().parents[3]
GOOD = """
cases:
  - id: first_case
    title: A title
    kind: typical
    setting: General practice
    vignette: My calf hurts.
    findings:
      - {item: age, state: 78, when: start}
      - {item: sudden_cramp, state: yes, when: start}
      - {item: cold_foot, state: absent, says: Not cold.}
      - {item: electrolytes_abnormal, state: absent, when: asked}
    answer: [nocturnal_leg_cramps]
"""


def read(text: str) -> tuple[Case, ...]:
    return parse_cases(ddx().network, text, "mine.yaml")


def faults(text: str) -> list[str]:
    with pytest.raises(CaseError) as refused:
        read(text)
    return [str(fault) for fault in refused.value.faults]


def test_a_case_is_read_with_states_as_the_network_spells_them():
    (case,) = read(GOOD)
    assert [(one.item, one.state, one.when) for one in case.findings] == [
        ("age", "75_plus", "start"),
        ("sudden_cramp", "present", "start"),
        ("cold_foot", "absent", "later"),
        ("electrolytes_abnormal", "absent", "asked"),
    ]
    assert [one.item for one in case.hidden] == ["cold_foot", "electrolytes_abnormal"]
    assert case.finding("cold_foot").says == "Not cold."


def test_every_written_case_comes_back_from_its_own_yaml_and_json():
    cases = tuple(library(ddx().network).values())
    again = parse_cases(ddx().network, to_yaml(cases), "library", "library")
    assert again == cases
    assert tuple(Case.from_plain(case.to_plain()) for case in cases) == cases


def test_what_asking_gives():
    (case,) = read(GOOD)
    network = ddx().network
    assert case.state_of(network, "cold_foot") == "absent"
    assert case.state_of(network, "breathless_or_chest_pain") == "absent"
    assert case.state_of(network, "diabetes") is UNKNOWN


def test_all_faults_come_at_once_with_place_and_remedy():
    text = GOOD.replace("sudden_cramp", "suden_cramp").replace("state: absent, says", "state: abscent, says")
    text = text.replace("[nocturnal_leg_cramps]", "[leg_cramps, leg_cramps]")
    found = faults(text)
    assert len(found) >= 4
    assert all(one.startswith("mine.yaml first_case") for one in found)
    assert any("Did you mean 'sudden_cramp'" in one for one in found)
    assert any("Did you mean 'absent'" in one for one in found)
    assert any("twice" in one for one in found)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: typical", "kind: special", "kind"),
        ("    setting: General practice\n", "", "setting"),
        ("    answer: [nocturnal_leg_cramps]", "    answr: [nocturnal_leg_cramps]", "answr"),
        ("when: start", "when: later", "nothing is told at the start"),
        ("item: cold_foot", "item: sudden_cramp", "stands 2 times"),
        ("item: cold_foot", "item: due_to_osteoarthritis", "is no finding"),
        ("kind: typical", "kind: two_causes", "has two answers"),
        ("kind: typical", "kind: distractor", "names its distractor"),
        ("kind: typical", "kind: outside", "outside the list"),
        ("id: first_case", "id: First case", "usable id"),
        ("title: A title", "title: A title\n    title: Another", "stands twice"),
        ("title: A title", f"title: {'x' * 121}", "title"),
        ("cases:", "cases: 3\nmore:", "cases"),
        (GOOD, "just text", "cases"),
        (GOOD, "cases: [", "not readable"),
    ],
)
def test_a_fault_is_named(old: str, new: str, says: str):
    found = faults(GOOD.replace(old, new))
    assert any(says in one for one in found), found


def test_ids_are_given_once():
    twice = GOOD + GOOD.replace("\ncases:\n", "")
    assert any("stands 2 times" in one for one in faults(twice))


def test_the_example_in_the_documentation_is_a_case_without_a_warning():
    page = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)
    (case,) = read(text)
    assert review(ddx(), case).warnings == () and len(case.hidden) == 2


def test_a_file_that_is_too_large_is_refused():
    assert "characters" in faults(GOOD + "#" * 1_000_001)[0]
