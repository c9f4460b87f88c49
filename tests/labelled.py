"""Labelled patients for tests: made up here, or some of the collection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from network.build import EMBEDDED
from network.knowledge import read_knowledge
from network.patients import FILE, LabelledPatient, read_patients


def entry(name: str = "somebody", **fields: Any) -> dict[str, Any]:
    """Return what a file says of a patient: as `fields` say, and plain in the rest."""
    plain = {
        "id": name, "collection": "tests", "source": {"title": "Made up"}, "kind": "case_report",
        "seen": "not_stated", "night": "stated", "summary": "A leg that hurts at night.", "tests": {},
        "evidence": {"urge_to_move": "absent"}, "diagnoses": ["osteoarthritis"],
    }  # fmt: skip
    return plain | fields


def labelled(name: str = "somebody", **fields: Any) -> LabelledPatient:
    """Return a patient made up for a test."""
    return LabelledPatient.model_validate(entry(name, **fields))


@lru_cache(maxsize=1)
def collection() -> tuple[LabelledPatient, ...]:
    """Return the patients of the knowledge."""
    return read_patients(EMBEDDED, read_knowledge())


def written(
    folder: Path, patients: Iterable[LabelledPatient | dict[str, Any]], judged_in: Sequence[str] = ()
) -> Path:
    """Write a file of patients, or of entries that may be wrong, and return its path."""
    entries = [one if isinstance(one, dict) else one.model_dump(exclude_defaults=True) for one in patients]
    path = folder / FILE
    path.write_text(json.dumps({"judged_in": list(judged_in), "patients": entries}), encoding="utf-8")
    return path
