"""Two versions of the knowledge, side by side: structure, figures, and the labelled patients that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from model.differential import Differential
from model.provenance import Provenance
from model.validation.diff_figures import FigureChange, figure_changes, wording_changes
from model.validation.diff_patients import Case, MovedPatient, moved_patients, standings
from model.validation.diff_structure import (
    StructureDiff,
    TableChange,
    in_one_form,
    structure_diff,
    table_changes,
)
from network.build import EMBEDDED
from network.errors import DiagnosisError, KnowledgeError, TooWide, UnknownState
from network.figures import Figure
from network.knowledge import Knowledge, read_knowledge
from network.patients import LabelledPatient, read_patients, read_patients_file
from network.structure import Network


@dataclass(frozen=True, eq=False)
class Version:
    """One version: a knowledge folder, or a network file, which has no figures and no patients."""

    ddx: Differential
    provenance: Provenance
    path: Path | None
    """None for the embedded one."""

    @classmethod
    def load(cls, path: Path | None = None) -> Version:
        """Return the version at a path, the embedded one if None.

        Raises
        ------
        DiagnosisError
            If there is nothing there, or the files do not hold together; it names the path.
        """
        try:
            ddx = Differential.load(path)
            return cls(ddx, Provenance.of(ddx.network, path), path)
        except KnowledgeError as error:  # names its files, which both versions have
            raise DiagnosisError(f"{path or EMBEDDED}: {error}") from None

    @property
    def network(self) -> Network:
        """The network built from it."""
        return self.ddx.network

    @property
    def folder(self) -> Path | None:
        """Its knowledge folder; None for a network file."""
        path = EMBEDDED if self.path is None else self.path
        return path if path.is_dir() else None

    @cached_property
    def knowledge(self) -> Knowledge | None:
        """Its knowledge; None for a network file."""
        return None if self.folder is None else read_knowledge(self.folder)

    def to_plain(self) -> dict[str, Any]:
        """Return which version it is as JSON holds it."""
        return {
            "path": None if self.path is None else str(self.path),
            "name": self.network.name,
            "version": self.network.version,
            "hash": self.network.hash,
        }

    def __str__(self) -> str:
        where = "embedded" if self.path is None else str(self.path)
        said = " ".join(part for part in (self.network.name, self.network.version) if part)
        return f"{where} ({said}, {self.network.hash})"


@dataclass(frozen=True)
class Diff:
    """What differs between two versions.

    `files` are knowledge files whose bytes differ; `texts` counts entries that differ in wording alone.
    `asked` is the number of labelled patients, `moved` those whose right answer changed rank. `setting` and
    `with_tests` say how they were asked.
    """

    old: Version
    new: Version
    structure: StructureDiff
    tables: tuple[TableChange, ...]
    figures: tuple[FigureChange, ...]
    texts: int
    files: tuple[str, ...]
    asked: int
    moved: tuple[MovedPatient, ...]
    setting: str | None
    with_tests: bool
    notes: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing that is compared differs: structure, tables, figures, wording, rules."""
        return self.structure.same and not (self.tables or self.figures or self.texts)

    @property
    def rest(self) -> str:
        """What is left of a patient's move once every figure of both versions is moved, in a word."""
        return "tables" if self.structure.same_graph else "structure"

    def to_plain(self) -> dict[str, Any]:
        """Return everything as JSON holds it."""
        return {
            "schema": 1,
            "old": self.old.to_plain(),
            "new": self.new.to_plain(),
            "same": self.same,
            "structure": self.structure.to_plain(),
            "tables": [{"node": one.node, "largest": one.largest} for one in self.tables],
            "figures": [figure.to_plain() for figure in self.figures],
            "texts": self.texts,
            "files": list(self.files),
            "patients": {
                "asked": self.asked,
                "setting": self.setting,
                "with_tests": self.with_tests,
                "rest_is": self.rest,
                "moved": [patient.to_plain() for patient in self.moved],
            },
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        kinds = [figure.kind for figure in self.figures]
        up = sum(patient.up for patient in self.moved)
        structure = self.structure
        nodes = f"{len(structure.nodes_added)} added, {len(structure.nodes_removed)} removed"
        arcs = f"{len(structure.arcs_added)} added, {len(structure.arcs_removed)} removed"
        figures = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("added", "removed", "changed"))
        lines = [
            f"Nodes: {nodes}. Arcs: {arcs}. Figures: {figures}.",
            f"Patients whose right answer changed rank: {len(self.moved)} of {self.asked} "
            f"({up} up, {len(self.moved) - up} down).",
        ]
        return "\n".join(lines)


