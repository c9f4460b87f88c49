"""Which labelled patients changed rank between two versions, and which figures carried them.

For the k figures that both versions have with another value, the old version is assembled k + 2 times: as it
was, with each figure alone moved to its new value, and with all of them moved. L is the log-odds of the best
placed right answer, in decibans (10 log10 of the odds):

    L(new) - L(old) = sum over figures of [L(one moved) - L(old)] + interaction + rest
    rest            = L(new) - L(all moved)

Interaction is what the figures do together beyond what each does alone; the rest is what none of them can do:
nodes, arcs, states, parameters that name another row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.evidence import Evidence
from model.inference import Observed
from model.recalibration import Recalibration
from network.cpds import Array
from network.structure import PRESENT, Network

if TYPE_CHECKING:
    from model.differential import Differential
    from network.figures import Figure

LEAST = 0.01
"""Decibans: a figure that moves the answer by less is not named, unless it changes the rank."""

Findings = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """A labelled patient as one network can be asked.

    `findings` are those that the network has, `left_out` counts the others; any cause in `right` is right.
    """

    id: str
    half: str
    right: frozenset[str]
    findings: Findings
    left_out: int = 0


@dataclass(frozen=True)
class Standing:
    """Where the best placed right answer stands: rank (1 is first), the cause, P(due to it | evidence).

    All None where the evidence is impossible or the version has none of the right answers.
    """

    rank: int | None = None
    cause: str | None = None
    p: float | None = None

    @property
    def decibans(self) -> float:
        """Log-odds of the answer; NaN where there is none, infinite where P is 0 or 1."""
        with np.errstate(divide="ignore"):
            p = np.float64(np.nan if self.p is None else self.p)
            return float(10.0 * (np.log10(p) - np.log10(1.0 - p)))

    def to_plain(self) -> dict[str, Any]:
        """Return the standing as JSON holds it."""
        return {"rank": self.rank, "cause": self.cause, "p": self.p}


@dataclass(frozen=True)
class Carried:
    """What one figure does to a patient when it alone takes its new value.

    `decibans` is None where P is or was 0 or 1; `rank` is the rank then, `reranks` whether it is another.
    """

    figure: str
    decibans: float | None
    rank: int | None
    reranks: bool

    def to_plain(self) -> dict[str, Any]:
        """Return the figure's part as JSON holds it."""
        return {
            "figure": self.figure,
            "decibans": self.decibans,
            "rank": self.rank,
            "alone_changes_rank": self.reranks,
        }


@dataclass(frozen=True)
class MovedPatient:
    """A patient whose right answer changed rank; `figures` carry the move, the largest first.

    `change`, `interaction` and `rest` are in decibans, None where P is 0 or 1 on the way.
    """

    id: str
    half: str
    right: tuple[str, ...]
    old: Standing
    new: Standing
    figures: tuple[Carried, ...]
    change: float | None
    interaction: float | None
    rest: float | None

    @property
    def up(self) -> bool:
        """Whether the right answer stands higher than before; a version that cannot answer stands lowest."""
        return self.new.rank is not None and (self.old.rank is None or self.new.rank < self.old.rank)

    def to_plain(self) -> dict[str, Any]:
        """Return the patient as JSON holds it."""
        return {
            "patient": self.id,
            "half": self.half,
            "right": list(self.right),
            "old": self.old.to_plain(),
            "new": self.new.to_plain(),
            "decibans": self.change,
            "figures": [figure.to_plain() for figure in self.figures],
            "interaction": self.interaction,
            "rest": self.rest,
        }


def standings(ddx: Differential, cases: Sequence[Case]) -> list[Standing]:
    """Return where the right answer of each patient stands, the complaint assumed."""
    if not cases:
        return []
    asked = dict.fromkeys(node for case in cases for node in case.findings)
    table = {node: [case.findings.get(node) for case in cases] for node in asked}
    due_to = ddx.query_many(table or {next(iter(ddx.network.causes)): [None] * len(cases)}).due_to
    p = np.array(list(due_to.values()))
    return [standing(list(due_to), p[:, column], case.right) for column, case in enumerate(cases)]


def standing(causes: Sequence[str], p: Array, right: Set[str]) -> Standing:
    """Return where the best placed right answer stands.

    Parameters
    ----------
    p : ndarray of shape (n_causes,), P(due to the cause); NaN where the evidence is impossible

    Examples
    --------
    >>> standing(["cramps", "restless_legs", "other"], np.array([0.5, 0.3, 0.4]), {"other", "restless_legs"})
    Standing(rank=2, cause='other', p=0.4)
    """
    if np.isnan(p).any():
        return Standing()
    ranking = np.argsort(-p, kind="stable").tolist()
    for rank, position in enumerate(ranking, start=1):
        if causes[position] in right:
            return Standing(rank, causes[position], float(p[position]))
    return Standing()


