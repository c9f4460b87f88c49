"""Noisy-OR and noisy-MAX found again in full tables.

A file of another format holds tables only, and a table of seven parents ties them all together in any exact
engine. Most wide tables were written from a noisy-OR; the product form

    P(state <= k | x) = P(state <= k | all parents in their first state) * product of ratio_p(k, x_p)

can be read off the rows in which one parent is away from its first state, and holds or fails on the rest.
"""

from __future__ import annotations

import numpy as np

from network.cpds import Array, Cpd, NoisyMax, NoisyOr, Table

NARROWEST = 3
"""A table of fewer parents gains nothing."""

CLOSE_TO_ONE = 1e-15
"""Largest error of a probability: the rounding of a sum near one."""

RELATIVE = 1e-9
"""Largest relative error, so that a rare state keeps its odds."""


def recognised(cpd: Table) -> Cpd:
    """Return the noisy-OR or noisy-MAX whose table this is, or the table itself.

    Zeros stay exact, and no probability moves by more than rounding.
    """
    if cpd.n_parents < NARROWEST:
        return cpd
    first = (0,) * cpd.n_parents
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _noisy_or(cpd, first) if cpd.n_states == 2 else _noisy_max(cpd, first)
    parameters = [np.asarray(found.leak), *found.links]
    if not all(
        np.isfinite(part).all() and (part >= 0.0).all() and (part <= 1.0).all() for part in parameters
    ):
        return cpd
    table = found.table()
    apart = np.abs(table - cpd.values)
    same = (apart <= CLOSE_TO_ONE) & (apart <= RELATIVE * cpd.values)
    return found if same.all() and ((table == 0.0) == (cpd.values == 0.0)).all() else cpd


def _noisy_or(cpd: Table, first: tuple[int, ...]) -> NoisyOr:
    """Return the noisy-OR that agrees where at most one parent is away from its first state."""
    absent, present = cpd.values
    links = []
    for axis in range(cpd.n_parents):
        alone = (*first[:axis], slice(None), *first[axis + 1 :])
        links.append((present[alone] - present[first]) / absent[first])
    return NoisyOr(np.asarray(present[first]), tuple(links))


def _noisy_max(cpd: Table, first: tuple[int, ...]) -> NoisyMax:
    """Return the noisy-MAX that agrees where at most one parent is away from its first state."""
    cumulative = np.cumsum(cpd.values, axis=0)
    leak: Array = cumulative[(slice(None), *first)]
    links = []
    for axis in range(cpd.n_parents):
        alone = (slice(None), *first[:axis], slice(None), *first[axis + 1 :])
        # Where the leak leaves nothing at or below k, neither does the product: any ratio will do.
        ratio = np.where(leak[:, None] > 0.0, cumulative[alone] / leak[:, None], 0.0)
        ratio[:, 0] = 1.0
        links.append(np.diff(ratio.T, axis=1, prepend=0.0))
    return NoisyMax(np.asarray(cpd.values[(slice(None), *first)]), tuple(links))
