"""The figures that the spread of a posterior rests on.

    share = squared rank correlation, over the draws, of a figure and the posterior

Ranks see steady effects only; log-odds have the ranks of the posterior.

References
----------
Helton and Davis (2003), Latin hypercube sampling and the propagation of uncertainty in analyses of complex
systems, Reliability Engineering and System Safety 81:23-69.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from model.draws import Draws, unit_ranks
from network.cpds import Array

CHANCE = 0.05
"""Probability that any figure at all is named a driver where none is."""

MOST_DRIVERS = 10


@dataclass(frozen=True)
class Driver:
    """A figure behind the spread of the top cause.

    `share` is the squared rank correlation, in [0, 1]; `sign` is +1 where a larger figure makes the cause
    likelier, -1 where it makes it less likely. `sets` names the parameters, as (node, parameter in words).
    """

    figure: str
    share: float
    sign: int
    sets: tuple[tuple[str, str], ...]


def drivers(
    uses: Mapping[str, tuple[tuple[str, str], ...]], draws: Draws, samples: Array, possible: Array
) -> tuple[Driver, ...]:
    """Return the figures that the spread of one posterior rests on, the strongest first.

    A figure is named where its squared rank correlation is larger than chance would make that of any
    figure in one analysis in twenty (normal approximation, Bonferroni).

    Parameters
    ----------
    uses : figure to the parameters that it sets, itself or through formulas, as (node, parameter in words)
    samples : ndarray of shape (n_possible,), the posterior under each draw; its log-odds have the same ranks
    possible : ndarray of bool, shape (n_draws,)
    """
    if np.ptp(samples) == 0.0:
        return ()
    ranks = draws.ranks if possible.all() else unit_ranks(draws.values[:, possible])
    correlation = ranks @ unit_ranks(samples)
    n_figures, n_draws = ranks.shape
    limit = NormalDist().inv_cdf(1.0 - CHANCE / (2.0 * max(n_figures, 1))) ** 2 / (n_draws - 1)
    share = correlation**2
    strongest = [int(row) for row in np.argsort(-share)[:MOST_DRIVERS] if share[row] > limit]
    return tuple(
        Driver(
            figure=draws.figures[row],
            share=float(share[row]),
            sign=1 if correlation[row] > 0.0 else -1,
            sets=uses[draws.figures[row]],
        )
        for row in strongest
    )