def moved_patients(
    old: Differential,
    cases: Sequence[Case],
    before: Sequence[Standing],
    after: Sequence[Standing],
    changed: Mapping[str, Figure],
) -> tuple[MovedPatient, ...]:
    """Return the patients whose right answer changed rank, with what carried them.

    Parameters
    ----------
    cases : as the old version is asked
    changed : figures that both versions have with another value, as the new version has them
    """
    moved = [k for k in range(len(cases)) if before[k].rank != after[k].rank]
    if not moved:
        return ()
    attribution = Attribution.of(old, changed)
    return tuple(attribution.patient(cases[k], before[k], after[k]) for k in moved)


@dataclass(frozen=True)
class Attribution:
    """The old version under k + 2 parameter sets: as it was, each changed figure moved, all of them moved.

    Where there is nothing to move, or nothing can be (a file without figures), there are no sets.
    """

    network: Network
    calibration: Recalibration | None
    figures: tuple[str, ...]
    columns: Array

    @classmethod
    def of(cls, old: Differential, changed: Mapping[str, Figure]) -> Attribution:
        """Assemble the sets.

        Only figures that the old version rests on can do anything; a derived one whose formula is as it was
        follows from the others.
        """
        if not any(node.figures for node in old.network.nodes):
            return cls(old.network, None, (), np.empty((0, 0)))
        from network.build import EMBEDDED

        calibration = Recalibration(old.network, old.folder or EMBEDDED)
        rows = calibration.knowledge.figures
        values = {
            name: row.value
            for name, row in changed.items()
            if name in calibration.uses and not (row.formula and row.formula == rows[name].formula)
        }
        if not values:
            return cls(old.network, None, (), np.empty((0, 0)))
        alone: list[dict[str, float]] = [{name: value} for name, value in values.items()]
        columns = calibration.parameters(calibration.beliefs([{}, *alone, values]))
        return cls(old.network, calibration, tuple(values), columns)

    def patient(self, case: Case, before: Standing, after: Standing) -> MovedPatient:
        """Return one patient whose rank changed."""
        start, alone, together = before, dict[str, Standing](), before
        if self.calibration is not None and before.rank is not None:
            start, alone, together = self._sets(self.calibration, case)
        shifts = {figure: _shift(start, one) for figure, one in alone.items()}
        carried = [
            Carried(figure, _finite(shifts[figure]), one.rank, one.rank != start.rank)
            for figure, one in alone.items()
            if not abs(shifts[figure]) < LEAST or one.rank != start.rank  # a NaN is named
        ]
        interaction = _shift(start, together) - sum(shifts.values())
        return MovedPatient(
            id=case.id,
            half=case.half,
            right=tuple(sorted(case.right)),
            old=before,
            new=after,
            figures=tuple(sorted(carried, key=_size, reverse=True)),
            change=_finite(_shift(before, after)),
            interaction=_finite(interaction),
            rest=_finite(_shift(together, after)),
        )

    def _sets(self, calibration: Recalibration, case: Case) -> tuple[Standing, dict[str, Standing], Standing]:
        """Return the standing as it was, with each figure that can matter moved, and with all moved."""
        causes = {node: condition or node for node, condition in self.network.causes.items()}
        seen = observed(self.network, case.findings)
        rows = calibration.rows_of(calibration.engine.relevant(seen, list(causes)))
        differs = (self.columns[rows] != self.columns[rows, :1]).any(axis=0)
        touching = [k for k in range(len(self.figures)) if differs[1 + k]]
        wanted = [0, *(1 + k for k in touching), len(self.figures) + 1]
        answers = calibration.engine.posteriors(self.columns[:, wanted], seen, list(causes))
        p = answers.present(causes)
        names = list(causes.values())
        start, *alone, together = (standing(names, column, case.right) for column in p.T)
        return start, {self.figures[k]: one for k, one in zip(touching, alone, strict=True)}, together


def observed(network: Network, findings: Findings) -> dict[str, Observed]:
    """Return what an engine reads of a patient: the findings, and the complaint unless it is among them."""
    found = Evidence.of(network, findings).observed()
    if network.complaint is not None:
        found.setdefault(network.complaint, PRESENT)
    return found


def _shift(old: Standing, new: Standing) -> float:
    """Return the change in decibans; 0 where the answer is as settled as before."""
    return 0.0 if old.decibans == new.decibans else new.decibans - old.decibans


def _finite(decibans: float) -> float | None:
    return decibans if np.isfinite(decibans) else None


def _size(carried: Carried) -> float:
    """Return how far a figure moves the answer; one that settles it moves it furthest."""
    return np.inf if carried.decibans is None else abs(carried.decibans)
