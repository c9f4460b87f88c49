"""How far two people agreed who coded or read the same patients.

References
----------
Cohen (1968), Psychological Bulletin 70:213-220 (weighted kappa).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from network.patients import LEVELS, LabelledPatient


@dataclass(frozen=True)
class Agreement:
    """Two codings of evidence and two readings of urgency.

    `coded` counts the findings that either coder entered, in `coded_patients` patients, `coded_alike` those
    entered alike by both, `contradicted` those entered with different states. `read` counts patients with two
    readings of urgency, `read_alike` those with one level; `kappa` is linearly weighted.
    """

    coded_patients: int
    coded: int
    coded_alike: int
    contradicted: int
    read: int
    read_alike: int
    kappa: float | None

    @property
    def sentence(self) -> str:
        """Both agreements in one line."""
        kappa = "" if self.kappa is None else f" (weighted kappa {self.kappa:.2f})"
        return (
            f"Coded twice: {self.coded_patients} patients, {self.coded_alike} of {self.coded} findings "
            f"alike, {self.contradicted} contradicted. "
            f"Urgency read twice: {self.read}, alike {self.read_alike}{kappa}."
        )

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def agreement(patients: Sequence[LabelledPatient]) -> Agreement:
    """Return how far coders and readers of patients agree."""
    twice = [(one.evidence, one.coded_again) for one in patients if one.coded_again is not None]
    entries = [(first.get(node), second.get(node)) for first, second in twice for node in {**first, **second}]
    read = [patient.urgency for patient in patients if len(patient.urgency) > 1]
    return Agreement(
        coded_patients=len(twice),
        coded=len(entries),
        coded_alike=sum(first == second for first, second in entries),
        contradicted=sum(None not in pair and pair[0] != pair[1] for pair in entries),
        read=len(read),
        read_alike=sum(levels[0] == levels[1] for levels in read),
        kappa=_kappa([(LEVELS.index(levels[0]), LEVELS.index(levels[1])) for levels in read]),
    )


def _kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Return kappa with linear weights: 1 - mean distance observed / mean distance expected by chance."""
    if not pairs:
        return None
    first, second = np.array(pairs).T
    expected = float(np.abs(first[:, None] - second[None, :]).mean())
    return None if expected == 0.0 else 1.0 - float(np.abs(first - second).mean()) / expected
