"""Every door tells the same level of urgency, by the same rule, from the same source."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from model import Differential, Evidence
from model.cli import main
from model.scenario_file import parse_scenario
from model.scenarios import run_scenario
from model.urgency import Urgency
from views.explore.afterthoughts import Desk
from views.explore.sheet import sheet
from views.shared import asking

DDX = Differential.load()
CASES = {
    "raised by findings": {"age": "70", "recent_onset": "present", "absent_foot_pulses": "present",
                           "cold_foot": "present"},
    "raised by a posterior": {"age": "40_to_59", "sex": "female", "prior_dvt": "present",
                              "immobility_or_recent_surgery": "present", "ankle_oedema": "present",
                              "bilateral_symptoms": "absent"},
    "not raised": {"age": "40_to_59", "urge_to_move": "present"},
    "impossible together": {"sex": "male", "pregnancy": "present", "bladder_or_saddle_symptoms": "present"},
}  # fmt: skip


@pytest.fixture(params=CASES.values(), ids=CASES)
def case(request: pytest.FixtureRequest) -> dict[str, str]:
    found: dict[str, str] = request.param
    return found


@pytest.fixture
def expected(case: dict[str, str]) -> Urgency:
    return DDX.urgency(case)


def test_the_cases_are_of_every_sort() -> None:
    found = {name: DDX.urgency(case) for name, case in CASES.items()}
    assert found["raised by findings"].level == found["impossible together"].level == "emergency"
    assert found["raised by a posterior"].level == "same_day"
    assert all(flag.exceeded for flag in found["raised by a posterior"].leading)
    assert found["not raised"].level is None


def test_the_shell_tells_it(case: dict[str, str], expected: Urgency) -> None:
    entered = [part for node, state in case.items() for part in ("-e", f"{node}={state}")]
    result = CliRunner().invoke(main, ["query", *entered, "--json"])
    if result.exit_code:
        assert [line for line in expected.lines if line in result.stderr] == list(expected.lines)
    else:
        assert json.loads(result.stdout)["urgency"] == json.loads(json.dumps(expected.to_plain()))


def test_a_table_a_scenario_and_every_question_tell_it(case: dict[str, str], expected: Urgency) -> None:
    assert DDX.query_many({node: [state] for node, state in case.items()}).urgency == (expected.level,)
    rows = "".join(f"      {node}: {state}\n" for node, state in case.items())
    text = f"title: One\ncases:\n  - id: one\n    evidence:\n{rows}outputs: [urgency]\n"
    assert run_scenario(DDX, parse_scenario(DDX.network, text, "one.yaml")).urgency["one"] == expected


def test_the_sheet_tells_it_with_its_source(case: dict[str, str], expected: Urgency) -> None:
    html = sheet(DDX, Evidence.of(DDX.network, case), "http://127.0.0.1:8501/", Desk())
    labels = {level: words["label"] for level, words in asking.words()["urgency"].items()}
    assert [level for level, label in labels.items() if f"<strong>{label}</strong>" in html] == (
        [expected.level] if expected.level else []
    )
    for flag in expected.leading:
        assert flag.action.split("'")[0] in html and flag.rests_on.split("'")[0] in html
