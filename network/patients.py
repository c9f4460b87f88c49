"""Labelled patients: published people with a stated diagnosis, ``patients.yaml`` of a knowledge folder.

They measure the network and never shape it: no figure cites them. `evidence` and `tests` were coded by people
who saw the summary and the list of nodes, no answer; `urgency` holds what readers of the summary and of the
guidelines said, without sight of the rules.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from network.errors import Fault, KnowledgeError, did_you_mean
from network.knowledge import Knowledge, due_to_id, read_file
from network.schema import ADDRESS, PATIENT_ID, YEAR, Entry, Flag, Id, Level, Reason, State, Text

FILE = "patients.yaml"
LEVELS: tuple[Level, ...] = ("routine", "soon", "same_day", "emergency")
"""From least to most urgent."""

Kind = Literal["case_report", "teaching_vignette", "board_question", "patient_story"]
Night = Literal["stated", "implied", "no"]
Place = Literal[
    "community", "primary_care", "sleep_clinic", "vascular_clinic", "spine_clinic", "other_clinic",
    "emergency_department", "hospital", "not_stated",
]  # fmt: skip
PatientId = Annotated[str, StringConstraints(pattern=PATIENT_ID)]
Half = Literal["looking", "kept"]
Coded = dict[Id, State]


class PatientSource(Entry):
    """Where a patient was published; empty fields are those that the copy does not show."""

    title: Reason
    address: Annotated[str, StringConstraints(pattern=ADDRESS)] = ""
    year: Annotated[str, StringConstraints(pattern=YEAR)] = ""


class LabelledPatient(Entry):
    """One published patient.

    `collection` names the round in which the patient was collected. `diagnoses` holds the stated causes,
    each of which is there; `accept` further answers that count as right; `coexisting` conditions that are
    there and explain nothing. `hard` marks features that mislead. `coded_again` is what a second coder made
    of the summary, `urgency` holds one level a reader.
    """

    id: PatientId
    collection: Id
    source: PatientSource
    kind: Kind
    seen: Place
    night: Night
    summary: Reason
    evidence: Coded
    tests: Coded = Field(default={})
    coded_again: Coded | None = None
    diagnoses: list[Id] = Field(min_length=1)
    accept: list[Id] = Field(default=[])
    coexisting: list[Id] = Field(default=[])
    urgency: list[Level] = Field(default=[])
    hard: Flag = False
    notes: Text = ""

    @property
    def half(self) -> Half:
        """The half of the collection it belongs to; lists of misses show the looking half only."""
        return "looking" if hashlib.sha256(self.id.encode()).digest()[-1] % 2 == 0 else "kept"

    @property
    def right(self) -> frozenset[str]:
        """Every answer that counts as right."""
        return frozenset((*self.diagnoses, *self.accept))

    @property
    def level(self) -> Level | None:
        """The highest of the readers' levels of urgency; None where nobody read it."""
        return max(self.urgency, key=LEVELS.index, default=None)


class PatientsFile(Entry):
    """``patients.yaml``: the patients, and the settings in which they are judged beside none."""

    judged_in: list[State] = Field(default=[])
    patients: list[LabelledPatient]


def read_patients(folder: Path, knowledge: Knowledge) -> tuple[LabelledPatient, ...]:
    """Return the labelled patients of a knowledge folder; none where it has no such file.

    Raises
    ------
    KnowledgeError
        With every fault in the file: unknown nodes, states and causes, repeated ids.
    """
    if not (folder / FILE).is_file():
        return ()
    return tuple(read_patients_file(folder / FILE, knowledge).patients)


def read_patients_file(path: Path, knowledge: Knowledge) -> PatientsFile:
    """Return one file of labelled patients.

    Raises
    ------
    KnowledgeError
        With every fault in the file.
    """
    faults: list[Fault] = []
    file = read_file(path, PatientsFile, faults)
    if isinstance(file, PatientsFile):
        faults += _faults(file.patients, path.name, knowledge)
    if faults or not isinstance(file, PatientsFile):
        raise KnowledgeError(faults)
    return file


def _faults(patients: Sequence[LabelledPatient], file: str, knowledge: Knowledge) -> Iterator[Fault]:
    states = knowledge.states()
    causes = (*(condition.id for condition in knowledge.conditions), knowledge.other_cause.id)
    asked = {knowledge.network.complaint.id, causes[-1], *map(due_to_id, causes[:-1])}
    for name, count in Counter(patient.id for patient in patients).items():
        if count > 1:
            yield Fault(file, name, "id", f"{count} patients have this id.", "Give each its own.")
    for patient in patients:
        for field in ("evidence", "tests", "coded_again"):
            yield from _coding_faults(file, patient.id, field, getattr(patient, field) or {}, states, asked)
        for node in patient.evidence.keys() & patient.tests.keys():
            problem = f"{node!r} is coded under evidence too."
            yield Fault(file, patient.id, "tests", problem, "Keep it in one of them.")
        for field in ("diagnoses", "accept", "coexisting"):
            for cause in getattr(patient, field):
                if cause not in causes:
                    problem = f"no cause is called {cause!r}.{did_you_mean(cause, causes)}"
                    yield Fault(file, patient.id, field, problem)


def _coding_faults(
    file: str,
    patient: str,
    field: str,
    coded: Coded,
    states: Mapping[str, tuple[str, ...]],
    asked: Container[str],
) -> Iterator[Fault]:
    for node, state in coded.items():
        if node not in states:
            yield Fault(file, patient, field, f"no node is called {node!r}.{did_you_mean(node, states)}")
        elif node in asked:
            yield Fault(file, patient, field, f"{node!r} is what is asked, not a finding.", "Take it out.")
        elif state not in states[node]:
            problem = f"node {node!r} has no state {state!r}. States: {', '.join(states[node])}."
            yield Fault(file, patient, field, problem)
