"""`nocturne next`, `what-if`, `advice` and `run`: what they print as text, JSON and CSV; their mistakes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from model import Differential
from model.cli import main

LEG_PAIN = Differential.load()
CASE = ("-e", "age=70", "-e", "sex=female", "-e", "diuretic=present", "-e", "sudden_cramp=present")
FINDINGS = {"age": 70, "sex": "female", "diuretic": "present", "sudden_cramp": "present"}
SCENARIO = """
title: One patient
cases:
  - id: margaret
    evidence: {age: 70, diuretic: present, sudden_cramp: present}
changes:
  - id: no_diuretic
    set: {diuretic: absent}
    do: true
outputs: [top, complaint]
"""


def run(*arguments: str) -> Result:
    """Run a command line in this process."""
    return CliRunner().invoke(main, arguments)


def plain(*arguments: str) -> dict[str, Any]:
    """Return what a command line prints with --json."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def text(*arguments: str) -> str:
    """Return what a command line prints."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str) -> str:
    """Return the one message of a command line that cannot be run."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    return result.stderr


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("verb", ["next", "advice"])
def test_json_is_what_the_function_says(verb: str) -> None:
    method = {"next": LEG_PAIN.next_questions, "advice": LEG_PAIN.advice}[verb]
    assert plain(verb, *CASE) == json.loads(json.dumps(method(FINDINGS).to_plain()))


@pytest.mark.parametrize("do", [(), ("--do",)])
def test_json_of_a_what_if_is_what_the_function_says(do: tuple[str, ...]) -> None:
    expected = LEG_PAIN.what_if(FINDINGS, {"diuretic": "absent"}, do=bool(do)).to_plain()
    assert plain("what-if", *CASE, "--set", "diuretic=absent", *do) == json.loads(json.dumps(expected))


def test_next_says_what_must_be_asked_first_then_what_tells_most() -> None:
    out = text("next", *CASE, "--top", "3")
    assert out.index("Ask first") < out.index("Then, by information about all causes, weighed by")
    assert "emergency: Have you" in out or "emergency: Has a leg" in out
    assert "Go on: Some safety questions were not asked yet." in out
    assert len([line for line in out.splitlines() if " to " in line and "%" in line]) == 3
    assert LEG_PAIN.network.notice[1] in out


def test_next_can_be_asked_by_kind_about_one_cause_and_by_gain() -> None:
    asked = plain("next", *CASE, "--kind", "test", "--about", "restless_legs_syndrome")
    assert {question["kind"] for question in asked["questions"]} == {"test"}
    assert asked["about"] == "restless_legs_syndrome"
    out = text("next", *CASE, "--about", "restless_legs_syndrome", "--by", "gain", "--top", "1")
    first = LEG_PAIN.next_questions(FINDINGS, about="restless_legs_syndrome").by_gain[0]
    assert f"[{first.item}]" in out


def test_what_if_says_what_was_set_aside_and_whose_pain_would_go() -> None:
    out = text("what-if", *CASE, "--set", "diuretic=absent", "--do")
    assert "Were it changed: " in out
    assert "in people like this" in out
    assert "Set aside, because the change could have changed it" in out
    assert "Would this patient's pain go? The chance that it comes from" in out
    assert "is at least" in out
    assert "Do not start or stop a medicine because of it." in out
    assert "Had it been seen: " in text("what-if", *CASE, "--set", "sudden_cramp=absent")


def test_advice_shows_every_option_and_in_full_its_figures() -> None:
    out = text("advice", *CASE)
    for option in LEG_PAIN.network.decisions.options:
        assert option.label in out
    whole = text("advice", *CASE, "--all")
    assert "grade D, judgement" in whole
    assert "A judgement." in whole


def test_what_waits_for_the_urgency_is_named_apart_and_not_described() -> None:
    urgent = ("-e", "age=60", "-e", "sudden_cold_pale_numb_leg=present")
    found = LEG_PAIN.advice({"age": 60, "sudden_cold_pale_numb_leg": "present"})
    short, whole = text("advice", *urgent), text("advice", *urgent, "--all")
    for says, labels in found.waiting.items():
        assert f"{says}\n  {'; '.join(labels)}." in short
    for one in found.withheld:
        assert one.option.text not in whole
        assert f"{one.label} (" in whole
    plain = json.loads(text("advice", *urgent, "--json"))
    actions = plain["urgency"]["flags"][0]["action"]
    assert {one["text"] for one in plain["options"] if one["withheld"]} == {actions}


def test_red_flags_come_first() -> None:
    for verb in (("advice",), ("what-if", "--set", "smoking=never")):
        out = text(*verb, "-e", "sudden_cold_pale_numb_leg=present")
        assert out.startswith("EMERGENCY")


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_run_prints_one_table_in_three_forms(scenario: str, form: str) -> None:
    out = text("run", scenario, "--format", form)
    expected = LEG_PAIN.what_if(
        {"age": 70, "diuretic": "present", "sudden_cramp": "present"}, {"diuretic": "absent"}, do=True
    )
    assert expected.headline is not None
    if form == "json":
        assert json.loads(out)["rows"][1]["complaint"] == pytest.approx(expected.headline[1])
        assert json.loads(text("run", scenario, "--json")) == json.loads(out)
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(out)))
        assert float(rows[1]["complaint"]) == pytest.approx(expected.headline[1])
    else:
        assert "One patient" in out
        assert f"{expected.headline[1]:.4f}" in out


def test_run_writes_to_a_file(scenario: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    assert text("run", scenario, "--format", "csv", "-o", str(path)) == ""
    assert path.read_text(encoding="utf-8") == text("run", scenario, "--format", "csv")


def test_mistakes_are_one_plain_message(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("cases:\n  - id: a\n    evidence: {agee: 7}\n", encoding="utf-8")
    assert "bad.yaml a [evidence.agee]: no node is called 'agee'" in refused("run", str(bad))
    assert "does not exist" in refused("run", str(tmp_path / "none.yaml"))
    assert "'age' is not something that can be changed" in refused(
        "what-if", *CASE, "--set", "age=30", "--do"
    )
    assert "Name it, as in --set diuretic=absent" in refused("what-if", *CASE)
    assert "--set smoking=never and --set smoking=current" in refused(
        "what-if", *CASE, "--set", "smoking=never", "--set", "smoking=current"
    )
    assert "no cause is called 'cramp'" in refused("next", *CASE, "--about", "cramp")
    assert "is not one of" in refused("next", *CASE, "--kind", "guess")
