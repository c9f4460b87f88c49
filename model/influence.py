"""Which figures matter most? How far each moves the causes of many simulated patients.

For a case and a figure x with interval low to high, everything else as published, the network is calibrated
anew at both ends (`model.swings`), as for the tornado:

    move        of a cause: largest less smallest of P(at low), P(as published), P(at high)
    swing       the largest move among the causes
    influence   mean swing over the cases, a case that the figure cannot touch counting as 0
    reorders    share of the cases in which another cause comes first at one of the two ends

The cases are simulated patients with the complaint (`model.simulated`), the same ones for a seed. The measure
is of the tornado's kind: one figure at a time, over its whole interval. It says nothing of figures that are
wrong together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.inference import Observed
from model.provenance import Provenance
from model.recalibration import NoFigures, Recalibration, recalibration
from model.simulated import simulated_cases
from model.store import Arrays, read_arrays, write_arrays
from model.swings import Swings, swings_of
from network.build import cache_folder
from network.cpds import Array
from network.figures import GRADES
from network.parameters import Progress

if TYPE_CHECKING:
    from model.differential import Differential

VERSION = 1
"""Of what is kept in the cache folder and of how cases are drawn; raise it when either changes."""

MATTERS = 1e-9
"""A swing below this is rounding."""


@dataclass(frozen=True)
class FigureInfluence:
    """How much one figure matters.

    `mean_swing` (its influence) and `largest_swing` are probabilities, `reorders` a share of the cases;
    `cause` is the cause it moves most over all cases. `sets` names the parameters, as (node, parameter).
    `elicited` is whether a record says how the judgement was come by.
    """

    figure: str
    mean_swing: float
    standard_error: float
    largest_swing: float
    reorders: float
    cause: str
    sets: tuple[tuple[str, str], ...]
    value: float
    low: float
    high: float
    grade: str
    source: str
    elicited: bool

    def to_plain(self) -> dict[str, Any]:
        """Return the figure as JSON holds it."""
        return {
            "figure": self.figure,
            "grade": self.grade,
            "mean_swing": self.mean_swing,
            "standard_error": self.standard_error,
            "largest_swing": self.largest_swing,
            "reorders": self.reorders,
            "cause": self.cause,
            "sets": [{"node": node, "parameter": parameter} for node, parameter in self.sets],
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "source": self.source,
            "elicited": self.elicited,
        }


@dataclass(frozen=True)
class Influence:
    """The figures of a network, the most influential first; `idle` counts those that moved nothing."""

    figures: tuple[FigureInfluence, ...]
    n_cases: int
    seed: int
    idle: int

    def of_grade(self, *grades: str) -> tuple[FigureInfluence, ...]:
        """Return the figures of some grades, the most influential first."""
        return tuple(figure for figure in self.figures if figure.grade in grades)

    def shares(self) -> dict[str, tuple[int, float]]:
        """Return for each grade the number of its figures and their part of all mean swings together."""
        total = sum(figure.mean_swing for figure in self.figures) or 1.0
        return {
            grade: (len(members), sum(figure.mean_swing for figure in members) / total)
            for grade in GRADES
            if (members := self.of_grade(grade))
        }

    def to_plain(self) -> dict[str, Any]:
        """Return everything as JSON holds it."""
        return {
            "schema": 1,
            "measure": "mean over the cases of the largest swing among the causes",
            "cases": self.n_cases,
            "seed": self.seed,
            "idle": self.idle,
            "grades": {
                grade: {"figures": count, "share": share} for grade, (count, share) in self.shares().items()
            },
            "figures": [figure.to_plain() for figure in self.figures],
        }


def influence(ddx: Differential, n_cases: int, seed: int = 0, progress: Progress | None = None) -> Influence:
    """Return how much each figure matters over simulated cases; made once for a network and kept.

    Parameters
    ----------
    n_cases : int, at least 1
    seed : int
    progress : callable of (done, wanted), optional
        Called while figures are moved (once for a network) and while cases are asked, some 0.1 s each.

    Raises
    ------
    NoFigures
        If the network was not built from a knowledge folder, or has no causes.
    KnowledgeError, OtherFolder
        If the knowledge files no longer make this network.
    """
    calibration = recalibration(ddx.network, ddx.folder)
    if not ddx.network.causes:
        raise NoFigures(ddx.network)
    swings = swings_of(calibration, progress)
    path = cache_folder() / f"influence-{_key(calibration, n_cases, seed)}.npz"
    found = _fitting(read_arrays(path), len(swings.figures))
    if found is None:
        found = _measured(calibration, swings, n_cases, seed, progress)
        write_arrays(path, found)
    return _ranked(calibration, swings, found, n_cases, seed)


def _key(calibration: Recalibration, n_cases: int, seed: int) -> str:
    text = f"{VERSION} {calibration.key} {n_cases} {seed}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _measured(
    calibration: Recalibration, swings: Swings, n_cases: int, seed: int, progress: Progress | None
) -> Arrays:
    """Return sums over the cases, by figure; `by_cause` has shape (n_figures, n_causes)."""
    n_figures, causes = len(swings.figures), list(calibration.network.causes)
    sums = {name: np.zeros(n_figures) for name in ("total", "squares", "largest", "reorders")}
    by_cause = np.zeros((n_figures, len(causes)))
    for number, observed in enumerate(simulated_cases(calibration.network, n_cases, seed), start=1):
        touching, moved, changes = _case(calibration, swings, observed, causes)
        swing = moved.max(axis=0)
        sums["total"][touching] += swing
        sums["squares"][touching] += swing**2
        sums["largest"][touching] = np.maximum(sums["largest"][touching], swing)
        sums["reorders"][touching] += changes
        by_cause[touching] += moved.T
        if progress is not None:
            progress(number, n_cases)
    return {**sums, "by_cause": by_cause}


def _case(
    calibration: Recalibration, swings: Swings, observed: Mapping[str, Observed], causes: Sequence[str]
) -> tuple[list[int], Array, Array]:
    """Return the figures that can matter, how far each moves each cause, and whether another comes first.

    Shapes: (n_touching,), (n_causes, n_touching), (n_touching,). An end at which the case is impossible moves
    nothing.
    """
    engine = calibration.engine
    touching = swings.touching(calibration.rows_of(engine.relevant(observed, causes)))
    ends = [end for k in touching for end in (2 * k, 2 * k + 1)]
    columns = np.concatenate([calibration.own, swings.at_ends.columns(ends, calibration.own)], axis=1)
    found = engine.posteriors(columns, observed, causes).present(causes)
    published, at_ends = found[:, :1], found[:, 1:].reshape(len(causes), len(touching), 2)
    at_ends = np.where(np.isnan(at_ends), published[:, :, None], at_ends)
    reached = np.concatenate(
        [at_ends, np.broadcast_to(published[:, :, None], (*at_ends.shape[:2], 1))], axis=2
    )
    changes = (at_ends.argmax(axis=0) != published[:, 0].argmax()).any(axis=1)
    return touching, np.ptp(reached, axis=2), changes.astype(float)


def _fitting(arrays: Arrays | None, n_figures: int) -> Arrays | None:
    """Return the arrays of a file where they are complete, otherwise None."""
    names = {"total", "squares", "largest", "reorders", "by_cause"}
    if arrays is None or set(arrays) != names or any(len(arrays[name]) != n_figures for name in names):
        return None
    return arrays


def _ranked(calibration: Recalibration, swings: Swings, sums: Arrays, n_cases: int, seed: int) -> Influence:
    network = calibration.network
    causes = [of or node for node, of in network.causes.items()]
    uses, provenance = calibration.uses, Provenance.of(network, calibration.folder)
    mean = sums["total"] / n_cases
    spread = np.sqrt(np.maximum(sums["squares"] / n_cases - mean**2, 0.0) / max(n_cases - 1, 1))
    order = [int(k) for k in np.argsort(-mean, kind="stable") if sums["largest"][k] > MATTERS]
    return Influence(
        figures=tuple(
            FigureInfluence(
                figure=swings.figures[k],
                mean_swing=float(mean[k]),
                standard_error=float(spread[k]),
                largest_swing=float(sums["largest"][k]),
                reorders=float(sums["reorders"][k] / n_cases),
                cause=causes[int(sums["by_cause"][k].argmax())],
                sets=uses[swings.figures[k]],
                value=float(swings.value[k]),
                low=float(swings.low[k]),
                high=float(swings.high[k]),
                grade=provenance.figures[swings.figures[k]].grade,
                source=provenance.cite(provenance.figures[swings.figures[k]], short=True),
                elicited=swings.figures[k] in provenance.elicitations,
            )
            for k in order
        ),
        n_cases=n_cases,
        seed=seed,
        idle=len(calibration.movable) - len(order),
    )
