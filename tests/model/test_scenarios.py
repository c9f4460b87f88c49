"""Scenario files: what they hold, what is wrong with them, and the table that comes out."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import pytest

from model import Differential
from model.scenario_file import WORDS, parse_scenario, read_scenario
from model.scenarios import defused, run_scenario
from network.errors import NotModifiable, ScenarioError

LEG_PAIN = Differential.load()
BN = LEG_PAIN.network
FILE = """
title: Two patients, two changes
cases:
  - id: margaret
    evidence:
      age: 78
      smoking: current
      relief_by_dangling_legs: present
      cold_foot: {likelihood: 3}
  - id: anyone
    complaint: false
    evidence: {age: 50}
changes:
  - id: never_smoked
    set: {smoking: never}
    do: true
  - id: vascular_clinic
    set: {seen_in: vascular_clinic}
outputs: [top, complaint, due_to, headings, urgency, log_evidence, smoking, osteoarthritis, age=75_plus]
"""


def test_every_case_stands_as_entered_and_with_each_change() -> None:
    table = run_scenario(LEG_PAIN, parse_scenario(BN, FILE, "scenario.yaml"))
    assert [row[:2] for row in table.rows] == [
        (case, change)
        for case in ("margaret", "anyone")
        for change in ("as entered", "never_smoked", "vascular_clinic")
    ]
    assert len(table.columns) == 2 + 2 + 1 + len(BN.causes) + 9 + 1 + 1 + 3 + 1 + 1 + 1
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_numbers_are_those_of_the_functions() -> None:
    scenario = parse_scenario(BN, FILE, "scenario.yaml")
    rows = {(row["case"], row["change"]): row for row in run_scenario(LEG_PAIN, scenario).to_plain()["rows"]}
    case = scenario.cases[0]
    answer = LEG_PAIN.query(case.evidence)
    row = rows["margaret", "as entered"]
    assert row["top"] == answer.ranking[0].condition
    assert row["p_top"] == answer.ranking[0].due_to
    assert row["complaint"] == pytest.approx(1.0)
    assert row["due_to.osteoarthritis"] == answer.due_to("osteoarthritis")
    assert row["heading.poor_circulation"] == answer.headings["poor_circulation"]
    assert row["urgency"] == answer.urgency.level
    assert row["log_evidence"] == answer.log_evidence
    assert row["smoking=current"] == pytest.approx(1.0)
    assert row["age=75_plus"] == pytest.approx(1.0)
    assert row["osteoarthritis"] == answer.present("osteoarthritis")
    done = LEG_PAIN.what_if(case.evidence, {"smoking": "never"}, do=True)
    assert rows["margaret", "never_smoked"]["complaint"] == done.headline[1]
    assert "night_leg_pain" in rows["margaret", "never_smoked"]["note"]
    population = LEG_PAIN.query({"age": 50}, complaint=False)
    assert rows["anyone", "as entered"]["complaint"] == population.present("night_leg_pain")


def test_without_outputs_the_table_shows_the_differential() -> None:
    table = run_scenario(
        LEG_PAIN, parse_scenario(BN, "cases:\n  - id: a\n    evidence: {age: 70}\n", "s.yaml")
    )
    assert table.columns[:5] == ("case", "change", "top", "p_top", "complaint")
    assert len(table.rows) == 1


def test_what_cannot_hold_together_is_a_note_and_not_the_end_of_the_table() -> None:
    text = (
        "cases:\n  - id: man\n    evidence: {sex: male}\n"
        "changes:\n  - id: pregnant\n    set: {pregnancy: present}\n  - id: older\n    set: {age: 80}\n"
    )
    rows = run_scenario(LEG_PAIN, parse_scenario(BN, text, "s.yaml")).to_plain()["rows"]
    assert rows[1]["top"] is None
    assert "cannot hold together" in rows[1]["note"]
    assert rows[2]["top"] is not None
    assert rows[2]["note"] == ""


def test_setting_what_nobody_can_change_is_refused() -> None:
    text = "cases:\n  - id: a\nchanges:\n  - id: young\n    set: {age: 30}\n    do: true\n"
    with pytest.raises(NotModifiable, match="'age'"):
        run_scenario(LEG_PAIN, parse_scenario(BN, text, "s.yaml"))


MISTAKES = [
    ("nothing", "", "s.yaml: the file holds no scenario. Write at least the key 'cases'."),
    ("no cases", "title: x\n", "s.yaml [cases]: holds no list of entries. Begin each with '- id: name'."),
    ("no id", "cases:\n  - evidence: {age: 70}\n",
     "s.yaml entry 1 [cases]: has no id. Begin it with '- id: name'."),
    ("misspelt key", "cases:\n  - id: a\n    evidnce: {age: 70}\n",
     "s.yaml a: no key of a case is called 'evidnce'. Did you mean 'evidence'? "
     "Keys: id, complaint, evidence."),
    ("unknown node", "cases:\n  - id: a\n    evidence: {agee: 70}\n",
     "s.yaml a [evidence.agee]: no node is called 'agee'. Did you mean 'age'?"),
    ("unknown state", "cases:\n  - id: a\nchanges:\n  - id: c\n    set: {smoking: sometimes}\n",
     "s.yaml c [set.smoking]: node 'smoking' has no state 'sometimes'. States: never, former, current."),
    ("neither true nor false", "cases:\n  - id: a\n    complaint: maybe\n",
     "s.yaml a [complaint]: 'maybe' is neither true nor false. Write one of them."),
    ("nothing changed", "cases:\n  - id: a\nchanges:\n  - id: c\n",
     "s.yaml c [set]: changes nothing. Write at least one node: state."),
    ("twice the same", "cases:\n  - id: a\n  - id: a\n",
     "s.yaml a [cases]: the id stands twice. Give each its own."),
    ("taken name", "cases:\n  - id: a\nchanges:\n  - id: as entered\n    set: {age: 70}\n",
     "s.yaml as entered [id]: this name is taken by the unchanged case. Choose another."),
    ("unknown output", "cases:\n  - id: a\noutputs: [tpo]\n",
     "s.yaml [outputs]: no output or node is called 'tpo'. Did you mean 'top'?"),
    ("unknown state in an output", "cases:\n  - id: a\noutputs: [smoking=x]\n",
     "s.yaml [outputs]: node 'smoking' has no state 'x'. States: never, former, current."),
    ("no list of outputs", "cases:\n  - id: a\noutputs: top\n",
     f"s.yaml [outputs]: holds no list of outputs. Write some of: {', '.join(WORDS)}, a node."),
    ("evidence is no mapping", "cases:\n  - id: a\n    evidence: [age]\n",
     "s.yaml a [evidence]: is no list of findings. Write one line for each, as in 'age: 78'."),
    ("title is no text", "title: [x]\ncases:\n  - id: a\n", "s.yaml [title]: is no text. Write one line."),
    ("a key twice", "cases:\n  - id: a\n    id: b\n",
     "s.yaml line 3, column 5: not readable as YAML: the key 'id' stands twice. Correct that line."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [rest for _, *rest in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_each_mistake_names_file_entry_field_and_remedy(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(BN, text, "s.yaml")
    assert str(caught.value) == message


def test_all_mistakes_are_reported_at_once() -> None:
    text = "cases:\n  - id: a\n    evidence: {agee: 70, sexx: male}\noutputs: [tpo]\nnotes: x\n"
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(BN, text, "s.yaml")
    lines = str(caught.value).splitlines()
    assert lines[0] == "4 mistakes:"
    assert len(lines) == 5


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        read_scenario(BN, path)
    path.write_text(FILE, encoding="utf-8")
    assert read_scenario(BN, path).title == "Two patients, two changes"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(start: str) -> None:
    assert defused(f"{start}1+1") == f"'{start}1+1"


def test_csv_keeps_numbers_and_defuses_names() -> None:
    text = FILE.replace("id: margaret", "id: '=HYPERLINK(1)'")
    table = run_scenario(LEG_PAIN, parse_scenario(BN, text, "s.yaml"))
    rows = list(csv.DictReader(io.StringIO(table.to_csv())))
    assert rows[0]["case"] == "'=HYPERLINK(1)"
    assert float(rows[0]["log_evidence"]) == table.to_plain()["rows"][0]["log_evidence"]
    assert float(rows[0]["log_evidence"]) < 0
    assert "=HYPERLINK(1)" in json.dumps(table.to_plain())


def test_the_text_table_is_aligned() -> None:
    told = str(run_scenario(LEG_PAIN, parse_scenario(BN, FILE, "s.yaml"))).splitlines()
    lines = told[told.index("Two patients, two changes") :]
    assert {line.split(": ")[0] for line in told if line not in lines} == {
        "margaret",
        "anyone",
    }  # how urgent, which setting
    assert lines[1].startswith("case      change           top")
    assert len(lines) == 2 + 6
    assert math.isfinite(float(lines[2].split()[4]))
