"""What stands around every answer of the shell: urgency, titles, notes; also where there is no answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model import Differential
from model.cli import main

LEG_PAIN = Differential.load()
COLD = ("-e", "sudden_cold_pale_numb_leg=present")
CASE = ("-e", "age=78", "-e", "relief_by_dangling_legs=present", *COLD)
CLASH = ("-e", "osteoarthritis=absent", "-e", "due_to_osteoarthritis=present")
QUESTIONS = ("query", "explanations", "explain", "fit", "next", "advice")
FRAME = (
    "schema", "network", "complaint", "setting", "notice", "notes", "evidence", "urgency", "contradictions",
)  # fmt: skip
TITLED = "title: Margaret [78]\nevidence:\n  age: 78\n  smoking: current\npaused: [smoking]\n"


def run(*arguments: str, text: str | None = None) -> Result:
    """Run a command line in this process."""
    return CliRunner().invoke(main, arguments, input=text)


@pytest.mark.parametrize("verb", QUESTIONS)
def test_every_answer_begins_with_its_urgency(verb: str) -> None:
    first = run(verb, *CASE).stdout.splitlines()[0]
    assert first.startswith("EMERGENCY A leg that is newly cold")
    calm = run(verb, "-e", "sex=male").stdout
    assert calm.startswith("Urgency: no warning sign was entered. That does not mean that there is none.\n\n")


@pytest.mark.parametrize("verb", QUESTIONS)
def test_no_appointment_is_named_beside_an_emergency(verb: str) -> None:
    out = run(verb, *COLD, "-e", "diabetes=present", "-e", "fever_or_weight_loss=present").stdout
    urgency, *_ = out.partition("\n\n")
    flags = LEG_PAIN.query({COLD[1].split("=")[0]: "present", "diabetes": "present"}).urgency.flags
    assert all(flag.reason in urgency for flag in flags)
    assert {flag.level for flag in flags} > {"emergency"}
    assert [flag.level for flag in flags if flag.action in out] == ["emergency"]


@pytest.mark.parametrize("verb", QUESTIONS)
def test_every_answer_in_json_begins_with_the_same_keys(verb: str) -> None:
    found = json.loads(run(verb, *CASE, "--json").stdout)
    assert tuple(found)[: len(FRAME)] == FRAME
    assert found["urgency"]["level"] == "emergency"
    assert found["urgency"]["flags"][0]["action"].startswith("Call the emergency number")
    assert found["evidence"] == {
        "age": "75_plus",
        "relief_by_dangling_legs": "present",
        COLD[1].split("=")[0]: "present",
    }


@pytest.mark.parametrize("verb", [*QUESTIONS, "credible", "tornado"])
def test_what_cannot_be_is_as_urgent_as_anything_else(verb: str) -> None:
    result = run(verb, *CLASH, *COLD)
    assert result.exit_code == 2
    assert result.stdout == ""
    first, *_, last = result.stderr.splitlines()
    assert first.startswith("EMERGENCY: A leg that is newly cold")
    assert last.startswith("Error: osteoarthritis = absent and due_to_osteoarthritis = present cannot hold")


def test_an_imagined_warning_sign_is_shown_with_the_change_not_as_entered() -> None:
    lines = run("what-if", "-e", "sex=male", "--set", "sudden_cold_pale_numb_leg=present").stdout.splitlines()
    assert lines[0].startswith("Urgency: no warning sign was entered")
    (place,) = (number for number, line in enumerate(lines) if line.startswith("EMERGENCY"))
    assert lines[place - 1].startswith("Had it been seen")


def test_a_change_without_a_patient_in_pain_promises_nobody_relief() -> None:
    change = ("--set", "diuretic=absent", "--do")
    assert "Would this patient's pain go?" in run("what-if", "-e", "diuretic=present", *change).stdout
    assert "Would this patient's pain go?" not in run("what-if", *change, "--population").stdout


def test_the_title_of_a_case_stands_above_its_answers(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(TITLED, encoding="utf-8")
    for verb in ("query", "fit"):
        assert run(verb, "--case", str(path)).stdout.startswith("Margaret [78]\n\n")
        found = json.loads(run(verb, "--case", str(path), "--json").stdout)
        assert found["title"] == "Margaret [78]"
        assert found["evidence"] == {"age": "75_plus"}


def test_a_paused_finding_of_a_case_is_shown_and_has_no_effect(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(TITLED, encoding="utf-8")
    paused = run("query", "--case", str(path)).stdout
    assert "  Smoking         paused\n" in paused
    cells = [json.loads(run("query", *arguments, "--json").stdout)["due_to"] for arguments in (
        ("--case", str(path)), ("-e", "age=78"), ("--case", str(path), "-e", "smoking=current"),
        ("-e", "age=78", "-e", "smoking=current"),
    )]  # fmt: skip
    assert cells[0] == cells[1] != cells[2] == cells[3]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("evidence: {age: 78}\npaused: [sex]", "[paused]: write a list of nodes that stand under 'evidence'"),
        ("evidence: {age: 78}\npaused: sex", "[paused]: write a list"),
        ("evidence: {age: 78}\ntitle: [a]", "[title]: write one line of text"),
        ("age: 78", "'age' is a finding. Write it under 'evidence:'"),
        ("evidnce: {age: 78}", "Did you mean 'evidence'?"),
    ],
)
def test_a_case_file_with_a_mistake_is_refused(text: str, fault: str) -> None:
    result = run("query", "--case", "-", text=text)
    assert result.exit_code == 2
    assert fault in result.stderr


def test_a_cause_that_is_not_in_the_list_gets_the_list() -> None:
    message = run("explain", "gout").stderr
    assert "no cause is called 'gout'. There are: " in message
    assert "arterial_insufficiency, " in message


def test_headings_with_intervals_stand_inside_each_other() -> None:
    lines = run("credible", "-e", "age=78", "--draws", "20").stdout.splitlines()
    (vascular,) = (n for n, line in enumerate(lines) if line.startswith("  Vascular insufficiency "))
    assert lines[vascular + 1].startswith("    Poor circulation ")


def test_a_change_in_a_network_without_causes_moves_its_nodes(tmp_path: Path) -> None:
    path = tmp_path / "small.bif"
    path.write_text(
        "network small { }\nvariable rain { type discrete [2] { yes, no }; }\n"
        "variable wet { type discrete [2] { yes, no }; }\nprobability (rain) { table 0.2, 0.8; }\n"
        "probability (wet | rain) { (yes) 0.9, 0.1; (no) 0.1, 0.9; }\n",
        encoding="utf-8",
    )
    lines = run("what-if", "--network", str(path), "--set", "rain=yes").stdout.splitlines()
    assert "  wet: yes      26 %   90 %" in lines
    assert "This network holds no management options." in run("advice", "--network", str(path)).stdout
    assert lines[0] == "Urgency: this network knows no warning signs, so it cannot say how urgent this is."
