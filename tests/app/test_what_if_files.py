"""What the What if page remembers, without Streamlit: its record, as a word of the address, as a file."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from model import UNKNOWN, Likelihood
from model.errors import DiagnosisError
from model.evidence import plain_finding
from model.scenario_file import parse_scenario
from model.scenarios import run_scenario
from tests.app.what_ifs import BN, CLINIC, CRAMPS, DDX, ITEMS, NO_DIURETIC, NOTHING, of
from views.what_if import word
from views.what_if.files import from_yaml, to_yaml
from views.what_if.pictures import heat_map
from views.what_if.record import MOST, WITHOUT, Scenario, Scenarios

findings = st.sampled_from(
    [("age", "75_plus"), ("diuretic", "absent"), ("cold_foot", Likelihood(3.0)), ("urge_to_move", UNKNOWN),
     ("smoking", Likelihood(former=2.0, current=4.0)), ("seen_in", "spine_clinic")]
)  # fmt: skip
scenarios = st.lists(
    st.builds(
        lambda name, change, do: Scenario("", " ".join(name.split())[:40].strip(), dict(change), do),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
        st.lists(findings, max_size=4),
        st.booleans(),
    ),
    max_size=MOST,
)


def made_of(parts: list[Scenario]) -> Scenarios:
    found = Scenarios()
    for part in parts:
        found = found.with_added(part)
    return found


def plain_change(one: Scenario) -> tuple[dict[str, Any], bool]:
    """Return a change as JSON holds it: a ratio and the weights that it stands for are one."""
    return {node: plain_finding(BN, node, finding) for node, finding in one.change.items()}, one.do


@given(scenarios)
def test_a_word_spells_exactly_one_record(parts: list[Scenario]) -> None:
    found = made_of(parts)
    assert word.decode(NOTHING, word.encode(NOTHING, found)).scenarios == found


@given(scenarios)
def test_a_file_holds_the_scenarios_and_the_shell_runs_it(parts: list[Scenario]) -> None:
    found = made_of([part for part in parts if part.change])
    text = to_yaml(CRAMPS, found, ITEMS)
    opened = from_yaml(NOTHING, text, "file", ITEMS)
    assert opened.cases["case"] == CRAMPS and opened.too_many == 0
    assert [plain_change(one) for one in opened.scenarios.all] == [plain_change(one) for one in found.all]
    scenario = parse_scenario(BN, text, "file")
    assert len(scenario.changes) == len(found.all)


def test_the_shell_answers_a_downloaded_file_as_the_page_does() -> None:
    text = to_yaml(CRAMPS, of(NO_DIURETIC, CLINIC), ITEMS)
    table = run_scenario(DDX, parse_scenario(BN, text, "file"))
    row = dict(zip(table.columns, table.rows[1], strict=True))
    result = DDX.what_if(CRAMPS, {"diuretic": "absent"}, do=True)
    assert row["due_to.nocturnal_leg_cramps"] == result.with_change.due_to("nocturnal_leg_cramps")
    assert [line["id"] for line in yaml.safe_load(text)["changes"]] == ["Water tablets: no", "clinic"]


def test_paused_findings_are_not_in_the_file() -> None:
    opened = from_yaml(NOTHING, to_yaml(CRAMPS.paused_at("diuretic"), of(CLINIC), ITEMS), "file", ITEMS)
    assert opened.cases["case"] == CRAMPS.without("diuretic")


@pytest.mark.parametrize(
    "text",
    ["[" * 5000, "a: &x [1]\nb: *x", "cases: 3", "- 1", "{", "cases:\n- id: x\n  evidence: {<script>: 1}",
     "cases:\n- {id: x}\nchanges:\n- {id: y, set: {age: old}}"],
)  # fmt: skip
def test_a_file_that_is_no_scenario_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(DiagnosisError) as caught:
        from_yaml(NOTHING, text, "The file", ITEMS)
    assert "The file" in str(caught.value)


def test_removing_a_scenario_keeps_the_comparison_with_the_one_that_moved_up() -> None:
    found = of(NO_DIURETIC, CLINIC, compare_with="B").without("A")
    assert [one.letter for one in found.all] == ["A"] and found.compare_with == "A"
    assert found.without("A").compare_with == WITHOUT


def test_the_heat_map_has_a_number_in_every_cell() -> None:
    spec = heat_map(["a", "b"], ["c", "d"], [0.1, None, 0.0, 1.0], "rows", "columns")
    assert [cell["value"] for cell in spec["data"]["values"]] == ["10", "–", "0", "100"]
    assert [(cell["row"], cell["column"]) for cell in spec["data"]["values"]][1] == ("a", "d")
