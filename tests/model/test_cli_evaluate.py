"""`nocturne evaluate`: tables and JSON, pictures and records, and what it refuses."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from model.cli.evaluation_text import METHODS, method_words
from network.exchange import export
from network.notice import FILE as RECORD
from network.patients import FILE
from tests.knowledge_files import edited
from tests.labelled import collection, labelled, written
from tests.model.shell import attempt, run
from tests.networks import asia

SMALL = [
    *collection()[::70],
    labelled("ruled_out", evidence={"osteoarthritis": "absent"}),
    labelled("accepts", diagnoses=["other_cause"], accept=["statin_myalgia"]),
]
HALVES = {patient.id: patient.half for patient in SMALL}
NONE = ("--setting", "none")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(written(tmp_path_factory.mktemp("patients"), SMALL))


def test_text_has_every_method_group_cause_and_level(file: str) -> None:
    text = run("evaluate", file, *NONE, "--half", "both")
    assert text.startswith(f"Tried on {len(SMALL)} published patients, never in a clinic: ")
    for words in (*METHODS.values(), "naive Bayes on the readings, written case"):
        assert words in text
    for words in (
        "Setting: not stated",
        "misleading features",
        "kept half",
        "None of these causes",
        "Stated",
    ):
        assert words in text
    assert "emergencies found" in text
    assert "Coded twice: " in text
    assert "nan" not in text.split()
    assert "against: osteoarthritis=absent rules it out\n" in text
    assert "\n\n\n" not in text
    assert text.endswith("call the emergency number now.\n")


@pytest.mark.parametrize("half", ["looking", "kept", "both"])
def test_half_lists_no_patient_of_the_other(half: str, file: str) -> None:
    plain = json.loads(run("evaluate", file, *NONE, "--half", half, "--json"))
    listed = {HALVES[miss["patient"]] for miss in plain["settings"][0]["misses"]}
    assert listed == ({"looking", "kept"} if half == "both" else {half})
    assert plain["misses_of"] == (None if half == "both" else half)
    assert plain["patients"] == len(SMALL)


def test_text_of_one_half_names_nobody_of_the_other(file: str) -> None:
    text = run("evaluate", file, *NONE, "--half", "kept")
    assert "Missed, of the kept half" in text
    assert [name for name, half in HALVES.items() if half == "looking" and name in text] == []


def test_brief_is_the_sentence_alone(file: str) -> None:
    text = run("evaluate", file, *NONE, "--brief")
    assert text.startswith(f"Tried on {len(SMALL)} published patients")
    assert text.count("\n") == 1


def test_pictures_are_written_for_each_setting(file: str, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "pictures"
    run("evaluate", file, *NONE, "--setting", "community", "--brief", "--pictures", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == [
        "causes_community.svg", "causes_not_stated.svg",
        "reliability_community.svg", "reliability_not_stated.svg",
    ]  # fmt: skip
    assert all("</svg>" in path.read_text(encoding="utf-8") for path in folder.iterdir())


def test_pictures_that_cannot_be_written_are_one_message(file: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    result = attempt("evaluate", file, *NONE, "--brief", "--pictures", str(tmp_path / "taken" / "in"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot write to" in result.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the knowledge with a few patients."""
    copy = edited(tmp_path_factory.mktemp("copy"))
    written(copy, SMALL)
    return copy


def test_a_record_is_what_the_notice_says_from_then_on(folder: Path) -> None:
    said = run("evaluate", *NONE, "--brief", "--record", "--network", str(folder))
    assert f"patients: {len(SMALL)}" in (folder / RECORD).read_text(encoding="utf-8")
    assert f"Tried on {len(SMALL)} " in said
    notice = json.loads(run("query", "--network", str(folder), "--json"))["notice"]
    assert f"tried on {len(SMALL)} published patients" in notice[0]


def test_a_record_that_cannot_be_written_is_one_message(folder: Path) -> None:
    before = (folder / RECORD).read_text(encoding="utf-8")
    (
        folder / f".{RECORD}.{os.getpid()}"
    ).mkdir()  # stands where the new file is made: root may write anywhere
    result = attempt("evaluate", *NONE, "--brief", "--record", "--network", str(folder))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot write" in result.stderr
    assert "Traceback" not in result.stderr
    assert (folder / RECORD).read_text(encoding="utf-8") == before


@pytest.mark.parametrize("other", [("--tests",), ("--setting", "community"), (FILE,)])
def test_a_record_of_anything_else_is_refused(other: tuple[str, ...], file: str) -> None:
    result = attempt("evaluate", "--record", *(file if word == FILE else word for word in other))
    assert result.exit_code == 2
    assert "leave out PATIENTS, --setting and --tests" in result.stderr


def test_a_setting_that_does_not_exist_names_those_that_do(file: str) -> None:
    result = attempt("evaluate", file, "--setting", "hospital")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "node 'seen_in' has no state 'hospital'. States: written_case, seeks_advice" in result.stderr


def test_a_network_file_has_nobody_to_be_judged_by(tmp_path: Path) -> None:
    export(asia(), tmp_path / "asia.bif")
    result = attempt("evaluate", "--network", str(tmp_path / "asia.bif"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        "a network file has no labelled patients to be judged by. Name a knowledge folder." in result.stderr
    )


def test_a_wrong_file_of_patients_is_told_fault_by_fault(tmp_path: Path) -> None:
    path = written(tmp_path, [labelled("a", diagnoses=["gout"]), labelled("b", tests={"mri": "present"})])
    result = attempt("evaluate", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "2 faults in the knowledge files:" in result.stderr
    assert "patients.yaml a [diagnoses]: no cause is called 'gout'." in result.stderr


def test_every_method_has_words() -> None:
    assert method_words("readings_seeks_advice") == "naive Bayes on the readings, seeks advice"
    assert all(method_words(name) == words for name, words in METHODS.items())
