"""Mistakes in the form of a file: fields, words, rows. All are made in one copy, and all must be reported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from network.build import EMBEDDED
from network.errors import KnowledgeError
from network.knowledge import FILES, Knowledge, due_to_id, file_of, read_knowledge
from tests.knowledge_files import Mistake, edited, faults_of, with_mistakes

MISTAKES = [
    Mistake(
        "unknown field", "conditions.yaml",
        "  - id: statin_myalgia\n", "  - id: statin_myalgia\n    odds_ratio: x\n",
        "conditions.yaml statin_myalgia [odds_ratio]: there is no such field here. Did you mean "
        "'odds_ratios'?",
    ),
    Mistake(
        "misspelt field", "tests.yaml",
        "    specificity: cus_spec\n", "    specifity: cus_spec\n",
        "tests.yaml compression_ultrasound_dvt [specifity]: there is no such field here. "
        "Did you mean 'specificity'?",
    ),
    Mistake(
        "missing field", "conditions.yaml",
        "    due_to:\n      label: Pain from a statin\n", "    due_to:\n",
        "conditions.yaml statin_myalgia [due_to.label]: the field is missing. Add it.",
    ),
    Mistake(
        "unknown level", "red_flags.yaml",
        "  - id: septic_joint\n    level: emergency\n", "  - id: septic_joint\n    level: urgent\n",
        "red_flags.yaml septic_joint [level]: input should be 'emergency', 'same_day', 'soon' or 'routine'.",
    ),
    Mistake(
        "unknown kind", "tests.yaml",
        "  - id: ferritin_low\n    kind: test\n", "  - id: ferritin_low\n    kind: blood\n",
        "tests.yaml ferritin_low [kind]: input should be 'symptom', 'sign', 'test', 'context' or 'latent'.",
    ),
    Mistake(
        "neither true nor false", "conditions.yaml",
        "        state: male\n        odds_ratio: lumbar_spinal_stenosis__or__male\n        marginal: true\n",
        "        state: male\n        odds_ratio: lumbar_spinal_stenosis__or__male\n"
        "        marginal: maybe\n",
        "conditions.yaml lumbar_spinal_stenosis [odds_ratios.0.marginal]: write true or false.",
    ),
    Mistake(
        "label too long", "observations.yaml",
        "label: Relief by dangling the legs\n", "label: Relief by dangling the legs over the edge "
        "of the bed\n",
        "observations.yaml relief_by_dangling_legs [label]: string should have at most 40 characters.",
    ),
    Mistake(
        "unusable id", "management.yaml",
        "  - id: leg_elevation\n", "  - id: Leg-elevation\n",
        "management.yaml Leg-elevation [id]: is not a usable id. Write lower-case letters, digits and "
        "underscores; begin with a letter, or with a digit for a state.",
    ),
    Mistake(
        "list for a text", "risk_factors.yaml",
        "    label: Too little fluid\n", "    label: [Too, little, fluid]\n",
        "risk_factors.yaml dehydration [label]: text is needed here. Write one line of text.",
    ),
    Mistake(
        "text for a list", "management.yaml",
        "    claims: [T2, R5, M2]\n", "    claims: T2\n",
        "management.yaml sleep_hygiene [claims]: a list is needed here. "
        "Write [one, two] or one line for each, beginning with a dash.",
    ),
    Mistake(
        "figure out of range", "figures.csv",
        "rf_sex_female,prevalence,sex,female,general_population,0.51,0.5,0.52",
        "rf_sex_female,prevalence,sex,female,general_population,51,,",
        "figures.csv row N (rf_sex_female) [value]: value 51 is not a proportion. Write 0.51.",
    ),
    Mistake(
        "source key used twice", "sources.csv",
        "grandner_2017,", "grandner2017,",
        "sources.csv row N [key]: key 'grandner2017' is empty or used twice. Make it unique.",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is reported of a folder with every mistake; row numbers are not the point."""
    faults = faults_of(with_mistakes(tmp_path_factory.mktemp("files"), MISTAKES))
    return [re.sub(r"row \d+", "row N", str(fault)) for fault in faults]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_each_mistake_is_one_clear_fault(mistake: Mistake, reports: list[str]) -> None:
    assert reports.count(mistake.report) == 1, "\n".join(reports)


def test_all_faults_are_reported_at_once_and_nothing_else(reports: list[str]) -> None:
    assert sorted(reports) == sorted(mistake.report for mistake in MISTAKES)


def test_a_broken_file_does_not_hide_the_faults_of_another(tmp_path: Path) -> None:
    folder = edited(
        tmp_path,
        ("network.yaml", "name: leg_pain\n", "name: [leg_pain\n"),
        (
            "conditions.yaml",
            "share: due_to_deep_vein_thrombosis__share\n",
            "share: due_to_deep_vein_thrombosis__share\n      modifers: x\n",
        ),
    )
    (folder / "claims.yaml").unlink()
    with pytest.raises(KnowledgeError) as caught:
        read_knowledge(folder)
    assert str(caught.value).splitlines() == [
        "3 faults in the knowledge files:",
        "  network.yaml line 5, column 6: not readable as YAML: expected ',' or ']', but got ':'. "
        "Correct that line.",
        "  conditions.yaml deep_vein_thrombosis [due_to.modifers]: there is no such field here. "
        "Did you mean 'modifiers'?",
        "  claims.yaml: the file is missing. Every knowledge folder has one.",
    ]


def test_one_fault_is_called_one(tmp_path: Path) -> None:
    folder = edited(tmp_path, ("network.yaml", "title: Leg pain that", "titel: Leg pain that"))
    with pytest.raises(KnowledgeError, match=r"^2 faults in the knowledge files:\n"):
        read_knowledge(folder)
    folder = edited(
        tmp_path / "b", ("network.yaml", "title: Leg pain that", "heading: x\ntitle: Leg pain that")
    )
    with pytest.raises(
        KnowledgeError, match=r"^1 fault in the knowledge files:\n  network.yaml \[heading\]: there is"
    ):
        read_knowledge(folder)


def test_a_folder_without_knowledge_reports_every_file(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_knowledge(tmp_path)
    assert {fault.file for fault in caught.value.faults} == {*FILES, "figures.csv", "sources.csv"}


def test_an_empty_file_is_a_fault(tmp_path: Path) -> None:
    folder = edited(tmp_path)
    (folder / "tests.yaml").write_text("", encoding="utf-8")
    assert [str(fault) for fault in faults_of(folder)] == [
        "tests.yaml: named fields are needed here. Write field: value, one line for each."
    ]


def test_every_entry_stands_in_the_file_that_faults_name(knowledge: Knowledge) -> None:
    text = {file: (EMBEDDED / file).read_text(encoding="utf-8") for file in FILES}
    for file, entry in knowledge.described():
        assert f"id: {entry.id}\n" in text[file], f"{entry.id} is not in {file}"
    for observation in (*knowledge.network.latents, *knowledge.observations):
        assert f"- id: {observation.id}\n" in text[file_of(observation)]


def test_every_condition_has_a_node_for_being_the_cause(knowledge: Knowledge) -> None:
    states = knowledge.states()
    assert len(knowledge.conditions) == 16
    assert all(states[due_to_id(condition.id)] == ("absent", "present") for condition in knowledge.conditions)
