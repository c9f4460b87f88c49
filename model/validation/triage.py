"""Urgency against its label: who was found, who was placed too low or too high."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from network.patients import LEVELS, LabelledPatient

EMERGENCY, ROUTINE = LEVELS[-1], LEVELS[0]


@dataclass(frozen=True)
class Triage:
    """Patients by label and by the level that the program gave; nothing raised counts as routine.

    `counts` maps (label, given) to patients, `too_low` lists the ids placed below their label.
    """

    counts: Mapping[tuple[str, str], int]
    too_low: tuple[str, ...]

    @classmethod
    def of(cls, patients: Sequence[LabelledPatient], given: Sequence[str | None]) -> Triage:
        """Return the table of the patients that have a label."""
        pairs = [
            (patient.id, patient.level, level or ROUTINE)
            for patient, level in zip(patients, given, strict=True)
            if patient.level is not None
        ]
        return cls(
            Counter((label, level) for _, label, level in pairs),
            tuple(name for name, label, level in pairs if _steps(label, level) < 0),
        )

    @property
    def n(self) -> int:
        """How many patients have a label."""
        return sum(self.counts.values())

    def off_by(self, fewest: int, most: int) -> int:
        """Return how many were placed so many levels off, negative for too low."""
        return sum(n for pair, n in self.counts.items() if fewest <= _steps(*pair) <= most)

    @property
    def under(self) -> int:
        """How many were placed too low."""
        return len(self.too_low)

    @property
    def under_by_two(self) -> int:
        """How many were placed too low by two levels or more."""
        return self.off_by(-len(LEVELS), -2)

    @property
    def over(self) -> int:
        """How many were placed too high."""
        return self.off_by(1, len(LEVELS))

    @property
    def emergencies(self) -> tuple[int, int]:
        """How many emergencies were found, and how many there are."""
        there = sum(n for (label, _), n in self.counts.items() if label == EMERGENCY)
        return self.counts.get((EMERGENCY, EMERGENCY), 0), there

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        found, there = self.emergencies
        return {
            "n": self.n,
            "under": self.under,
            "under_by_two": self.under_by_two,
            "over": self.over,
            "emergencies_found": found,
            "emergencies": there,
            "table": {
                label: {level: self.counts.get((label, level), 0) for level in LEVELS} for label in LEVELS
            },
        }


def _steps(label: str, level: str) -> int:
    return LEVELS.index(level) - LEVELS.index(label)
