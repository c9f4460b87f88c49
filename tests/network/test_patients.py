"""Labelled patients: what is wrong with a file is told entry by entry, and nothing is made up on reading."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from network.errors import KnowledgeError
from network.knowledge import Knowledge
from network.patients import FILE, LEVELS, read_patients, read_patients_file
from tests.labelled import collection, entry, labelled, written

FORM = {
    "an id that is none": (
        {"id": "2nd man"},
        "2nd man [id]: is not a usable id. Write letters, digits and underscores; begin with a letter.",
    ),
    "a bad address": (
        {"source": {"title": "Made up", "address": "www.example.org"}},
        "somebody [source.address]: is no address of the web. Begin with https:// or http://, or leave it "
        "empty.",
    ),
    "a bad year": (
        {"source": {"title": "Made up", "year": "last year"}},
        "somebody [source.year]: is no year. Write four digits, or leave it empty.",
    ),
    "a misspelt field": (
        {"diagnosis": ["osteoarthritis"]},
        "somebody [diagnosis]: there is no such field here. Did you mean 'diagnoses'?",
    ),
    "no diagnosis": (
        {"diagnoses": []},
        "somebody [diagnoses]: list should have at least 1 item after validation, not 0.",
    ),
    "a kind that is none": (
        {"kind": "rumour"},
        "somebody [kind]: input should be 'case_report', 'teaching_vignette', 'board_question' or "
        "'patient_story'.",
    ),
    "a level that is none": (
        {"urgency": ["urgent"]},
        "somebody [urgency.0]: input should be 'emergency', 'same_day', 'soon' or 'routine'.",
    ),
    "a node that cannot be one": (
        {"evidence": {"Cold foot": "present"}},
        "somebody [evidence.Cold foot.[key]]: is not a usable id. Write lower-case letters, digits and "
        "underscores; begin with a letter, or with a digit for a state.",
    ),
}
NAMES = {
    "an unknown node": (
        {"evidence": {"cold_feet": "present"}},
        "somebody [evidence]: no node is called 'cold_feet'. Did you mean 'cold_foot'?",
    ),
    "an unknown node of the second coder": (
        {"coded_again": {"cold_feet": "present"}},
        "somebody [coded_again]: no node is called 'cold_feet'. Did you mean 'cold_foot'?",
    ),
    "an unknown state": (
        {"evidence": {"smoking": "curent"}},
        "somebody [evidence]: node 'smoking' has no state 'curent'. States: never, former, current.",
    ),
    "an unknown state of a test": (
        {"tests": {"ferritin_low": "yes"}},
        "somebody [tests]: node 'ferritin_low' has no state 'yes'. States: absent, present.",
    ),
    "an unknown cause": (
        {"diagnoses": ["osteoarthrosis"]},
        "somebody [diagnoses]: no cause is called 'osteoarthrosis'. Did you mean 'osteoarthritis'?",
    ),
    "an unknown answer to accept": (
        {"accept": ["hypertension"]},
        "somebody [accept]: no cause is called 'hypertension'. Did you mean 'nocturnal_hypotension'?",
    ),
    "a node that explains for a cause": (
        {"coexisting": ["due_to_osteoarthritis"]},
        "somebody [coexisting]: no cause is called 'due_to_osteoarthritis'. Did you mean 'osteoarthritis'?",
    ),
    "a node coded twice": (
        {"evidence": {"ferritin_low": "present"}, "tests": {"ferritin_low": "present"}},
        "somebody [tests]: 'ferritin_low' is coded under evidence too. Keep it in one of them.",
    ),
    "the answer among the findings": (
        {"evidence": {"due_to_osteoarthritis": "present"}},
        "somebody [evidence]: 'due_to_osteoarthritis' is what is asked, not a finding. Take it out.",
    ),
    "the complaint among the findings": (
        {"evidence": {"night_leg_pain": "absent"}},
        "somebody [evidence]: 'night_leg_pain' is what is asked, not a finding. Take it out.",
    ),
}


def faults(folder: Path, knowledge: Knowledge, *patients: dict[str, Any]) -> list[str]:
    """Return what is told of a file of these patients."""
    with pytest.raises(KnowledgeError) as caught:
        read_patients_file(written(folder, patients), knowledge)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("fault", [*FORM, *NAMES])
def test_a_fault_names_file_patient_field_and_remedy(
    fault: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    fields, report = (FORM | NAMES)[fault]
    assert f"{FILE} {report}" in faults(tmp_path, knowledge, entry(**fields))


def test_all_faults_of_all_patients_are_told_at_once(tmp_path: Path, knowledge: Knowledge) -> None:
    wrong = [entry(f"p{number}", **fields) for number, (fields, _) in enumerate(NAMES.values())]
    told = [report.replace("somebody", f"p{number}") for number, (_, report) in enumerate(NAMES.values())]
    assert faults(tmp_path, knowledge, *wrong) == [f"{FILE} {report}" for report in told]


def test_an_id_that_stands_twice_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    told = faults(tmp_path, knowledge, entry("a"), entry("b"), entry("a"))
    assert told == [f"{FILE} a [id]: 2 patients have this id. Give each its own."]


def test_what_is_written_reads_back(tmp_path: Path, knowledge: Knowledge) -> None:
    some = collection()[::40]
    file = read_patients_file(written(tmp_path, some, ["community"]), knowledge)
    assert tuple(file.patients) == some
    assert file.judged_in == ["community"]


def test_a_folder_without_the_file_has_no_patients(tmp_path: Path, knowledge: Knowledge) -> None:
    assert read_patients(tmp_path, knowledge) == ()


def test_the_half_is_the_last_bit_of_the_hash_of_the_id() -> None:
    for patient in collection():
        last = int(hashlib.sha256(patient.id.encode()).hexdigest(), 16) & 1
        assert patient.half == ("kept" if last else "looking")


def test_the_higher_of_two_levels_stands() -> None:
    for low, first in enumerate(LEVELS):
        for high, second in enumerate(LEVELS):
            assert labelled(urgency=[first, second]).level == LEVELS[max(low, high)]
    assert labelled().level is None


def test_what_is_accepted_is_right_as_well_as_what_is_stated() -> None:
    patient = labelled(diagnoses=["osteoarthritis", "other_cause"], accept=["statin_myalgia"])
    assert patient.right == {"osteoarthritis", "other_cause", "statin_myalgia"}


def test_the_collection_is_what_its_page_says() -> None:
    patients = collection()
    assert len([one for one in patients if one.collection == "first"]) == 108
    assert all(len(one.urgency) == 2 for one in patients)
    assert sum(one.coded_again is not None for one in patients) >= len(patients) // 10
    levels = [one.level for one in patients]
    assert levels.count("emergency") >= 15
    assert levels.count("same_day") >= 30