def diff(
    old: Version,
    new: Version,
    patients: Path | None = None,
    setting: str | None = None,
    with_tests: bool = False,
) -> Diff:
    """Return what differs between two versions of the knowledge, and whom it moves.

    Parameters
    ----------
    patients : file of labelled patients; those of the new version if None, or of the old where it has none
    setting : where the patients are seen, a state of the network's context node; not said if None
    with_tests : whether the patients' tests count as evidence too

    Raises
    ------
    KnowledgeError
        With every fault in the files.
    DiagnosisError
        If a version has no such setting, or patients are given and neither version is a knowledge folder.
    """
    labelled = _patients(old, new, patients)
    contexts = [_context(version, setting) for version in (old, new)]
    asked = [
        [_case(version.network, patient, with_tests, context) for patient in labelled]
        for version, context in zip((old, new), contexts, strict=True)
    ]
    figures = figure_changes(old.provenance, new.provenance) if _both_figures(old, new) else ()
    values = {
        change.id: change.new
        for change in figures
        if change.old is not None and change.new is not None and change.old.value != change.new.value
    }
    try:
        moved, asked_of, notes = _moved(old, new, asked, values), len(labelled), _notes(old, new, asked)
    except TooWide as error:  # an export has lost the noisy-OR of its wide nodes
        moved, asked_of, notes = (), 0, [*_notes(old, new, asked), f"No patients are compared: {error}"]
    networks = in_one_form(old.network, new.network)
    return Diff(
        old=old,
        new=new,
        structure=structure_diff(*networks),
        tables=table_changes(*networks),
        figures=figures,
        texts=wording_changes(old.provenance, new.provenance) if _both_figures(old, new) else 0,
        files=_files(old, new),
        asked=asked_of,
        moved=moved,
        setting=setting,
        with_tests=with_tests,
        notes=tuple(notes),
    )


def _moved(
    old: Version, new: Version, asked: Sequence[Sequence[Case]], values: Mapping[str, Figure]
) -> tuple[MovedPatient, ...]:
    """Ask both versions about every patient and return those whose right answer changed rank."""
    for version, cases in zip((old, new), asked, strict=True):
        if cases:
            version.ddx.load_compiled()
    before, after = (standings(version.ddx, cases) for version, cases in zip((old, new), asked, strict=True))
    return moved_patients(old.ddx, asked[0], before, after, values)


def _both_figures(old: Version, new: Version) -> bool:
    return old.folder is not None and new.folder is not None


def _patients(old: Version, new: Version, file: Path | None) -> tuple[LabelledPatient, ...]:
    """Return the patients to ask, checked against the newest version that is a folder.

    None where a version ranks no causes: a network file without its names.
    """
    if not (old.network.causes and new.network.causes):
        return ()
    for version in (new, old):
        if version.folder is None or version.knowledge is None:
            continue
        if file is not None:
            return tuple(read_patients_file(file, version.knowledge).patients)
        if found := read_patients(version.folder, version.knowledge):
            return found
    if file is not None:
        raise DiagnosisError(
            f"{file}: patients are checked against a knowledge folder, and both versions are network files."
        )
    return ()


def _context(version: Version, setting: str | None) -> dict[str, str]:
    """Return the finding that says where the patients are seen; none where that is not said."""
    if setting is None:
        return {}
    node = version.network.setting
    if node is None:
        raise DiagnosisError(f"{version}: this version knows no settings. Leave --setting out.")
    if setting not in node.states:
        raise DiagnosisError(f"{version}: {UnknownState(node.id, setting, node.states)}")
    return {node.id: setting}


def _case(network: Network, patient: LabelledPatient, with_tests: bool, context: dict[str, str]) -> Case:
    """Return a patient as a network can be asked: findings that it does not have are left out."""
    stated = {**patient.evidence, **(patient.tests if with_tests else {}), **context}
    items = {item.id for item in network.safety_items}
    known = {
        node: state
        for node, state in stated.items()
        if node in items or (node in network and state in network.node(node).states)
    }
    return Case(patient.id, patient.half, patient.right, known, len(stated) - len(known))


def _files(old: Version, new: Version) -> tuple[str, ...]:
    """Return the knowledge files that only one folder has or whose bytes differ."""
    contents = [
        {path.name: path.read_bytes() for ending in ("yaml", "csv") for path in folder.glob(f"*.{ending}")}
        for folder in (old.folder, new.folder)
        if folder is not None
    ]
    if len(contents) < 2:
        return ()
    was, now = contents
    return tuple(sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name)))


def _notes(old: Version, new: Version, asked: Sequence[Sequence[Case]]) -> list[str]:
    """Return what the reader should know about how the versions were compared."""
    notes = []
    for version, cases in zip((old, new), asked, strict=True):
        if version.folder is None:
            notes.append(f"{version} has no figures: figures are not compared.")
        if short := sum(case.left_out > 0 for case in cases):
            findings = sum(case.left_out for case in cases)
            notes.append(f"{version} does not know {findings} findings of {short} patients: left out there.")
        if not version.network.causes:
            notes.append(f"{version} has no complaint and ranks no causes: no patients are compared.")
    if not asked[0] and old.network.causes and new.network.causes:
        notes.append("No labelled patients: neither version has a file of them, and none was given.")
    return notes
