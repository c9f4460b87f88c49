"""Calibration curve: how often causes given so much probability were the stated ones.

Every cause of every patient is one entry. A bin's band is the 90 % range, over draws of the figures, of the
mean probability of its entries: how far the network's own uncertainty moves the point sideways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from model.draws import draws_of
from model.evidence import Evidence
from model.recalibration import recalibration
from model.validation.scores import LEVEL, Labels
from network.cpds import Array
from network.parameters import Progress
from network.structure import PRESENT

if TYPE_CHECKING:
    from model.differential import Differential

EDGES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Bin:
    """Entries from `low` up to `high`: their mean probability, the share stated, the band of the draws."""

    low: float
    high: float
    n: int
    mean: float
    observed: float
    band_low: float | None = None
    band_high: float | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "low": self.low, "high": self.high, "n": self.n, "mean": self.mean, "observed": self.observed,
            "band": None if self.band_low is None else [self.band_low, self.band_high],
        }  # fmt: skip


def reliability(p: Array, labels: Labels, drawn: Array | None = None) -> tuple[Bin, ...]:
    """Return the bins that hold an entry.

    Parameters
    ----------
    p : ndarray of shape (n_patients, n_causes)
    drawn : ndarray of shape (n_patients, n_causes, n_draws), the same under each draw, optional
    """
    counts = ~(labels.right & ~labels.stated)
    bins = []
    for low, high in pairwise(EDGES):
        inside = counts & (p >= low) & ((p < high) | (high == EDGES[-1]))
        n = int(inside.sum())
        if n == 0:
            continue
        band: tuple[float | None, float | None] = (None, None)
        if drawn is not None:
            means = np.nanmean(drawn[inside], axis=0)
            edges = np.nanquantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
            band = (edges[0], edges[1])
        bins.append(Bin(low, high, n, float(p[inside].mean()), float(labels.stated[inside].mean()), *band))
    return tuple(bins)


def drawn_posteriors(
    ddx: Differential,
    cases: Sequence[dict[str, str]],
    n_draws: int,
    seed: int = 0,
    progress: Progress | None = None,
) -> Array:
    """Return P(due to cause) of each case under each draw, shape (n_cases, n_causes, n_draws).

    Raises
    ------
    NoFigures
        If the network was not built from a knowledge folder.
    """
    calibration = recalibration(ddx.network, ddx.folder)
    draws = draws_of(calibration, n_draws, seed)
    causes = list(ddx.network.causes)
    result = np.empty((len(cases), len(causes), n_draws))
    for row, case in enumerate(cases):
        observed = Evidence.of(ddx.network, case).observed() | {str(ddx.network.complaint): PRESENT}
        result[row] = calibration.engine.posteriors(draws.parameters, observed, causes).present(causes)
        if progress is not None:
            progress(row + 1, len(cases))
    return result
